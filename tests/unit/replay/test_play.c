/* SPDX-License-Identifier: MIT */
/* Recorded answers, as clients get them: byte for byte. */
#include "play_rig.h"

#define GET "GET / HTTP/1.1\r\nHost: localhost:4000\r\n\r\n"
#define OLD_GET "GET / HTTP/1.0\r\n\r\n"
#define HEAD "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"
#define FINE "HTTP/1.1 200 Fine\r\nDate: then\r\n"
#define LENGTH(value) FIELD("Content-Length", value)
#define CHUNKED FIELD("Transfer-Encoding", "chunked")
#define HELLO RESPONSE("200", "length", DATE "," LENGTH("5")) BODY("0", AT_ONCE, "\"hello\"")
#define WHOLE END("ok", "\"bytes\":5,\"wire\":5")

static void use(struct play_rig *f, const char *twin)
{
    play_use(f, fe_slice_cstr(twin));
}

#define ODD_FIELDS                                                                                 \
    "[\"x-ODD\",\"1\"],[\"Connection\",\"X-Hop, close\"],"                                         \
    "[\"Set-Cookie\",\"a=1; Domain=stack.example; Secure\"],[\"X-Hop\",\"2\"]," DATE ","           \
    "[\"set-cookie\",\"b=2\"],[\"Keep-Alive\",\"timeout=5\"],[\"X-Empty\",\"\"],"                  \
    "[\"Location\",\"https://stack.example/a?b\"],[\"X-Foundry-Emulator\",\"emulate\"],"           \
    "[\"content-LENGTH\",\"5\"],[\"X-Bad\",\"a\\r\\nb\"]"

static void fields_pass_in_order_and_spelling(void **state)
{
    use(*state,
        REQUEST RESPONSE("299", "length", ODD_FIELDS) BODY("0", AT_ONCE, "\"hello\"") WHOLE);
    play_expect(*state, GET,
                "HTTP/1.1 299 Fine\r\nx-ODD: 1\r\nSet-Cookie: a=1\r\nDate: then\r\n"
                "set-cookie: b=2\r\nX-Empty: \r\nLocation: http://localhost:4000/a?b\r\n"
                "content-LENGTH: 5\r\n\r\nhello",
                false);
}

static void what_has_no_body_is_a_head_alone(void **state)
{
    use(*state, REQUEST RESPONSE("204", "none", DATE) END("ok", "\"bytes\":0,\"wire\":0"));
    play_expect(*state, GET, "HTTP/1.1 204 Fine\r\nDate: then\r\n\r\n", false);
    use(*state, REQUEST RESPONSE("200", "none", DATE "," LENGTH("123456"))
                    END("ok", "\"bytes\":0,\"wire\":0"));
    play_expect(*state, HEAD, FINE "Content-Length: 123456\r\n\r\n", false);
    play_expect(*state, GET, FINE "Content-Length: 0\r\n\r\n", false);
    use(*state, REQUEST HELLO WHOLE);
    play_expect(*state, HEAD, FINE "Content-Length: 5\r\n\r\n", false);
}

#define CHUNKS                                                                                     \
    REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED "," FIELD("Trailer", "X-Sum"))             \
        BODY("0", "\"pace\":[[1100,0],[1200,2]],\"cuts\":[1,3]", "\"abbccc\"")                     \
            BODY("6", AT_ONCE, "\"CC\"") BODY("8", "\"pace\":[[1300,0]],\"cuts\":[1]", "\"c\"")    \
                END("ok", "\"bytes\":9,\"wire\":9,\"trailers\":[" FIELD("X-sum", "6") "]")

static const char chunks[] = FINE "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                                  "1\r\na\r\n2\r\nbb\r\n6\r\ncccCCc\r\n0\r\nX-sum: 6\r\n\r\n";

static void chunks_and_trailers_are_as_they_were(void **state)
{
    struct play_rig *f = *state;
    use(f, CHUNKS);
    play_expect(f, GET, chunks, false);
    play_expect(f, OLD_GET, FINE "Connection: close\r\n\r\nabbcccCCc", true);
    /* At a pace, however fast, they are sent piece by piece. */
    f->pace = (struct fe_pace_options){.fast = false, .speed = 1e9};
    play_expect(f, GET, chunks, false);
    assert_int_equal(f->rig->sent, 3);
}

static void a_close_ends_what_had_no_other_end(void **state)
{
    use(*state, REQUEST RESPONSE("200", "close", DATE) BODY("0", AT_ONCE, "\"hello\"") WHOLE);
    play_expect(*state, GET, FINE "Connection: close\r\n\r\nhello", true);
}

static void a_length_is_that_of_what_is_sent(void **state)
{
    use(*state, REQUEST RESPONSE("200", "length",
                                 DATE "," FIELD("Content-Encoding", "gzip") "," LENGTH("40"))
                    BODY("0", AT_ONCE, "\"hello\"")
                        END("ok", "\"bytes\":5,\"wire\":40,\"decoded\":\"gzip\""));
    play_expect(*state, GET, FINE "Content-Length: 5\r\n\r\nhello", false);
}

static void interim_answers_go_before(void **state)
{
    struct play_rig *f = *state;
    use(f, REQUEST INTERIM("103", FIELD("Link", "</a>")) INTERIM("100", "") HELLO WHOLE);
    play_expect(f, GET,
                "HTTP/1.1 103 So Far\r\nLink: </a>\r\n\r\nHTTP/1.1 100 So Far\r\n\r\n" FINE
                "Content-Length: 5\r\n\r\nhello",
                false);
}

static void who_waited_is_told_to_go_on_once(void **state)
{
    struct client client;
    struct play_rig *f = *state;
    use(f, REQUEST INTERIM("100", "") HELLO WHOLE);
    client_open(&client, f->rig);
    client_send(&client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\n");
    WAIT_FOR(&client, client.in.len > 0);
    assert_string_equal(client.in.ptr, "HTTP/1.1 100 Continue\r\n\r\n");
    fe_buf_clear(&client.in);
    client_send(&client, "ab");
    client_expect(&client, 200, "hello");
    client_close(&client);
}

/* ── what went wrong ── */

static void failures_are_answered_as_they_were(void **state)
{
    static const struct {
        const char *twin;
        int status;
        const char *name;
    } failures[] = {
        {REQUEST END("refused", "\"bytes\":0,\"wire\":0"), 502, "Emulator:UpstreamRefused"},
        {REQUEST END("timeout", "\"bytes\":0,\"wire\":0"), 504, "Emulator:UpstreamTimeout"},
        {REQUEST END("tls", "\"bytes\":0,\"wire\":0"), 502, "Emulator:UpstreamTls"},
        {REQUEST END("reset", "\"bytes\":0,\"wire\":0"), 502, "Emulator:UpstreamReset"},
        {REQUEST END("client_abort", "\"bytes\":0,\"wire\":0"), 503, "Emulator:NotForwarded"},
    };
    struct play_rig *f = *state;
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        struct client client;
        use(f, failures[i].twin);
        client_open(&client, f->rig);
        client_send(&client, GET);
        struct answer answer = client_take(&client, false);
        assert_int_equal(answer.status, failures[i].status);
        assert_non_null(strstr(answer.body.ptr, failures[i].name));
        assert_non_null(strstr(answer.body.ptr, "\"upstream\":\"https://stack.example\""));
        assert_non_null(strstr(answer.body.ptr, "\"reason\":\"It is so.\""));
        fe_buf_done(&answer.body);
        client_close(&client);
    }
}

static void half_a_body_is_half_a_body(void **state)
{
    static const char *const outcomes[] = {END("truncated", "\"bytes\":5,\"wire\":5"),
                                           END("client_abort", "\"bytes\":5,\"wire\":5")};
    struct play_rig *f = *state;
    for (size_t i = 0; i < 2; i++) {
        char twin[2048];
        (void)snprintf(twin, sizeof(twin), "%s%s",
                       REQUEST RESPONSE("200", "length", DATE "," LENGTH("9"))
                           BODY("0", AT_ONCE, "\"hello\""),
                       outcomes[i]);
        use(f, twin);
        play_expect(f, GET, FINE "Content-Length: 9\r\n\r\nhello", true);
    }
    use(f, REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED)
               BODY("0", "\"pace\":[[1100,0]],\"cuts\":[2]", "\"hello\"")
                   END("truncated", "\"bytes\":5,\"wire\":5"));
    play_expect(f, GET, FINE "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n", true);
    assert_int_equal(f->rig->gone, 3);
}

#define CHUNKED_HEAD FINE "Transfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_BODY(marks, bytes)                                                                 \
    REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED) BODY("0", AT_ONCE marks, bytes)
#define HALF(bytes, wire, open) END("truncated", "\"bytes\":" bytes ",\"wire\":" wire open)

static void a_chunk_breaks_off_where_it_did(void **state)
{
    static const struct {
        const char *twin;
        const char *body;
    } broken[] = {
        {CHUNKED_BODY("", "\"part\"") HALF("4", "4", ",\"open\":[100,4]"), "64\r\npart"},
        {CHUNKED_BODY(",\"cuts\":[1]", "\"part\"") HALF("4", "4", ",\"open\":[3,3]"),
         "1\r\np\r\n3\r\nart"},
        {CHUNKED_BODY(",\"cuts\":[4]", "\"part\"") HALF("4", "4", ",\"open\":[16,0]"),
         "4\r\npart\r\n10\r\n"},
        {CHUNKED_BODY(",\"cuts\":[4]", "\"part\"") HALF("4", "4", ",\"open\":[0,0]"),
         "4\r\npart\r\n0\r\n"},
        {CHUNKED_BODY(",\"cuts\":[4]", "\"part\"")
             HALF("4", "4", ",\"trailers\":[" FIELD("A", "b") "],\"open\":[0,0]"),
         "4\r\npart\r\n0\r\nA: b\r\n"},
        /* Of the twenty bytes that had come of thirty, a placeholder, or a coding, has left four.
         */
        {CHUNKED_BODY("", "\"part\"") HALF("4", "20", ",\"open\":[30,20]"), "e\r\npart"},
        /* All of what had come was within a placeholder that the chunk before has. */
        {CHUNKED_BODY(",\"cuts\":[4]", "\"part\"") HALF("4", "6", ",\"open\":[2,2]"),
         "4\r\npart\r\n2\r\n"},
        /* A body without its coding has no cuts; what is open is the last chunk, and not this. */
        {CHUNKED_BODY("", "\"part\"") HALF("4", "20", ",\"decoded\":\"gzip\",\"open\":[0,0]"),
         "4\r\npart\r\n0\r\n"},
        {REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED) HALF("0", "0", ",\"open\":[5,0]"),
         "5\r\n"},
    };
    struct play_rig *f = *state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        char answer[256];
        (void)snprintf(answer, sizeof(answer), "%s%s", CHUNKED_HEAD, broken[i].body);
        use(f, broken[i].twin);
        f->pace = (struct fe_pace_options){.fast = true, .speed = 1};
        play_expect(f, GET, answer, true);
        f->pace = (struct fe_pace_options){.fast = false, .speed = 1e9};
        play_expect(f, GET, answer, true);
    }
}

/* Frames are cut anywhere; who takes no chunks has what was in them. */
static void a_chunk_that_breaks_off_may_be_in_many_frames(void **state)
{
    use(*state, CHUNKED_BODY(",\"cuts\":[2]", "\"part\"") BODY("4", AT_ONCE, "\"ial\"")
                    HALF("7", "7", ",\"open\":[100,5]"));
    play_expect(*state, GET, CHUNKED_HEAD "2\r\npa\r\n64\r\nrtial", true);
    play_expect(*state, OLD_GET, FINE "Connection: close\r\n\r\npartial", true);
}

static struct fe_slice shout(void *arg, const struct fe_frame_head *head, struct fe_slice body,
                             struct fe_arena *arena)
{
    (void)arg;
    (void)head;
    return fe_arena_printf(arena, "%c%c!", body.ptr[0], body.ptr[1]);
}

/* Of what stands in for a body, too, as many bytes are missing as were. */
static void what_stands_in_for_it_breaks_off_as_well(void **state)
{
    static const struct fe_play_hooks hooks = {.on_body = shout};
    struct play_rig *f = *state;
    f->hooks = &hooks;
    use(f, CHUNKED_BODY(",\"cuts\":[1]", "\"part\"") HALF("4", "4", ",\"open\":[100,3]"));
    play_expect(f, GET, CHUNKED_HEAD "64\r\npa!", true);
    use(f, CHUNKED_BODY(",\"cuts\":[4]", "\"part\"") HALF("4", "4", ",\"open\":[0,0]"));
    play_expect(f, GET, CHUNKED_HEAD "3\r\npa!\r\n0\r\n", true);
}

static void expect_reset(struct play_rig *f, const char *answer)
{
    struct client client;
    client_open(&client, f->rig);
    client_send(&client, GET);
    WAIT_FOR(&client, client.reset || client.eof);
    assert_string_equal(client.in.ptr, answer);
    assert_true(client.reset);
    client_close(&client);
}

static void a_reset_is_a_reset(void **state)
{
    struct play_rig *f = *state;
    use(f, REQUEST RESPONSE("200", "length", DATE "," LENGTH("9")) BODY("0", AT_ONCE, "\"hello\"")
               END("reset", "\"bytes\":5,\"wire\":5"));
    expect_reset(f, FINE "Content-Length: 9\r\n\r\nhello");
    use(f, CHUNKED_BODY(",\"cuts\":[4]", "\"partmo\"")
               END("reset", "\"bytes\":6,\"wire\":6,\"open\":[2,2]"));
    expect_reset(f, CHUNKED_HEAD "4\r\npart\r\n2\r\nmo");
    use(f, CHUNKED_BODY(",\"cuts\":[4]", "\"part\"")
               END("reset", "\"bytes\":4,\"wire\":4,\"open\":[0,0]"));
    expect_reset(f, CHUNKED_HEAD "4\r\npart\r\n0\r\n");
    assert_int_equal(f->rig->gone, 3);
}

static void what_was_not_kept_is_not_made_up(void **state)
{
    struct play_rig *f = *state;
    struct client client;
    use(f, REQUEST RESPONSE("200", "length", DATE "," LENGTH("9"))
               END("ok", "\"bytes\":0,\"wire\":9,\"dropped\":\"coding\""));
    client_open(&client, f->rig);
    client_send(&client, GET);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.status, 502);
    assert_non_null(strstr(answer.body.ptr, "Emulator:BodyNotRecorded"));
    fe_buf_done(&answer.body);
    client_close(&client);
}

static void what_is_no_final_answer_is_not_played(void **state)
{
    struct play_rig *f = *state;
    struct client client;
    use(f, REQUEST INTERIM("101", "") RESPONSE("101", "none", DATE)
               END("ok", "\"bytes\":0,\"wire\":0"));
    client_open(&client, f->rig);
    client_send(&client, GET);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.status, 502);
    assert_non_null(strstr(answer.body.ptr, "Emulator:NotPlayable"));
    fe_buf_done(&answer.body);
    client_close(&client);
}

/* The upstream had read two bytes of nine. */
#define EARLY_REQUEST                                                                              \
    SESSION                                                                                        \
    "{\"kind\":\"request\",\"x\":1,\"t\":500,\"method\":\"POST\",\"target\":\"/\","                \
    "\"version\":\"1.1\",\"headers\":[[\"Content-Length\",\"9\"]],\"framing\":\"length\"}\n"       \
    "{\"kind\":\"request_body\",\"x\":1,\"at\":0,\"pace\":[[600,0]],\"bytes\":\"ab\"}\n"
#define EARLY_END                                                                                  \
    "{\"kind\":\"end\",\"x\":1,\"t\":900,\"outcome\":\"ok\",\"request\":{\"bytes\":2,\"wire\":2}," \
    "\"response\":{\"bytes\":3,\"wire\":3}}\n"
#define EARLY_FIELDS DATE "," LENGTH("3") "," FIELD("Connection", "close")

static void an_upstream_that_left_early_leaves_early(void **state)
{
    use(*state, EARLY_REQUEST RESPONSE("413", "length", EARLY_FIELDS) BODY("0", AT_ONCE, "\"no!\"")
                    EARLY_END);
    play_expect(*state, GET,
                "HTTP/1.1 413 Fine\r\nDate: then\r\nContent-Length: 3\r\n"
                "Connection: close\r\n\r\nno!",
                true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_pass_in_order_and_spelling),
        TEST(what_has_no_body_is_a_head_alone),
        TEST(chunks_and_trailers_are_as_they_were),
        TEST(a_close_ends_what_had_no_other_end),
        TEST(a_length_is_that_of_what_is_sent),
        TEST(interim_answers_go_before),
        TEST(who_waited_is_told_to_go_on_once),
        TEST(failures_are_answered_as_they_were),
        TEST(half_a_body_is_half_a_body),
        TEST(a_chunk_breaks_off_where_it_did),
        TEST(a_chunk_that_breaks_off_may_be_in_many_frames),
        TEST(what_stands_in_for_it_breaks_off_as_well),
        TEST(a_reset_is_a_reset),
        TEST(what_was_not_kept_is_not_made_up),
        TEST(what_is_no_final_answer_is_not_played),
        TEST(an_upstream_that_left_early_leaves_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

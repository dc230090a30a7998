/* SPDX-License-Identifier: MIT */
/* Answers over time: bodies that are larger than what a client takes, waiting, leaving, and what is
 * changed on the way. */
#include "play_rig.h"

#include <stdlib.h>

#define GET "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
#define FINE "HTTP/1.1 200 Fine\r\nDate: then\r\n"
#define CHUNKED FIELD("Transfer-Encoding", "chunked")

enum {
    FRAMES = 512,
    LARGE_BYTES = FRAMES * FE_FRAME_BODY_BYTES,
    BUFFERED_BYTES = 16 << 20, /* by the kernel, at the very most, and by us */
    IDLE_TURNS = 200
};

/* `cuts` as in a frame's meta, or "". */
static void use_large(struct play_rig *f, const char *head, const char *cuts)
{
    struct fe_buf twin;
    char *text = calloc(1, FE_FRAME_BODY_BYTES + 1);
    assert_non_null(text);
    fe_buf_init(&twin, 64 << 20);
    (void)fe_buf_puts(&twin, head);
    for (int i = 0; i < FRAMES; i++) {
        memset(text, 'a' + i % 26, FE_FRAME_BODY_BYTES);
        (void)fe_buf_printf(&twin,
                            "{\"kind\":\"response_body\",\"x\":1,\"at\":%d,\"pace\":[[1100,0]]%s,"
                            "\"bytes\":\"",
                            i * FE_FRAME_BODY_BYTES, cuts);
        (void)fe_buf_puts(&twin, text);
        (void)fe_buf_puts(&twin, "\"}\n");
    }
    (void)fe_buf_printf(&twin, END("ok", "\"bytes\":%d,\"wire\":%d"), LARGE_BYTES, LARGE_BYTES);
    play_use(f, fe_buf_slice(&twin));
    fe_buf_done(&twin);
    free(text);
}

/* Reads as it comes, and keeps nothing: how many bytes there were. */
static size_t read_all(struct play_rig *f, struct client *client)
{
    size_t bytes = 0;
    size_t sent = f->rig->sent;
    for (int64_t end_ns = client_deadline_ns(); f->rig->sent == sent || client->in.len > 0;
         client_wait(client, end_ns, "all has come")) {
        bytes += client->in.len;
        fe_buf_clear(&client->in);
    }
    return bytes;
}

static void await_gone(struct play_rig *f)
{
    struct client client;
    client_open(&client, f->rig);
    WAIT_FOR(&client, f->rig->gone == 1);
    client_close(&client);
}

static void a_slow_reader_costs_no_memory(void **state)
{
    static const char head[] =
        REQUEST RESPONSE("200", "length", DATE "," FIELD("Content-Length", "33554432"));
    struct play_rig *f = *state;
    struct client client;
    struct fe_exchange_facts facts;
    use_large(f, head, "");
    client_open(&client, f->rig);
    client_send(&client, GET);
    for (int i = 0; i < IDLE_TURNS; i++) {
        fe_loop_turn(f->rig->loop);
    }
    assert_non_null(f->x);
    fe_exchange_facts(f->x, &facts);
    assert_in_range(facts.response_bytes, 1, BUFFERED_BYTES);
    assert_int_equal(read_all(f, &client),
                     strlen(FINE "Content-Length: 33554432\r\n\r\n") + LARGE_BYTES);
    client_close(&client);
}

static void a_chunk_may_be_larger_than_a_frame(void **state)
{
    static const char head[] = REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED);
    struct play_rig *f = *state;
    struct client client;
    use_large(f, head, "");
    client_open(&client, f->rig);
    client_send(&client, GET);
    assert_int_equal(read_all(f, &client),
                     strlen(FINE "Transfer-Encoding: chunked\r\n\r\n2000000\r\n\r\n0\r\n\r\n") +
                         LARGE_BYTES);
    client_close(&client);
}

static void who_leaves_is_forgotten(void **state)
{
    static const char head[] = REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED);
    struct play_rig *f = *state;
    struct client client;
    use_large(f, head, ",\"cuts\":[65536]");
    client_open(&client, f->rig);
    client_send(&client, GET);
    WAIT_FOR(&client, client.in.len > 0);
    client_reset(&client);
    await_gone(f);
    assert_null(f->x);
}

#define SLOW                                                                                       \
    REQUEST RESPONSE("200", "chunked", DATE "," CHUNKED)                                           \
        BODY("0", "\"pace\":[[1100,0],[3600000000,2]],\"cuts\":[2,5]", "\"hello\"")                \
            END("ok", "\"bytes\":5,\"wire\":5")

static void recorded_time_is_kept(void **state)
{
    struct play_rig *f = *state;
    struct client client;
    f->pace = (struct fe_pace_options){.fast = false, .speed = 1};
    play_use(f, FE_SLICE(SLOW));
    client_open(&client, f->rig);
    client_send(&client, GET);
    WAIT_FOR(&client,
             client.in.len >= strlen(FINE "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"));
    client_settle(&client);
    assert_string_equal(client.in.ptr, FINE "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n");
    client_reset(&client);
    await_gone(f);
}

/* ── hooks ── */

static bool on_field(void *arg, struct fe_header *field, struct fe_arena *arena)
{
    (void)arg;
    if (fe_slice_eq(field->name, FE_SLICE("X-Old"))) {
        field->value = fe_arena_copy(arena, FE_SLICE("new"));
    }
    return !fe_slice_eq(field->name, FE_SLICE("X-Gone"));
}

/* What `arg` says, or the body itself. */
static struct fe_slice on_body(void *arg, const struct fe_frame_head *head, struct fe_slice body,
                               struct fe_arena *arena)
{
    (void)head;
    const char *text = arg;
    (void)arena;
    assert_true(fe_slice_eq(body, FE_SLICE("hello")));
    return text ? fe_slice_cstr(text) : body;
}

#define HOOKED                                                                                     \
    REQUEST RESPONSE("200", "chunked",                                                             \
                     DATE "," CHUNKED "," FIELD("X-Old", "old") "," FIELD("X-Gone", "1"))          \
        BODY("0", "\"pace\":[[1100,0]],\"cuts\":[2]", "\"hel\"")                                   \
            BODY("3", "\"pace\":[[1200,0]],\"cuts\":[2]", "\"lo\"")                                \
                END("ok", "\"bytes\":5,\"wire\":5")
#define HOOKED_HEAD FINE "Transfer-Encoding: chunked\r\nX-Old: new\r\n\r\n"

static void hooks_may_change_an_answer(void **state)
{
    static const struct {
        const char *body;
        const char *wire;
    } cases[] = {
        {NULL, HOOKED_HEAD "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"},
        {"HELLO", HOOKED_HEAD "2\r\nHE\r\n3\r\nLLO\r\n0\r\n\r\n"},
        {"good day", HOOKED_HEAD "8\r\ngood day\r\n0\r\n\r\n"},
        {"", HOOKED_HEAD "0\r\n\r\n"},
    };
    struct play_rig *f = *state;
    play_use(f, FE_SLICE(HOOKED));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct fe_play_hooks hooks = {on_field, on_body, (void *)(uintptr_t)cases[i].body};
        f->hooks = &hooks;
        play_expect(f, GET, cases[i].wire, false);
    }
}

static void a_changed_body_has_its_own_length(void **state)
{
    struct play_rig *f = *state;
    const struct fe_play_hooks hooks = {NULL, on_body, (void *)(uintptr_t) "good day"};
    f->hooks = &hooks;
    play_use(f, FE_SLICE(REQUEST RESPONSE("200", "length", DATE "," FIELD("Content-Length", "5"))
                             BODY("0", AT_ONCE, "\"hello\"") END("ok", "\"bytes\":5,\"wire\":5")));
    play_expect(f, GET, FINE "Content-Length: 8\r\n\r\ngood day", false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slow_reader_costs_no_memory), TEST(a_chunk_may_be_larger_than_a_frame),
        TEST(who_leaves_is_forgotten),       TEST(recorded_time_is_kept),
        TEST(hooks_may_change_an_answer),    TEST(a_changed_body_has_its_own_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

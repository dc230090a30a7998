/* SPDX-License-Identifier: MIT */
/* Answers that are somebody else's, as clients meet them; and requests passed on with their
 * framing. */
#include "http/relay.h"
#include "rig.h"

#include <string.h>

#define GET(target) "GET " target " HTTP/1.1\r\nHost: h\r\n\r\n"
#define NEXT GET("/next")
#define NEXT_BODY "GET /next "

static void expect_next(struct client *client)
{
    client_send(client, NEXT);
    client_expect(client, 200, NEXT_BODY);
}

/* Takes exactly this text off the input. */
static void expect_text(struct client *client, const char *text)
{
    size_t len = strlen(text);
    WAIT_FOR(client, client->in.len >= len || client->eof);
    assert_true(client->in.len >= len);
    assert_memory_equal(client->in.ptr, text, len);
    fe_buf_consume(&client->in, len);
}

static void a_head_passes_as_it_came(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, GET("/relay/length"));
    expect_text(&client,
                "HTTP/1.1 299 Quite Fine\r\nx-LOWER: 1\r\nDate: then\r\nSet-Cookie: a=1\r\n"
                "X-Empty: \r\nSet-Cookie: b=2\r\ncontent-LENGTH: 5\r\n\r\nhello");
    expect_next(&client);
    client_close(&client);
}

static void head_gets_the_fields_alone(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "HEAD /relay/length HTTP/1.1\r\nHost: h\r\n\r\n");
    struct answer answer = client_take(&client, true);
    assert_int_equal(answer.status, 299);
    fe_buf_done(&answer.body);
    client_settle(&client);
    assert_int_equal(client.in.len, 0);
    expect_next(&client);
    client_close(&client);
}

static void a_date_is_added_where_there_is_none(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, GET("/relay/none"));
    expect_text(&client, "HTTP/1.1 204 \r\nDate: ");
    client_settle(&client);
    assert_non_null(strstr(client.in.ptr, " GMT\r\n\r\n"));
    client_close(&client);
}

static void chunks_extensions_and_trailers_pass(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, GET("/relay/framed"));
    client_settle(&client);
    const char *body = strstr(client.in.ptr, "\r\n\r\n");
    assert_non_null(body);
    assert_string_equal(body + 4, "0005;ext=1\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    fe_buf_clear(&client.in);
    expect_next(&client);
    client_close(&client);
}

static void a_close_ends_what_has_no_other_end(void **state)
{
    static const char *const requests[] = {GET("/relay/close"),
                                           "GET /relay/framed HTTP/1.0\r\n\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        client_open(&client, *state);
        client_send(&client, requests[i]);
        WAIT_FOR(&client, client.eof);
        assert_null(strstr(client.in.ptr, "ransfer-"));
        assert_non_null(strstr(client.in.ptr, "Connection: close\r\n\r\nhello"));
        client_close(&client);
    }
}

static void a_truncated_body_is_sent_as_far_as_it_came(void **state)
{
    struct rig *rig = *state;
    struct client client;
    size_t gone = rig->gone;
    client_open(&client, rig);
    client_send(&client, GET("/relay/truncated"));
    WAIT_FOR(&client, client.eof);
    assert_false(client.reset);
    assert_string_equal(client.in.ptr + client.in.len - 9, "\r\n\r\nhello");
    assert_int_equal(rig->gone, gone + 1);
    client_close(&client);
}

static void an_early_answer_leaves_the_body_to_be_dropped(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /relay/early HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
    client_expect(&client, 413, "no!");
    static const char rest[100000] = {'x'};
    client_send_bytes(&client, rest, sizeof(rest));
    expect_next(&client);
    client_close(&client);
}

static void an_early_answer_may_close(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client,
                "POST /relay/early-closes HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
    client_expect(&client, 413, "no!");
    client_expect_eof(&client);
    client_close(&client);
}

static void interim_answers_go_before(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, GET("/relay/hints"));
    expect_text(&client, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 299 ");
    client_settle(&client);
    fe_buf_clear(&client.in);
    client_send(&client, "GET /relay/hints HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect_text(&client, "HTTP/1.1 299 ");
    client_close(&client);
}

static void a_chunked_request_is_read_with_its_framing(void **state)
{
    static const char body[] = "3;a=\"b\"\r\nabc\r\n02\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n";
    struct client client;
    client_open(&client, *state);
    client_send(&client,
                "POST /relay/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char *c = body; *c != '\0'; c++) {
        client_send_bytes(&client, c, 1);
        client_settle(&client);
    }
    client_expect(&client, 200, body);
    client_send(&client, "POST /relay/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    client_expect(&client, 200, "hello");
    expect_next(&client);
    client_close(&client);
}

#define EXPECTS                                                                                    \
    "POST /relay/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

static void going_on_is_for_the_reader_to_say(void **state)
{
    struct rig *rig = *state;
    const struct fe_headers none = {0};
    struct client client;
    client_open(&client, rig);
    client_send(&client, EXPECTS);
    WAIT_FOR(&client, rig->parked_count == 1);
    client_settle(&client);
    assert_int_equal(client.in.len, 0);
    fe_exchange_interim(rig->parked[0], 100, FE_SLICE("Go On"), &none);
    expect_text(&client, "HTTP/1.1 100 Go On\r\n\r\n");
    client_send(&client, "hello");
    client_expect(&client, 200, "hello");
    expect_next(&client);
    client_close(&client);
}

static void a_client_that_does_not_wait_is_read(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, EXPECTS "hello");
    client_expect(&client, 200, "hello");
    expect_next(&client);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_passes_as_it_came, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(head_gets_the_fields_alone, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_date_is_added_where_there_is_none, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(chunks_extensions_and_trailers_pass, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_close_ends_what_has_no_other_end, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_truncated_body_is_sent_as_far_as_it_came, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_early_answer_leaves_the_body_to_be_dropped, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(an_early_answer_may_close, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(interim_answers_go_before, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_chunked_request_is_read_with_its_framing, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(going_on_is_for_the_reader_to_say, rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(a_client_that_does_not_wait_is_read, rig_setup,
                                        rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

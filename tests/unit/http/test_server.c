/* SPDX-License-Identifier: MIT */
/* The engine as clients meet it: connections, bodies, pipelining, and the server's own end. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "util/alloc.h"

#define GET(target) "GET " target " HTTP/1.1\r\nHost: h\r\n\r\n"
#define NEXT GET("/next")
#define NEXT_BODY "GET /next "

/* ── connections that live on, or not ── */

static void keeps_the_connection(void **state)
{
    struct client client;
    client_open(&client, *state);
    for (size_t i = 0; i < 3; i++) {
        client_send(&client, NEXT);
        client_expect(&client, 200, NEXT_BODY);
    }
    client_close(&client);
}

static void closes_when_asked_to(void **state)
{
    static const char *const connections[] = {"close", "Close", "TE, close", "a,close ,b"};
    for (size_t i = 0; i < 4; i++) {
        struct client client;
        char request[128];
        (void)snprintf(request, sizeof(request),
                       "GET /a HTTP/1.1\r\nHost: h\r\nConnection: %s\r\n\r\n", connections[i]);
        client_open(&client, *state);
        client_send(&client, request);
        WAIT_FOR(&client, client.eof);
        assert_non_null(strstr(client.in.ptr, "\r\nConnection: close\r\n"));
        client_expect(&client, 200, "GET /a ");
        client_close(&client);
    }
}

static void closes_behind_http_1_0_unless_asked_to_stay(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    client_settle(&client);
    assert_non_null(strstr(client.in.ptr, "\r\nConnection: keep-alive\r\n"));
    client_expect(&client, 200, "GET /a ");
    client_send(&client, "GET /b HTTP/1.0\r\n\r\n");
    client_expect(&client, 200, "GET /b ");
    client_expect_eof(&client);
    client_close(&client);
}

static void ends_a_stream_to_http_1_0_by_closing(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "GET /stream/5 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    WAIT_FOR(&client, client.eof);
    assert_null(strstr(client.in.ptr, "chunked"));
    assert_memory_equal(client.in.ptr + client.in.len - 8, "\n\r\n\0\0\0\0", 3);
    assert_int_equal(client.in.ptr[client.in.len - 5], 'x');
    client_close(&client);
}

static void sends_no_body_to_head(void **state)
{
    static const char *const targets[] = {"/a", "/file", "/stream/5000000", "/big"};
    struct client client;
    client_open(&client, *state);
    for (size_t i = 0; i < 4; i++) {
        char request[64];
        (void)snprintf(request, sizeof(request), "HEAD %s HTTP/1.1\r\nHost: h\r\n\r\n", targets[i]);
        client_send(&client, request);
        struct answer answer = client_take(&client, true);
        assert_int_equal(answer.status, 200);
        client_settle(&client);
        assert_int_equal(client.in.len, 0);
    }
    client_send(&client, NEXT);
    client_expect(&client, 200, NEXT_BODY);
    client_close(&client);
}

/* ── bodies ── */

static void reads_bodies_of_both_framings(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    client_expect(&client, 200, "POST /a hello");
    client_send(&client, "PUT /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "5;x=\"y\"\r\nhello\r\n6\r\n world\r\n0\r\nT: 1\r\nU: 2\r\n\r\n" NEXT);
    client_expect(&client, 200, "PUT /b hello world");
    client_expect(&client, 200, NEXT_BODY);
    client_close(&client);
}

static void sends_files_and_large_answers(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/file") GET("/big") NEXT);
    struct answer file = client_take(&client, false);
    assert_int_equal(file.body.len, rig->file_bytes);
    assert_memory_equal(file.body.ptr, "begin", 5);
    assert_memory_equal(file.body.ptr + file.body.len - 3, "end", 3);
    fe_buf_done(&file.body);
    struct answer big = client_take(&client, false);
    assert_int_equal(big.body.len, 8 << 20);
    fe_buf_done(&big.body);
    client_expect(&client, 200, NEXT_BODY);
    assert_int_equal(rig->sent, 3);
    client_close(&client);
}

static void says_continue_only_when_it_wants_the_body(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                         "Expect: 100-Continue\r\n\r\n");
    struct answer interim = client_take(&client, true);
    assert_int_equal(interim.status, 100);
    client_send(&client, "hi");
    client_expect(&client, 200, "POST /a hi");
    client_send(&client, "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\n");
    client_expect(&client, 403, "early");
    client_expect_eof(&client);
    client_close(&client);
}

static void refuses_a_long_body_before_reading_it(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n"
                         "Expect: 100-continue\r\n\r\n");
    client_expect(&client, 413, NULL);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void refuses_a_long_chunked_body_where_it_gets_too_long(void **state)
{
    struct rig *rig = *state;
    struct client client;
    char *chunk = fe_xalloc(0x20000);
    client_open(&client, rig);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < 9; i++) {
        client_send(&client, "20000\r\n");
        client_send_bytes(&client, chunk, 0x20000);
        client_send(&client, "\r\n");
    }
    client_expect(&client, 413, NULL);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1);
    free(chunk);
    client_close(&client);
}

static void drops_the_rest_of_a_body_that_was_answered_early(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n");
    client_expect(&client, 403, "early");
    assert_int_equal(rig->sent, 1);
    client_send(&client, "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n....." NEXT);
    client_expect(&client, 200, NEXT_BODY);
    assert_false(rig->smuggled);
    client_close(&client);
}

static void closes_when_an_early_answer_leaves_too_much_behind(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\nabc");
    client_expect(&client, 403, "early");
    client_expect_eof(&client);
    client_close(&client);
}

static void announces_the_length_of_a_stream_that_knows_it(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, GET("/measured") NEXT);
    client_expect(&client, 200, "0123456789");
    client_expect(&client, 200, NEXT_BODY);
    client_close(&client);
}

static void cuts_off_an_answer_that_is_shorter_than_announced(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/measured-short") NEXT);
    client_expect(&client, 0, NULL);
    assert_int_equal(rig->gone, 1);
    assert_int_equal(rig->requests, 1);
    client_close(&client);
}

/* ── pipelining ── */

static void serves_sixteen_at_once_in_order(void **state)
{
    struct client client;
    client_open(&client, *state);
    for (int i = 0; i < 16; i++) {
        char request[64];
        (void)snprintf(request, sizeof(request), "GET /%d HTTP/1.1\r\nHost: h\r\n\r\n", i);
        client_send(&client, request);
    }
    for (int i = 0; i < 16; i++) {
        char body[32];
        (void)snprintf(body, sizeof(body), "GET /%d ", i);
        client_expect(&client, 200, body);
    }
    client_close(&client);
}

static void keeps_sixteen_waiting_behind_a_parked_one(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    for (int i = 0; i < 16; i++) {
        client_send(&client, NEXT);
    }
    client_settle(&client);
    assert_int_equal(rig->requests, 1);
    assert_int_equal(client.in.len, 0);
    rig_release(rig, "released");
    client_expect(&client, 200, "released");
    for (int i = 0; i < 16; i++) {
        client_expect(&client, 200, NEXT_BODY);
    }
    assert_int_equal(rig->sent, 17);
    client_close(&client);
}

static void serves_what_came_before_a_half_close(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, NEXT NEXT NEXT);
    client_finish(&client);
    for (int i = 0; i < 3; i++) {
        client_expect(&client, 200, NEXT_BODY);
    }
    client_expect_eof(&client);
    client_close(&client);
}

/* ── the end ── */

static void note_drained(void *arg)
{
    *(bool *)arg = true;
}

static void drains_what_is_under_way(void **state)
{
    struct rig *rig = *state;
    struct client idle;
    struct client parked;
    bool drained = false;
    const bool *seen = &drained; /* the compiler cannot know that it changes */
    client_open(&idle, rig);
    client_open(&parked, rig);
    client_send(&idle, NEXT);
    client_expect(&idle, 200, NEXT_BODY);
    client_send(&parked, GET("/park"));
    WAIT_FOR(&parked, rig->parked_count == 1);
    fe_http_server_drain(rig->server, note_drained, &drained);
    client_expect_eof(&idle);
    client_settle(&parked);
    assert_false(drained);
    rig_release(rig, "bye");
    client_expect(&parked, 200, "bye");
    client_expect_eof(&parked);
    client_close(&parked);
    WAIT_FOR(&idle, *seen);
    assert_int_equal(rig->sent, 2);
    client_close(&idle);
}

static void drains_at_once_when_there_is_nothing(void **state)
{
    struct rig *rig = *state;
    bool drained = false;
    fe_http_server_drain(rig->server, note_drained, &drained);
    assert_false(drained); /* from the loop, not from the call */
    fe_loop_turn(rig->loop);
    assert_true(drained);
}

static void frees_a_server_with_everything_under_way(void **state)
{
    struct rig *rig = *state;
    struct client clients[4];
    static const char *const requests[] = {
        GET("/park"), GET("/stream/4000000000"), "GET / HT",
        "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"};
    for (size_t i = 0; i < 4; i++) {
        client_open(&clients[i], rig);
        client_send(&clients[i], requests[i]);
    }
    WAIT_FOR(&clients[0], rig->parked_count == 1 && rig->sink);
    fe_http_server_free(rig->server);
    rig->server = NULL;
    assert_int_equal(rig->gone, 3);
    for (size_t i = 0; i < 4; i++) {
        client_close(&clients[i]);
    }
}

static void rests_while_descriptors_are_used_up(void **state)
{
#ifdef FE_VALGRIND
    skip(); /* which keeps the limit itself, by closing what was accepted */
#endif
    struct rig *rig = *state;
    struct client served;
    struct client waiting;
    struct rlimit limit;
    client_open(&served, rig);
    client_send(&served, NEXT);
    client_expect(&served, 200, NEXT_BODY);
    client_connect(&waiting, rig);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit used_up = limit;
    used_up.rlim_cur = (rlim_t)waiting.fd + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &used_up), 0);
    client_settle(&served);
    size_t log_len = rig->log.len;
    assert_true(log_len > 0);
    client_send(&served, NEXT);
    client_expect(&served, 200, NEXT_BODY);
    assert_int_equal(rig->log.len, log_len); /* it does not try on and on */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    client_secure(&waiting);
    client_send(&waiting, NEXT);
    client_expect(&waiting, 200, NEXT_BODY);
    client_close(&served);
    client_close(&waiting);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_the_connection),
        TEST(closes_when_asked_to),
        TEST(closes_behind_http_1_0_unless_asked_to_stay),
        TEST(ends_a_stream_to_http_1_0_by_closing),
        TEST(sends_no_body_to_head),
        TEST(reads_bodies_of_both_framings),
        TEST(sends_files_and_large_answers),
        TEST(says_continue_only_when_it_wants_the_body),
        TEST(refuses_a_long_body_before_reading_it),
        TEST(refuses_a_long_chunked_body_where_it_gets_too_long),
        TEST(drops_the_rest_of_a_body_that_was_answered_early),
        TEST(closes_when_an_early_answer_leaves_too_much_behind),
        TEST(announces_the_length_of_a_stream_that_knows_it),
        TEST(cuts_off_an_answer_that_is_shorter_than_announced),
        TEST(serves_sixteen_at_once_in_order),
        TEST(keeps_sixteen_waiting_behind_a_parked_one),
        TEST(serves_what_came_before_a_half_close),
        TEST(drains_what_is_under_way),
        TEST(drains_at_once_when_there_is_nothing),
        TEST(frees_a_server_with_everything_under_way),
        TEST(rests_while_descriptors_are_used_up),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}

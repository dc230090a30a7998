/* SPDX-License-Identifier: MIT */
/* Clients that leave: noticed at once, and never counted as served. */
#include "rig.h"

#include <sys/socket.h>

#define GET(target) "GET " target " HTTP/1.1\r\nHost: h\r\n\r\n"
#define NEXT GET("/next")
#define NEXT_BODY "GET /next "

/* ── clients that leave ── */

static void lets_a_parked_client_go(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset, client_finish};
    struct rig *rig = *state;
    for (size_t i = 0; i < 3; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, GET("/park"));
        WAIT_FOR(&client, rig->parked_count == 1);
        ways[i](&client);
        WAIT_FOR(&client, rig->parked_count == 0);
        assert_int_equal(rig->gone, i + 1);
        if (client.fd >= 0) {
            client_close(&client);
        }
    }
    assert_int_equal(rig->sent, 0);
}

static void sees_a_hang_up_behind_pipelined_bytes(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset};
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, GET("/park"));
        WAIT_FOR(&client, rig->parked_count == 1);
        client_send(&client, NEXT);
        client_settle(&client);
        ways[i](&client);
        WAIT_FOR(&client, rig->gone == i + 1);
        assert_int_equal(fe_http_server_connections(rig->server), 0);
    }
    assert_int_equal(rig->requests, 2);
}

/* The hang-up is in the kernel, but its event has not run when the answer is given. */
static void does_not_count_an_answer_to_a_client_that_has_just_left(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset};
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, GET("/park"));
        WAIT_FOR(&client, rig->parked_count == 1);
        ways[i](&client);
        rig_release(rig, "lost");
        WAIT_FOR(&client, rig->parked_count == 0);
        assert_int_equal(rig->gone, i + 1);
        assert_int_equal(rig->sent, 0);
    }
}

/* It has had its answer before the loop turns again. */
static void counts_an_answer_to_a_client_that_leaves_with_it(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        char bytes[1000];
        client_open(&client, rig);
        client_send(&client, i == 0 ? GET("/park") : GET("/hold"));
        WAIT_FOR(&client, rig->parked_count == 1);
        if (i == 0) {
            rig_release(rig, "taken");
        } else {
            fe_exchange_finish(rig->parked[0]);
        }
        assert_true(recv(client.fd, bytes, sizeof(bytes), 0) > 0);
        client_close(&client);
        WAIT_FOR(&client, rig->parked_count == 0);
        assert_int_equal(rig->sent, i + 1);
    }
}

static void counts_an_immediate_answer_as_lost_when_the_end_came_with_the_request(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, NEXT);
    client_finish(&client);
    client_expect(&client, 200, NEXT_BODY);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void finishes_a_stream_after_a_half_close(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/stream/50000000"));
    client_pump(&client);
    client_finish(&client);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.body.len, 50000000);
    fe_buf_done(&answer.body);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1); /* it could not be told from one who left */
    client_close(&client);
}

static void stops_a_stream_when_the_client_leaves(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset};
    struct rig *rig = *state;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, GET("/stream/4000000000"));
        WAIT_FOR(&client, client.in.len > 1000000);
        ways[i](&client);
        WAIT_FOR(&client, rig->gone == i + 1);
        assert_int_equal(fe_http_server_connections(rig->server), 0);
    }
}

static void sees_a_reset_while_an_answer_does_not_go_on(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/hold"));
    WAIT_FOR(&client, rig->parked_count == 1 && client.in.len > 0);
    client_reset(&client);
    WAIT_FOR(&client, rig->gone == 1);
}

static void ends_an_upload_that_breaks_off(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset, client_finish};
    struct rig *rig = *state;
    for (size_t i = 0; i < 3; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
        WAIT_FOR(&client, rig->sink);
        ways[i](&client);
        WAIT_FOR(&client, rig->gone == i + 1);
        if (client.fd >= 0) {
            client_close(&client);
        }
    }
}

/* One event tells of both, and the bytes stand before the reset. */
static void sees_a_reset_that_comes_together_with_bytes(void **state)
{
    static const char *const bytes[] = {
        "GET /par",
        GET("/park"),
        "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
        "POST /kept/sink HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
    };
    struct rig *rig = *state;
    for (size_t i = 0; i < 4; i++) {
        struct client client;
        client_open(&client, rig);
        WAIT_FOR(&client, fe_http_server_connections(rig->server) == 1);
        client_settle(&client);
        client_send(&client, bytes[i]);
        client_reset(&client);
        WAIT_FOR(&client, fe_http_server_connections(rig->server) == 0);
        assert_int_equal(rig->gone, i);
    }
    assert_int_equal(rig->parked_count, 0);
}

static void lets_a_client_go_whose_body_is_paused(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset};
    struct rig *rig = *state;
    rig->paused = true;
    for (size_t i = 0; i < 2; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
        WAIT_FOR(&client, rig->sink && rig->sunk_bytes == 3 * (i + 1));
        client_send(&client, "defghi");
        client_settle(&client);
        ways[i](&client);
        WAIT_FOR(&client, rig->gone == i + 1);
    }
}

static void an_abort_resets_the_connection(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/hold"));
    WAIT_FOR(&client, rig->parked_count == 1 && client.in.len > 0);
    fe_exchange_abort(rig->parked[0]);
    assert_int_equal(rig->gone, 0); /* not before the operation has returned */
    WAIT_FOR(&client, client.eof);
    assert_true(client.reset);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void an_abort_ends_the_body_too(void **state)
{
    struct rig *rig = *state;
    struct client client;
    rig->aborts = true;
    client_open(&client, rig);
    client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
    WAIT_FOR(&client, client.eof);
    assert_int_equal(client.in.len, 0);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void an_answer_ends_after_the_operation(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    rig_release(rig, "released");
    assert_int_equal(rig->sent + rig->gone, 0);
    client_expect(&client, 200, "released");
    WAIT_FOR(&client, rig->sent == 1);
    client_close(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lets_a_parked_client_go),
        TEST(sees_a_hang_up_behind_pipelined_bytes),
        TEST(does_not_count_an_answer_to_a_client_that_has_just_left),
        TEST(counts_an_answer_to_a_client_that_leaves_with_it),
        TEST(counts_an_immediate_answer_as_lost_when_the_end_came_with_the_request),
        TEST(finishes_a_stream_after_a_half_close),
        TEST(stops_a_stream_when_the_client_leaves),
        TEST(sees_a_reset_while_an_answer_does_not_go_on),
        TEST(ends_an_upload_that_breaks_off),
        TEST(sees_a_reset_that_comes_together_with_bytes),
        TEST(lets_a_client_go_whose_body_is_paused),
        TEST(an_abort_resets_the_connection),
        TEST(an_abort_ends_the_body_too),
        TEST(an_answer_ends_after_the_operation),
    };
    return cmocka_run_group_tests_name("hang_up", tests, NULL, NULL);
}

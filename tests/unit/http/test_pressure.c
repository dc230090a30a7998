/* SPDX-License-Identifier: MIT */
/* Clients and handlers that are slow or stop: back-pressure and deadlines. */
#include "rig.h"

#include <string.h>

#include "http/server_private.h"
#include "util/limits.h"

#define GET(target) "GET " target " HTTP/1.1\r\nHost: h\r\n\r\n"
#define NEXT GET("/next")
#define NEXT_BODY "GET /next "

/* ── back-pressure ── */

/* What a sender and a reader on the same machine can be apart, when nobody in between keeps more
 * than it must: mostly the kernel's socket buffers. */
enum {
    APART_BYTES_MAX = 32 << 20
};

static uint64_t drop_received(struct client *client)
{
    client_pump(client);
    uint64_t len = client->in.len;
    fe_buf_clear(&client->in);
    return len;
}

static void streams_no_faster_than_the_client_reads(void **state)
{
    const uint64_t total = 300000000;
    struct rig *rig = *state;
    struct client client;
    uint64_t received = 0;
    client_open(&client, rig);
    client_send(&client, GET("/stream/300000000"));
    for (int i = 0; i < 100; i++) {
        fe_loop_turn(rig->loop);
    }
    assert_true(total - rig->stream_left < APART_BYTES_MAX);
    while (received < total) {
        received += drop_received(&client);
        assert_true(total - rig->stream_left < received + APART_BYTES_MAX);
    }
    WAIT_FOR(&client, rig->sent == 1);
    assert_int_equal(rig->response_bytes, total);
    client_close(&client);
}

static size_t send_some(struct client *client, struct fe_slice bytes)
{
    ssize_t n = client_transmit(client, bytes.ptr, bytes.len);
    return n > 0 ? (size_t)n : 0;
}

static void leaves_a_body_in_the_kernel_that_nobody_takes(void **state)
{
    static const char block[65536] = {'b'};
    const size_t total = 209715200;
    struct rig *rig = *state;
    struct client client;
    size_t sent = 0;
    rig->paused = true;
    client_open(&client, rig);
    client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 209715200\r\n\r\n");
    for (size_t stuck = 0; stuck < 50;) {
        size_t n = send_some(&client, (struct fe_slice){block, sizeof(block)});
        stuck = n > 0 ? 0 : stuck + 1;
        sent += n;
        client_pump(&client);
    }
    assert_true(sent < APART_BYTES_MAX);
    assert_true(rig->sunk_bytes <= FE_LIMIT_INPUT_BYTES);
    rig->paused = false;
    fe_exchange_resume_body(rig->sink);
    while (sent < total) {
        size_t len = total - sent < sizeof(block) ? total - sent : sizeof(block);
        sent += send_some(&client, (struct fe_slice){block, len});
        client_pump(&client);
        assert_true(sent < rig->sunk_bytes + APART_BYTES_MAX);
    }
    client_expect(&client, 200, "sunk");
    assert_int_equal(rig->sunk_bytes, total);
    client_close(&client);
}

/* The app writes what it reads, and reads no more while its client does not. */
static void pipes_a_body_back_at_the_pace_of_the_reader(void **state)
{
    const uint64_t chunks = 2000;
    struct rig *rig = *state;
    struct client client;
    struct fe_buf chunk;
    uint64_t received = 0;
    fe_buf_init(&chunk, 1 << 20);
    (void)fe_buf_puts(&chunk, "10000\r\n");
    for (size_t i = 0; i < 0x10000; i++) {
        (void)fe_buf_putc(&chunk, 'c');
    }
    (void)fe_buf_puts(&chunk, "\r\n");
    client_open(&client, rig);
    client_send(&client, "POST /pipe HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t sent = 0, stuck = 0; sent < chunks * chunk.len;) {
        size_t n = send_some(&client, fe_slice_from(fe_buf_slice(&chunk), sent % chunk.len));
        sent += n;
        stuck = n > 0 ? 0 : stuck + 1;
        fe_loop_turn(rig->loop);
        assert_true(rig->sunk_bytes < received + APART_BYTES_MAX);
        received += stuck > 50 ? drop_received(&client) : 0;
    }
    client_send(&client, "0\r\n\r\n");
    while (rig->sent == 0) {
        received += drop_received(&client);
    }
    assert_true(received > chunks << 15);
    assert_int_equal(rig->request_bytes, chunks << 16);
    assert_int_equal(rig->response_bytes, chunks << 16);
    fe_buf_done(&chunk);
    client_close(&client);
}

/* ── deadlines ── */

static void refuses_a_head_that_does_not_end(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    for (int i = 0; i < 10; i++) {
        client_send(&client, i == 0 ? "GET / HTTP/1.1\r\n" : "A: b\r\n");
        client_settle(&client);
        rig_pass(rig, 1);
    }
    client_settle(&client);
    assert_int_equal(client.in.len, 0);
    rig_pass(rig, 1);
    client_expect(&client, 408, NULL);
    client_expect_eof(&client);
    client_close(&client);
}

static void takes_no_empty_line_for_the_beginning_of_a_head(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    for (int i = 0; i < FE_LIMIT_IDLE_MS / 1000; i++) {
        client_send(&client, i % 2 == 0 ? "\r" : "\n");
        client_settle(&client);
        rig_pass(rig, 1);
    }
    assert_false(client.eof);
    rig_pass(rig, 1);
    WAIT_FOR(&client, fe_http_server_connections(rig->server) == 0);
    client_close(&client);
}

static void closes_an_idle_connection_without_a_word(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, NEXT);
    client_expect(&client, 200, NEXT_BODY);
    rig_pass(rig, FE_LIMIT_IDLE_MS / 1000);
    client_settle(&client);
    assert_false(client.eof);
    rig_pass(rig, 1);
    client_expect_eof(&client);
    client_close(&client);
}

static void never_closes_a_parked_one(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/park"));
    WAIT_FOR(&client, rig->parked_count == 1);
    rig_pass(rig, 1000);
    rig_release(rig, "still here");
    client_expect(&client, 200, "still here");
    client_close(&client);
}

static void refuses_a_body_that_stops_coming(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
    client_send(&client, "x");
    client_settle(&client);
    rig_pass(rig, FE_LIMIT_BODY_STALL_MS / 1000);
    client_settle(&client);
    assert_int_equal(client.in.len, 0);
    rig_pass(rig, 1);
    client_expect(&client, 408, NULL);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

/* Sends a byte, always just before it would be too late, for `seconds`. */
static void dribble(struct client *client, unsigned seconds)
{
    for (unsigned s = 0; s < seconds && !client->eof; s++) {
        if (s % 50 == 0) {
            client_send(client, "x");
            client_settle(client);
        }
        rig_pass(client->rig, 1);
    }
}

static void refuses_a_body_that_dribbles(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    dribble(&client, FE_LIMIT_BODY_STALL_MS / 1000);
    assert_int_equal(client.in.len, 0);
    dribble(&client, 1);
    client_expect(&client, 408, NULL);
    client_expect_eof(&client);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void refuses_a_kept_body_that_dribbles(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /kept/sink HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    dribble(&client, FE_LIMIT_BODY_STALL_MS / 1000 + 1);
    client_expect(&client, 408, NULL);
    client_close(&client);
}

static void forgets_a_dropped_body_that_dribbles(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
    client_expect(&client, 403, "early");
    dribble(&client, FE_LIMIT_BODY_STALL_MS / 1000 + 1);
    client_expect_eof(&client);
    client_close(&client);
}

static void takes_a_long_body_that_keeps_the_pace(void **state)
{
    static const char second[FE_LIMIT_PACE_BYTES] = {'b'};
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 307200\r\n\r\n");
    for (size_t s = 0; s < 300; s++) {
        client_send_bytes(&client, second, sizeof(second));
        client_settle(&client);
        rig_pass(rig, 1);
    }
    client_expect(&client, 200, NULL);
    client_close(&client);
}

/* A module's result, say: it comes as it is thought out. */
static void asks_no_pace_of_a_body_that_is_read_as_it_comes(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n");
    dribble(&client, 20 * 50);
    client_expect(&client, 200, "sunk");
    client_close(&client);
}

static void does_not_blame_a_client_whose_body_is_paused(void **state)
{
    struct rig *rig = *state;
    struct client client;
    rig->paused = true;
    client_open(&client, rig);
    client_send(&client, "POST /sink HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    WAIT_FOR(&client, rig->sunk_bytes == 1);
    rig_pass(rig, 1000);
    rig->paused = false;
    fe_exchange_resume_body(rig->sink);
    client_send(&client, "bc");
    client_expect(&client, 200, "sunk");
    client_close(&client);
}

static void cuts_off_a_client_that_does_not_read(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/stream/4000000000"));
    for (int i = 0; i < 20; i++) {
        fe_loop_turn(rig->loop);
    }
    rig_pass(rig, FE_LIMIT_BODY_STALL_MS / 1000);
    assert_int_equal(rig->gone, 0);
    rig_pass(rig, 2);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

/* What moves when it reads a little is more than it has read: the kernel tells in large steps. */
static void cuts_off_a_client_that_dribbles_what_it_reads(void **state)
{
    struct rig *rig = *state;
    struct client client;
    unsigned seconds = 0;
    char some[40960];
    client_open(&client, rig);
    client_send(&client, GET("/stream/4000000000"));
    for (int i = 0; i < 20; i++) {
        fe_loop_turn(rig->loop);
    }
    while (rig->gone == 0 && seconds < 10000) {
        if (seconds % 50 == 0) {
            (void)client_receive(&client, some, sizeof(some));
        }
        fe_loop_turn(rig->loop);
        rig_pass(rig, 1);
        seconds++;
    }
    assert_int_equal(rig->gone, 1);
    assert_true(seconds > FE_LIMIT_BODY_STALL_MS / 1000);
    client_close(&client);
}

static void serves_a_client_that_reads_at_its_pace(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/stream/40000000"));
    while (rig->sent == 0) {
        char some[65536];
        (void)client_receive(&client, some, sizeof(some));
        fe_loop_turn(rig->loop);
        rig_pass(rig, 1);
        assert_int_equal(rig->gone, 0);
    }
    client_close(&client);
}

/* It may have closed only its sending side, or have left; while nothing is sent, nobody can tell.
 */
static void gives_up_on_a_half_closed_client_when_nothing_moves(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, GET("/hold"));
    WAIT_FOR(&client, client.in.len > 0);
    client_finish(&client);
    client_settle(&client);
    rig_pass(rig, FE_LIMIT_BODY_STALL_MS / 1000);
    (void)fe_exchange_write(rig->parked[0], FE_SLICE("second"));
    rig_pass(rig, FE_LIMIT_BODY_STALL_MS / 1000);
    assert_int_equal(rig->gone, 0);
    rig_pass(rig, 1);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

static void lingers_for_a_refused_client_but_not_for_ever(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "BAD\r\n\r\n");
    client_expect(&client, 400, NULL);
    client_expect_eof(&client);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fe_http_server_connections(rig->server), 1);
        client_send(&client, "more and more");
        client_settle(&client);
        rig_pass(rig, 1);
    }
    rig_pass(rig, 1);
    assert_int_equal(fe_http_server_connections(rig->server), 0);
    client_close(&client);
}

static void a_client_that_closes_ends_the_lingering(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "BAD\r\n\r\n");
    client_expect(&client, 400, NULL);
    client_close(&client);
    WAIT_FOR(&client, fe_http_server_connections(rig->server) == 0);
}

/* ── too many connections ── */

static void answers_one_connection_too_many(void **state)
{
    struct rig *rig = *state;
    struct client served;
    struct client surplus;
    struct client next;
    fe_http_server_limit(rig->server, 1);
    client_open(&served, rig);
    client_send(&served, NEXT);
    client_expect(&served, 200, NEXT_BODY);
    client_open(&surplus, rig);
    client_send(&surplus, NEXT);
    client_expect(&surplus, 503, NULL);
    client_expect_eof(&surplus);
    client_close(&surplus);
    client_send(&served, NEXT);
    client_expect(&served, 200, NEXT_BODY);
    client_close(&served);
    WAIT_FOR(&surplus, fe_http_server_connections(rig->server) == 0);
    client_open(&next, rig);
    client_send(&next, NEXT);
    client_expect(&next, 200, NEXT_BODY);
    client_close(&next);
}

static void gives_a_surplus_connection_the_time_of_a_head(void **state)
{
    struct rig *rig = *state;
    struct client client;
    fe_http_server_limit(rig->server, 0);
    client_open(&client, rig);
    WAIT_FOR(&client, fe_http_server_connections(rig->server) == 1);
    client_settle(&client);
    rig_pass(rig, FE_LIMIT_HEAD_MS / 1000);
    assert_int_equal(fe_http_server_connections(rig->server), 1);
    rig_pass(rig, 1);
    assert_int_equal(fe_http_server_connections(rig->server), 0);
    client_expect_eof(&client);
    client_close(&client);
}

/* Beyond those that can be told, connections wait in the kernel, and have their turn. */
static void stops_accepting_when_it_is_full_and_goes_on(void **state)
{
    enum {
        CLIENTS = FE_LIMIT_SURPLUS_CONNECTIONS + 10
    };
    static struct client clients[CLIENTS];
    struct rig *rig = *state;
    fe_http_server_limit(rig->server, 0);
    for (size_t i = 0; i < CLIENTS; i++) {
        client_connect(&clients[i], rig);
    }
    client_settle(&clients[0]);
    assert_int_equal(fe_http_server_connections(rig->server), FE_LIMIT_SURPLUS_CONNECTIONS);
    fe_http_server_limit(rig->server, 1000);
    client_close(&clients[0]);
    WAIT_FOR(&clients[1], fe_http_server_connections(rig->server) == CLIENTS - 1);
    assert_non_null(strstr(rig->log.ptr, "no more are served"));
    assert_null(strstr(strstr(rig->log.ptr, "no more are served") + 1, "no more are served"));
    for (size_t i = 1; i < CLIENTS; i++) {
        client_close(&clients[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(streams_no_faster_than_the_client_reads),
        TEST(leaves_a_body_in_the_kernel_that_nobody_takes),
        TEST(pipes_a_body_back_at_the_pace_of_the_reader),
        TEST(refuses_a_head_that_does_not_end),
        TEST(takes_no_empty_line_for_the_beginning_of_a_head),
        TEST(closes_an_idle_connection_without_a_word),
        TEST(never_closes_a_parked_one),
        TEST(refuses_a_body_that_stops_coming),
        TEST(refuses_a_body_that_dribbles),
        TEST(refuses_a_kept_body_that_dribbles),
        TEST(forgets_a_dropped_body_that_dribbles),
        TEST(takes_a_long_body_that_keeps_the_pace),
        TEST(asks_no_pace_of_a_body_that_is_read_as_it_comes),
        TEST(does_not_blame_a_client_whose_body_is_paused),
        TEST(cuts_off_a_client_that_does_not_read),
        TEST(cuts_off_a_client_that_dribbles_what_it_reads),
        TEST(serves_a_client_that_reads_at_its_pace),
        TEST(gives_up_on_a_half_closed_client_when_nothing_moves),
        TEST(lingers_for_a_refused_client_but_not_for_ever),
        TEST(a_client_that_closes_ends_the_lingering),
        TEST(answers_one_connection_too_many),
        TEST(gives_a_surplus_connection_the_time_of_a_head),
        TEST(stops_accepting_when_it_is_full_and_goes_on),
    };
    return cmocka_run_group_tests_name("pressure", tests, NULL, NULL);
}

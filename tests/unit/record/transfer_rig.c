/* SPDX-License-Identifier: MIT */
#include "transfer_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/clock.h"

static void on_request(void *self, struct fe_exchange *x)
{
    struct transfer_rig *f = self;
    fe_record_handle(f->record, x);
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct transfer_rig *f = self;
    (void)x;
    f->ended = true;
    f->outcome = outcome;
}

static void drop_line(struct fe_slice line, void *arg)
{
    (void)line;
    (void)arg;
}

/* ── the upstream ── */

static void listen_anywhere(struct transfer_rig *f)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(f->listener, 16), 0);
    assert_int_equal(getsockname(f->listener, (struct sockaddr *)&address, &len), 0);
    (void)snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d", ntohs(address.sin_port));
}

/* A turn of the loop, as long as there is patience. */
static void turn(struct transfer_rig *f, int64_t since_ns)
{
    assert_true(fe_clock_monotonic_ns() - since_ns < PATIENCE_S * FE_NS_PER_S);
    fe_loop_turn(f->loop);
}

void rig_hang_up(struct transfer_rig *f)
{
    if (f->upstream >= 0) {
        (void)close(f->upstream);
        f->upstream = -1;
    }
}

void rig_accept(struct transfer_rig *f)
{
    int64_t since_ns = fe_clock_monotonic_ns();
    rig_hang_up(f);
    while ((f->upstream = accept(f->listener, NULL, NULL)) < 0) {
        turn(f, since_ns);
    }
    assert_int_equal(fcntl(f->upstream, F_SETFL, O_NONBLOCK), 0);
}

void rig_say(struct transfer_rig *f, const char *text)
{
    assert_int_equal(send(f->upstream, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What has come, up to `size` bytes or the end. */
size_t rig_hear(struct transfer_rig *f, char *room, size_t size)
{
    int64_t since_ns = fe_clock_monotonic_ns();
    size_t len = 0;
    while (len < size) {
        ssize_t n = recv(f->upstream, room + len, size - len, 0);
        if (n == 0 || (n < 0 && errno == ECONNRESET)) {
            break;
        }
        if (n < 0) {
            turn(f, since_ns);
        } else {
            len += (size_t)n;
        }
    }
    return len;
}

/* "@" in the text stands for the upstream's address. */
void rig_expect_heard(struct transfer_rig *f, const char *text)
{
    char expected[TEXT_BYTES];
    char heard[TEXT_BYTES];
    const char *at = strchr(text, '@');
    size_t front = at ? (size_t)(at - text) : strlen(text);
    int len = snprintf(expected, sizeof(expected), "%.*s%s%s", (int)front, text,
                       at ? f->url + strlen("http://") : "", at ? at + 1 : "");
    struct fe_slice all = {heard, rig_hear(f, heard, (size_t)len)};
    EXPECT_SLICE(all, expected);
}

void rig_expect_end(struct transfer_rig *f)
{
    char byte;
    assert_int_equal(rig_hear(f, &byte, 1), 0);
}

/* ── the client ── */

void rig_start_record(struct transfer_rig *f, int64_t timeout_ms, bool rewrite_bodies)
{
    struct fe_errors errors;
    const struct fe_record_options options = {
        .upstream = f->url, .timeout_ms = timeout_ms, .rewrite_bodies = rewrite_bodies};
    fe_record_free(f->record);
    fe_errors_init(&errors);
    assert_int_equal(fe_record_new(&options, &f->env, f->loop, NULL, &f->record, &errors), 0);
    fe_errors_done(&errors);
}

void rig_ask(struct transfer_rig *f, enum fe_method method, const char *target, const char *body)
{
    static const char *const headers[] = {"Host", "localhost:4000", "X-b", "1", NULL};
    const struct fe_loopback_request request = {
        .method = method, .target = target, .headers = headers, .body = fe_slice_cstr(body)};
    fe_loopback_free(f->client);
    f->ended = false;
    f->client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
}

void rig_await_end(struct transfer_rig *f)
{
    int64_t since_ns = fe_clock_monotonic_ns();
    while (!f->ended) {
        turn(f, since_ns);
    }
}

void rig_expect_answer(struct transfer_rig *f, int status, const char *body)
{
    rig_await_end(f);
    assert_int_equal(f->outcome, FE_SENT);
    assert_int_equal(fe_loopback_status(f->client), status);
    EXPECT_SLICE(fe_loopback_body(f->client), body);
}

void rig_expect_error(struct transfer_rig *f, int status, const char *name)
{
    rig_await_end(f);
    assert_int_equal(fe_loopback_status(f->client), status);
    struct fe_slice body = fe_loopback_body(f->client);
    char text[TEXT_BYTES];
    (void)snprintf(text, sizeof(text), FE_PRI, FE_ARG(body));
    assert_non_null(strstr(text, name));
    assert_non_null(strstr(text, f->url));
}

int rig_setup(void **state)
{
    struct transfer_rig *f = fe_xalloc(sizeof(*f));
    /* Whatever proxy this machine has, it is not for these. */
    assert_int_equal(setenv("no_proxy", "*", 1), 0);
    fe_clock_init(&f->env.clock);
    fe_random_init_deterministic(&f->env.random, 1);
    f->env.log.sink = drop_line;
    f->loop = fe_loop_new();
    f->app =
        (struct fe_app){.self = f, .source = "record", .on_request = on_request, .on_end = on_end};
    f->upstream = -1;
    listen_anywhere(f);
    rig_start_record(f, PATIENCE_MS, false);
    *state = f;
    return 0;
}

int rig_teardown(void **state)
{
    struct transfer_rig *f = *state;
    fe_loopback_free(f->client);
    fe_record_free(f->record);
    rig_hang_up(f);
    (void)close(f->listener);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* What a connection takes in: a head, of which it makes an exchange, and a body, which it feeds to
 * that; while the answer is in the making, news of the client; and when it closes, whatever. */
#include <errno.h>

#include "http/connection.h"
#include "util/limits.h"

enum {
    READS_PER_TURN = 16, /* then the others have theirs */
    TLS_HANDSHAKE = 0x16 /* first byte of a client that speaks TLS to a plain port */
};

/* Every step returns whether another one may follow at once. */

/* The end of input, or another protocol than the port's. */
static bool end_input(struct fe_connection *c, ssize_t r)
{
    const char *problem = fe_transport_problem(&c->transport);
    if (r == -EPROTONOSUPPORT) {
        return fe_connection_refuse(c, 400, "This port speaks TLS: use https.");
    }
    if (problem && !fe_transport_is_open(&c->transport)) {
        fe_log_printf(&c->gate->env->log, FE_LOG_INFO, "no TLS with %s: %s", c->peer, problem);
    }
    c->cut = true;
    return true;
}

/* Reads more behind what is ahead. */
static bool read_more(struct fe_connection *c)
{
    if (c->reads++ == READS_PER_TURN) {
        fe_transport_kick(&c->transport);
        return false;
    }
    char *room = c->gate->input;
    if (c->ahead.len > 0 && c->ahead.ptr != room) {
        memmove(room, c->ahead.ptr, c->ahead.len);
    }
    c->ahead.ptr = room;
    ssize_t n =
        fe_transport_read(&c->transport, room + c->ahead.len, FE_LIMIT_INPUT_BYTES - c->ahead.len);
    if (n == -EAGAIN) {
        return false;
    }
    if (n <= 0) {
        return end_input(c, n);
    }
    if (c->state == FE_CONNECTION_BODY) {
        c->quiet_s = 0;
    }
    c->ahead.len += (size_t)n;
    return true;
}

/* ── HEAD ── */

/* Empty lines before a request are a habit of old clients (RFC 9112 §2.2). */
static void skip_empty_lines(struct fe_connection *c)
{
    while (c->scan.offset == 0 && fe_slice_starts(c->ahead, FE_SLICE("\r\n"))) {
        c->ahead = fe_slice_from(c->ahead, 2);
    }
}

/* As far as it is known: by its announced length, or the chunk that has just begun. */
static bool is_too_long(const struct fe_connection *c)
{
    uint64_t left = c->body.step == FE_BODY_DATA ? c->body.left : 0;
    return c->body_bytes > c->body_bytes_max || left > c->body_bytes_max - c->body_bytes;
}

static bool begin_exchange(struct fe_connection *c, const struct fe_head *head,
                           struct fe_arena *arena)
{
    struct fe_gate *gate = c->gate;
    struct fe_exchange *x =
        fe_exchange_new(&fe_connection_ops, c, gate->app, gate->env, gate->loop);
    x->arena = *arena;
    x->request = head->request;
    x->request.peer = fe_slice_cstr(c->peer);
    x->request.tls = c->transport.tls != NULL;
    c->x = x;
    c->closes = !head->keep_alive;
    c->continue_due = head->expects_continue;
    x->expects_continue = head->expects_continue;
    c->delivered = false;
    c->reached = false;
    c->body_bytes = 0;
    c->quiet_s = 0;
    c->slow_s = 0;
    fe_body_decoder_init(&c->body, &head->framing);
    c->state = fe_body_done(&c->body) ? FE_CONNECTION_BUSY : FE_CONNECTION_BODY;
    fe_exchange_start(x);
    c->body_bytes_max = fe_exchange_body_max(x);
    if (c->cut) {
        return true;
    }
    if (c->state == FE_CONNECTION_BUSY) {
        fe_exchange_feed_end(x);
    }
    return true;
}

static bool read_head(struct fe_connection *c)
{
    const char *why = NULL;
    if (!fe_output_is_empty(&c->output)) {
        return false;
    }
    skip_empty_lines(c);
    if (c->scan.offset == 0 && c->ahead.len > 0 && c->ahead.ptr[0] == TLS_HANDSHAKE) {
        return fe_connection_refuse(c, 400, "This port does not speak TLS: use http.");
    }
    bool idle = c->scan.offset == 0;
    ptrdiff_t len = fe_head_scan(&c->scan, c->ahead, &why);
    if (idle && c->scan.offset > 0) {
        c->quiet_s = 0; /* from its first byte on, whatever empty lines came before */
    }
    if (len <= 0) {
        return len == 0 ? read_more(c) : fe_connection_refuse(c, (int)-len, why);
    }
    struct fe_arena arena = {NULL};
    struct fe_head head;
    const struct fe_slice text = {c->ahead.ptr, (size_t)len};
    int status = fe_head_parse(text, c->scan.lines, &arena, &head, &why);
    c->ahead = fe_slice_from(c->ahead, (size_t)len);
    if (status == 0 && c->surplus) {
        status = 503;
        why = "There are too many connections.";
    }
    if (status == 0) {
        return begin_exchange(c, &head, &arena);
    }
    fe_arena_done(&arena);
    return fe_connection_refuse(c, status, why);
}

/* ── BODY and BUSY ── */

/* While an exchange lets us wait. Bytes that nobody reads may stand before the news that the client
 * has gone, so the kernel is asked for it. Whom we have cut off may go: his answer goes on. */
static bool watch_client(struct fe_connection *c)
{
    struct fe_transport *transport = &c->transport;
    if ((transport->readable || transport->unsure) && !transport->broken) {
        fe_transport_look(transport);
    }
    bool answering = c->x->response.status != 0;
    c->cut = (transport->broken && !c->shut) || (transport->hung_up && !answering);
    return c->cut;
}

static bool end_body(struct fe_connection *c)
{
    if (c->x == NULL) {
        return fe_connection_await_head(c);
    }
    c->state = FE_CONNECTION_BUSY;
    fe_exchange_feed_end(c->x);
    return true;
}

/* Unless whoever reads sees to it himself; then a client that does not wait any longer, and sends,
 * has answered its own question. */
static void send_continue(struct fe_connection *c)
{
    static const struct fe_slice interim = FE_SLICE_INIT("HTTP/1.1 100 Continue\r\n\r\n");
    if (!fe_exchange_takes_framed(c->x)) {
        c->continue_due = false;
        c->cut |= fe_output_write(&c->output, &c->transport, &interim, 1) < 0;
    }
}

/* The end of input within a body. An answer that is complete is still sent to its end. */
static bool lose_body(struct fe_connection *c)
{
    if (c->x && c->x->finished && !c->transport.broken) {
        c->cut = false;
        c->closes = true;
        c->state = FE_CONNECTION_BUSY;
    }
    return true;
}

static bool read_body(struct fe_connection *c)
{
    struct fe_slice data = {NULL, 0};
    if (c->x && c->x->response.status == 0 && is_too_long(c)) {
        return fe_connection_refuse(c, 413, "The body is larger than this route takes.");
    }
    if (c->x && !fe_exchange_takes_body(c->x)) {
        return watch_client(c);
    }
    if (c->continue_due && c->x && c->x->response.status == 0) {
        send_continue(c);
    }
    if (c->ahead.len == 0) {
        bool more = read_more(c);
        return c->cut ? lose_body(c) : more;
    }
    c->continue_due = false;
    const char *framed = c->ahead.ptr;
    if (fe_body_decode(&c->body, &c->ahead, &data) < 0) {
        return fe_connection_refuse(c, 400, "The body is not well chunked.");
    }
    c->body_bytes += data.len;
    c->moved += data.len;
    if (is_too_long(c)) {
        return fe_connection_refuse(c, 413, "The body is larger than this route takes.");
    }
    if (c->x && fe_exchange_takes_framed(c->x)) {
        data = (struct fe_slice){framed, (size_t)(c->ahead.ptr - framed)};
    }
    if (c->x && data.len > 0) {
        fe_exchange_feed(c->x, data);
    }
    return fe_body_done(&c->body) && !c->cut ? end_body(c) : true;
}

/* ── LINGER ── */

static bool drop_input(struct fe_connection *c)
{
    if (!fe_output_is_empty(&c->output)) {
        return false;
    }
    c->shut = c->shut || fe_transport_shutdown(&c->transport) == 0;
    if (!c->shut) {
        return false;
    }
    c->ahead.len = 0;
    return read_more(c);
}

bool fe_connection_take_in(struct fe_connection *c)
{
    switch (c->state) {
    case FE_CONNECTION_HEAD:
        return read_head(c);
    case FE_CONNECTION_BODY:
        return read_body(c);
    case FE_CONNECTION_BUSY:
        return watch_client(c);
    case FE_CONNECTION_LINGER:
        return drop_input(c);
    }
    return false;
}

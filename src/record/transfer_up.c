/* SPDX-License-Identifier: MIT */
/* The request's way up. Small pieces that come in one turn of the loop, such as a head and its
 * body, leave together at its end: that is the cork. */
#include <assert.h>
#include <errno.h>

#include "http/framing.h"
#include "http/loop.h"
#include "record/request_head.h"
#include "record/transfer.h"
#include "util/limits.h"

enum {
    CORKED_BYTES_MAX = 16 << 10,
    /* What is read in one go, and a head. */
    OUT_BYTES_MAX = 2 * (int)(FE_LIMIT_INPUT_BYTES + FE_LIMIT_HEAD_BYTES)
};

static size_t unsent(const struct fe_upload *up)
{
    return up->out.len - up->out_sent;
}

static void uncork(struct fe_transfer *t)
{
    if (t->up.corked) {
        t->up.corked = false;
        TAILQ_REMOVE(&t->record->corked, t, cork_link);
    }
}

static void cork(struct fe_transfer *t)
{
    struct fe_record *record = t->record;
    if (t->up.corked) {
        return;
    }
    if (TAILQ_EMPTY(&record->corked)) {
        fe_timer_start(record->cork_timer, 0);
    }
    t->up.corked = true;
    TAILQ_INSERT_TAIL(&record->corked, t, cork_link);
}

/* ── to the upstream ── */

/* The upstream takes no more. What it had to say before may still be there to be read; the client's
 * body is read on and dropped. */
static void break_off(struct fe_transfer *t)
{
    t->up.broken = true;
    fe_buf_clear(&t->up.out);
    t->up.out_sent = 0;
    t->readable = true;
    fe_upstream_kick(t->claim.upstream);
}

/* Sends from `bytes`: how many are taken care of. */
static size_t send_bytes(struct fe_transfer *t, struct fe_slice bytes)
{
    ptrdiff_t n = fe_upstream_send(t->claim.upstream, bytes);
    if (n < 0) {
        break_off(t);
        return bytes.len;
    }
    return (size_t)n;
}

static void flush(struct fe_transfer *t)
{
    struct fe_upload *up = &t->up;
    uncork(t);
    if (up->broken) {
        return;
    }
    if (unsent(up) == 0 && !fe_upstream_has_unsent(t->claim.upstream)) {
        return;
    }
    size_t n = send_bytes(t, fe_slice_from(fe_buf_slice(&up->out), up->out_sent));
    up->out_sent += up->broken ? 0 : n;
    if (unsent(up) == 0) {
        fe_buf_clear(&up->out);
        up->out_sent = 0;
    }
    fe_transfer_settle(t, n > 0);
}

static bool is_clogged(const struct fe_transfer *t)
{
    return !t->up.broken && (unsent(&t->up) > 0 || fe_upstream_has_unsent(t->claim.upstream));
}

static void pause_body(struct fe_transfer *t)
{
    t->up.paused = true;
    fe_exchange_pause_body(t->x);
}

static void resume_body(struct fe_transfer *t)
{
    if (t->up.paused && !t->up.whole) {
        t->up.paused = false;
        fe_exchange_resume_body(t->x);
    }
}

void fe_upload_push(struct fe_transfer *t)
{
    if (t->claim.state != FE_CLAIM_HELD || t->over) {
        return;
    }
    flush(t);
    if (!is_clogged(t) && !t->stalled) {
        resume_body(t);
    }
}

bool fe_upload_is_out(const struct fe_transfer *t)
{
    return (!t->up.has_body || t->up.whole) && !t->up.broken && !is_clogged(t);
}

/* ── from the client ── */

static void on_decoded(void *arg, struct fe_slice data, bool cut)
{
    struct fe_transfer *t = arg;
    fe_told_request_body(&t->told, data, cut);
}

/* Behind what waits; or, if that is nothing and `data` is much, straight on. */
static void pass_on(struct fe_transfer *t, struct fe_slice data)
{
    struct fe_upload *up = &t->up;
    if (unsent(up) + data.len <= CORKED_BYTES_MAX) {
        (void)fe_buf_put(&up->out, data);
        cork(t);
        return;
    }
    flush(t);
    if (!is_clogged(t)) {
        data = fe_slice_from(data, send_bytes(t, data));
        fe_transfer_settle(t, true);
    }
    if (!up->broken && fe_buf_put(&up->out, data) < 0) {
        break_off(t);
    }
    if (is_clogged(t)) {
        pause_body(t);
    }
}

static void on_data(void *arg, struct fe_exchange *x, struct fe_slice data)
{
    struct fe_transfer *t = arg;
    size_t used = 0;
    (void)x;
    if (t->over) {
        return;
    }
    /* The engine has checked it with the same decoder. */
    int r = fe_wire_body_feed(&t->up.body, data, on_decoded, t, &used);
    assert(r == 0 && used == data.len);
    (void)r;
    t->up.started = true;
    if (!t->up.broken) {
        pass_on(t, data);
    }
    if (fe_transfer_stall(t)) {
        pause_body(t);
    }
}

static void on_body_end(void *arg, struct fe_exchange *x)
{
    struct fe_transfer *t = arg;
    (void)x;
    t->up.whole = true;
    if (!t->over) {
        fe_upload_push(t);
        fe_transfer_settle(t, false);
    }
}

/* ── beginning and end ── */

void fe_upload_init(struct fe_transfer *t)
{
    static const struct fe_body_reader reader = {
        .on_data = on_data, .on_end = on_body_end, .as_framed = true};
    const struct fe_request *request = fe_exchange_request(t->x);
    struct fe_framing framing = {FE_FRAMING_NONE, 0};
    const char *why = NULL;
    int status = fe_framing_decide(request, &framing, &why);
    assert(status == 0); /* the engine would have refused it */
    (void)status;
    t->up.has_body = framing.kind != FE_FRAMING_NONE;
    fe_wire_body_init(&t->up.body, t->head.framing, framing.length);
    fe_buf_init_firm(&t->up.out, OUT_BYTES_MAX);
    if (t->up.has_body) {
        fe_exchange_read_body(t->x, &reader, t);
        pause_body(t);
    }
}

void fe_upload_rewind(struct fe_transfer *t)
{
    assert(!t->up.has_body);
    fe_buf_clear(&t->up.out);
    t->up.out_sent = 0;
    t->up.broken = false;
}

void fe_upload_done(struct fe_transfer *t)
{
    uncork(t);
    fe_buf_done(&t->up.out);
    fe_wire_body_done(&t->up.body);
}

/* A request without a body is all there is; it leaves at once, from memory that all of them share.
 */
static void send_alone(struct fe_transfer *t)
{
    struct fe_buf *head = &t->record->scratch;
    fe_buf_clear(head);
    fe_request_head_write(&t->head, head);
    size_t n = send_bytes(t, fe_buf_slice(head));
    if (!t->up.broken) {
        (void)fe_buf_put(&t->up.out, fe_slice_from(fe_buf_slice(head), n));
    }
}

void fe_upload_begin(struct fe_transfer *t)
{
    if (!t->up.has_body) {
        send_alone(t);
    } else {
        fe_request_head_write(&t->head, &t->up.out);
        cork(t);
        resume_body(t);
    }
    fe_transfer_settle(t, true);
}

/* SPDX-License-Identifier: MIT */
#include "record/transfer.h"

#include <errno.h>

#include "cassette/recording.h"
#include "record/request_head.h"
#include "util/limits.h"

/* ── its connection ── */

static void on_ready(void *arg, struct fe_upstream *upstream, unsigned ready)
{
    struct fe_transfer *t = arg;
    (void)upstream;
    if (ready & FE_IO_WRITE) {
        fe_upload_push(t);
    }
    if (ready & FE_IO_READ) {
        t->readable = true;
        fe_download_pull(t);
    }
}

static void on_connected(void *arg, struct fe_upstream *upstream, const struct fe_failure *failure)
{
    struct fe_transfer *t = arg;
    (void)upstream;
    if (failure) {
        fe_transfer_fail(t, failure);
    } else {
        fe_upload_begin(t);
    }
}

static void connect_upstream(struct fe_transfer *t)
{
    struct fe_failure failure;
    int r = fe_upstream_claim(&t->record->pool, &t->claim);
    if (r == 0) {
        fe_upload_begin(t);
    } else if (r == -EINPROGRESS) {
        fe_transfer_settle(t, true);
    } else if (r == -EBUSY) {
        failure = fe_failure_make(FE_RECORDED_CLIENT_ABORT,
                                  "Too many requests wait for a connection to the upstream.");
        fe_transfer_fail(t, &failure);
    } else {
        failure = fe_failure_make(FE_RECORDED_REFUSED, "libcurl makes no connection.");
        fe_transfer_fail(t, &failure);
    }
}

bool fe_transfer_repeat(struct fe_transfer *t)
{
    if (!t->claim.upstream->used || !t->claim.repeatable || t->repeated) {
        return false;
    }
    t->repeated = true;
    fe_upstream_release(&t->claim, false);
    t->readable = false;
    fe_upload_rewind(t);
    t->claim.fresh = true;
    connect_upstream(t);
    return true;
}

/* ── waiting ── */

/* Whether the next move is the upstream's. A connection in the making has a limit of its own; a
 * client that sends its body has one too, unless it waits to be told to. */
static bool awaits_upstream(const struct fe_transfer *t)
{
    if (t->over || t->stalled || t->down.choked || t->claim.state == FE_CLAIM_CONNECTING) {
        return false;
    }
    if (t->claim.state == FE_CLAIM_WAITING || !t->up.has_body || t->up.whole || t->up.broken) {
        return true;
    }
    return t->up.out.len > 0 || fe_upstream_has_unsent(t->claim.upstream) ||
           (!t->up.started && fe_exchange_expects_continue(t->x));
}

void fe_transfer_settle(struct fe_transfer *t, bool moved)
{
    if (!awaits_upstream(t)) {
        fe_aging_remove(&t->record->waiting, &t->aging);
    } else if (moved || !t->aging.listed) {
        fe_aging_put(&t->record->waiting, &t->aging);
    }
}

bool fe_transfer_stall(struct fe_transfer *t)
{
    if (!t->stalled && fe_told_is_full(&t->told)) {
        t->stalled = true;
        fe_transfer_settle(t, false);
    }
    return t->stalled;
}

void fe_transfer_unstall(struct fe_transfer *t)
{
    if (!t->stalled) {
        return;
    }
    t->stalled = false;
    fe_transfer_settle(t, true);
    fe_upload_push(t);
    fe_download_pull(t);
}

static void on_drain(void *arg, struct fe_exchange *x)
{
    struct fe_transfer *t = arg;
    (void)x;
    t->down.choked = false;
    fe_transfer_settle(t, true);
    fe_download_pull(t);
}

/* ── its end ── */

static void let_go(struct fe_transfer *t, bool reusable)
{
    t->over = true;
    fe_upstream_release(&t->claim, reusable);
    fe_transfer_settle(t, false);
}

void fe_transfer_finish(struct fe_transfer *t, bool clean)
{
    t->whole = true;
    let_go(t, clean && t->down.keeps_alive && fe_upload_is_out(t));
    fe_exchange_uncork(t->x);
    fe_exchange_finish(t->x);
}

static struct fe_recording_tail tail_of(const struct fe_wire_body *body, struct fe_arena *arena)
{
    return (struct fe_recording_tail){fe_wire_body_trailers(body, arena), fe_wire_body_open(body)};
}

static void tell_end(struct fe_transfer *t, enum fe_recorded_outcome outcome, struct fe_slice note)
{
    struct fe_arena *arena = fe_exchange_arena(t->x);
    struct fe_recording_end end = {.outcome = outcome, .note = note};
    if (t->told.recording == NULL || t->told.ended) {
        return;
    }
    end.request = tail_of(&t->up.body, arena);
    if (t->down.begun) {
        end.response = tail_of(&t->down.body, arena);
    }
    fe_told_end(&t->told, &end);
}

static void log_failure(const struct fe_transfer *t, const struct fe_failure *failure)
{
    fe_log_printf(&t->record->env->log, FE_LOG_WARNING, FE_PRI ": " FE_PRI ": %s",
                  FE_ARG(t->record->upstream_text),
                  FE_ARG(fe_recorded_outcome_text(failure->outcome)), failure->reason);
}

void fe_transfer_fail(struct fe_transfer *t, const struct fe_failure *failure)
{
    const struct fe_failure kept = *failure; /* it may be a part of what is let go */
    if (t->over) {
        return;
    }
    let_go(t, false);
    log_failure(t, &kept);
    tell_end(t, kept.outcome, fe_slice_cstr(kept.reason));
    fe_exchange_uncork(t->x);
    if (!t->down.begun) {
        fe_exchange_answer(t->x, fe_failure_reply(&kept, t->record->upstream_text, t->x));
    } else if (kept.outcome == FE_RECORDED_TRUNCATED) {
        fe_exchange_truncate(t->x);
    } else {
        fe_exchange_abort(t->x);
    }
}

/* An answer that is there whole is a good recording, whether its client waited for it or not; and
 * one that has closed its sending side only cannot be told from one that has left. */
static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fe_transfer *t = arg;
    (void)x;
    let_go(t, false);
    if (outcome == FE_SENT || t->whole) {
        tell_end(t, FE_RECORDED_OK, FE_SLICE(""));
    } else {
        tell_end(t, FE_RECORDED_CLIENT_ABORT, FE_SLICE("The client left."));
    }
    fe_upload_done(t);
    fe_download_done(t);
    TAILQ_REMOVE(&t->record->transfers, t, link);
}

/* ── its beginning ── */

/* RFC 9110 §9.2.2 */
static bool is_idempotent(enum fe_method method)
{
    return method == FE_GET || method == FE_HEAD || method == FE_PUT || method == FE_DELETE ||
           method == FE_OPTIONS;
}

static struct fe_rewrite rewrite_of(const struct fe_record *record, struct fe_exchange *x)
{
    return (struct fe_rewrite){
        .upstream = record->upstream,
        .upstream_text = record->upstream_text,
        .client = fe_exchange_origin(x),
        .client_tls = fe_exchange_request(x)->tls,
    };
}

static void refuse_head(struct fe_transfer *t)
{
    struct fe_failure failure = fe_failure_make(
        FE_RECORDED_CLIENT_ABORT, "With a Host field of its own, the request has too many fields.");
    failure.status = 431;
    fe_transfer_fail(t, &failure);
}

void fe_transfer_start(struct fe_record *record, struct fe_exchange *x)
{
    static const struct fe_upstream_owner owner = {on_connected, on_ready};
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_transfer *t = fe_arena_alloc(arena, sizeof(*t));
    t->record = record;
    t->x = x;
    t->rewrite = rewrite_of(record, x);
    t->aging.thing = t;
    fe_buf_init(&t->down.head, FE_LIMIT_UPSTREAM_HEAD_BYTES + FE_TRANSFER_INPUT_BYTES);
    TAILQ_INSERT_TAIL(&record->transfers, t, link);
    fe_exchange_on_end(x, on_end, t);
    fe_exchange_on_drain(x, on_drain, t);
    int r = fe_request_head_make(request, &t->rewrite, record->rewrite_bodies, arena, &t->head);
    fe_upload_init(t);
    t->claim = (struct fe_upstream_claim){
        .owner = &owner,
        .arg = t,
        .repeatable = is_idempotent(request->method) && !t->up.has_body,
    };
    if (r < 0) {
        refuse_head(t);
        return;
    }
    fe_told_request(&t->told, record->recording, &t->head);
    connect_upstream(t);
}

/* SPDX-License-Identifier: MIT */
/* The connection's way through its states. Whatever happens — bytes, room to write, a hang-up, an
 * answer given elsewhere, a deadline — ends in fe_connection_run(), which takes steps until none
 * can be taken: first of output, then of input (intake.c). Exchanges end here and nowhere else, and
 * so does the connection. */
#include "http/connection.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "http/refusal.h"
#include "util/alloc.h"
#include "util/limits.h"

/* Every step returns whether another one may follow at once. */

/* ── the end of an exchange, and of a connection ── */

void fe_connection_note_delivery(struct fe_connection *c)
{
    if (c->x && fe_exchange_is_complete(c->x) && fe_output_is_empty(&c->output) && !c->cut) {
        c->delivered = !c->transport.hung_up;
    }
}

static void end_exchange(struct fe_connection *c)
{
    struct fe_exchange *x = c->x;
    c->x = NULL;
    c->choked = false;
    fe_exchange_end(x, c->delivered ? FE_SENT : FE_GONE);
}

static bool linger(struct fe_connection *c)
{
    c->state = FE_CONNECTION_LINGER;
    c->quiet_s = 0;
    return true;
}

bool fe_connection_await_head(struct fe_connection *c)
{
    c->state = FE_CONNECTION_HEAD;
    c->scan = (struct fe_head_scan){0};
    c->quiet_s = 0;
    return true;
}

static void free_connection(struct fe_connection *c)
{
    struct fe_gate *gate = c->gate;
    c->running = true; /* whatever the exchange's end asks for, nothing is started any more */
    fe_output_done(&c->output);
    if (c->x) {
        fe_exchange_end(c->x, c->delivered ? FE_SENT : FE_GONE);
    }
    fe_transport_close(&c->transport);
    LIST_REMOVE(c, link);
    gate->count--;
    gate->surplus -= c->surplus;
    free(c->kept);
    free(c);
    gate->on_closed(gate->arg);
}

/* ── refusing ── */

bool fe_connection_refuse(struct fe_connection *c, int status, const char *why)
{
    const struct fe_env *env = c->gate->env;
    fe_log_printf(&env->log, FE_LOG_INFO, "refused a request from %s: %d %s", c->peer, status, why);
    if (c->x && c->x->response.status != 0) {
        c->cut |= !c->x->finished;
        c->closes = true;
        c->state = FE_CONNECTION_BUSY;
        return true;
    }
    if (c->x) {
        end_exchange(c);
    } else if (c->state == FE_CONNECTION_BODY) {
        return linger(c);
    }
    struct fe_buf *answer = &c->gate->head;
    fe_buf_clear(answer);
    fe_refusal_write(c->gate->env, c->gate->app->source, status, why, answer);
    const struct fe_slice whole = fe_buf_slice(answer);
    c->cut |= fe_output_write(&c->output, &c->transport, &whole, 1) < 0;
    return linger(c);
}

/* ── output ── */

static void flush(struct fe_connection *c)
{
    if (fe_output_is_empty(&c->output)) {
        return;
    }
    uint64_t left = fe_output_left(&c->output);
    c->cut |= fe_output_flush(&c->output, &c->transport) < 0;
    uint64_t taken = left - fe_output_left(&c->output);
    if (taken > 0) {
        c->quiet_s = 0;
        c->moved += taken;
        fe_connection_note_delivery(c);
    }
}

/* The client has all that it will get of an answer that goes on for whoever gives it. */
static void shut_if_truncated(struct fe_connection *c)
{
    if (c->x->truncated && !c->shut) {
        c->closes = true;
        c->shut = fe_transport_shutdown(&c->transport) == 0;
    }
}

/* The exchange goes on writing, or ends: its answer is complete and out. */
static bool serve_output(struct fe_connection *c)
{
    if (c->choked && fe_output_waiting(&c->output) <= FE_LIMIT_OUTPUT_LOW_BYTES) {
        c->choked = false;
        fe_exchange_drained(c->x);
        return true;
    }
    if (c->x == NULL || !fe_output_is_empty(&c->output)) {
        return false;
    }
    if (!fe_exchange_is_complete(c->x)) {
        shut_if_truncated(c);
        return false;
    }
    end_exchange(c);
    if (c->closes || c->gate->draining) {
        return linger(c);
    }
    return c->state == FE_CONNECTION_BUSY ? fe_connection_await_head(c) : true;
}

/* ── all together ── */

static bool step(struct fe_connection *c)
{
    flush(c);
    return !c->cut && (serve_output(c) || fe_connection_take_in(c));
}

/* Keeps what is ahead, in memory of the connection's own, until it runs again. */
static void keep_ahead(struct fe_connection *c)
{
    char *kept = NULL;
    if (c->ahead.len > 0) {
        kept = fe_xalloc(c->ahead.len);
        memcpy(kept, c->ahead.ptr, c->ahead.len);
    }
    free(c->kept);
    c->kept = kept;
    c->ahead.ptr = kept;
}

void fe_connection_run(struct fe_connection *c)
{
    assert(!c->running);
    c->running = true;
    c->reads = 0;
    while (!c->cut && step(c)) {
    }
    c->running = false;
    if (c->cut) {
        free_connection(c);
    } else if (c->ahead.ptr != c->kept) {
        keep_ahead(c);
    }
}

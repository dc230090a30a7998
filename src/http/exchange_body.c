/* SPDX-License-Identifier: MIT */
/* The request's body on its way to whoever reads it, and the choice of who that is. */
#include <assert.h>

#include "http/exchange_engine.h"
#include "http/kept_body.h"
#include "http/reply.h"
#include "message/percent.h"
#include "util/limits.h"

struct fe_slice fe_exchange_body(const struct fe_exchange *x)
{
    return x->kept ? fe_kept_body_bytes(x->kept) : fe_buf_slice(&x->body);
}

void fe_exchange_read_body(struct fe_exchange *x, const struct fe_body_reader *reader, void *arg)
{
    assert(x->route && x->route->body == FE_BODY_STREAM);
    assert(x->reader == NULL);
    x->reader = reader;
    x->reader_arg = arg;
}

void fe_exchange_pause_body(struct fe_exchange *x)
{
    x->body_paused = true;
}

void fe_exchange_resume_body(struct fe_exchange *x)
{
    if (!x->body_paused) {
        return;
    }
    x->body_paused = false;
    if (x->kept) {
        fe_kept_body_resume(x->kept);
    } else {
        x->engine->resume(x);
    }
}

/* A body that no handler wants is read all the same, if it is small, so that the connection lives
 * on. */
uint64_t fe_exchange_body_max(const struct fe_exchange *x)
{
    uint64_t bytes_max = x->route ? x->route->body_bytes_max : 0;
    return bytes_max > 0 ? bytes_max : FE_LIMIT_SMALL_BODY_BYTES;
}

bool fe_exchange_takes_body(const struct fe_exchange *x)
{
    if (x->body_dropped) {
        return true;
    }
    return !x->body_paused && (x->handler_waits || x->reader);
}

bool fe_exchange_gathers_body(const struct fe_exchange *x)
{
    return x->body_dropped || x->handler_waits || x->kept;
}

bool fe_exchange_takes_framed(const struct fe_exchange *x)
{
    return x->reader && x->reader->as_framed && !x->body_dropped;
}

static void gather(struct fe_exchange *x, struct fe_slice data)
{
    if (data.len > FE_LIMIT_BODIES_BYTES - x->env->body_bytes) {
        fe_exchange_answer(x, fe_reply_out_of_memory(x));
    } else if (fe_buf_put(&x->body, data) == 0) {
        x->env->body_bytes += data.len;
    }
}

void fe_exchange_feed(struct fe_exchange *x, struct fe_slice data)
{
    assert(x->body_state == FE_BODY_EXPECTED);
    x->request_bytes += data.len;
    if (x->body_dropped) {
        return;
    }
    if (x->handler_waits) {
        gather(x, data);
    } else if (x->reader) {
        x->reader->on_data(x->reader_arg, x, data);
    }
}

/* ── whose it is ── */

void fe_exchange_run_handler(struct fe_exchange *x)
{
    int status = x->route->handler(x->route_self, x);
    if (status != FE_LATER) {
        fe_exchange_answer(x, status);
    }
}

static void give_end(struct fe_exchange *x)
{
    if (x->body_dropped) {
        return;
    }
    if (x->handler_waits) {
        x->handler_waits = false;
        if (x->body.error < 0) {
            fe_exchange_answer(x, fe_reply_out_of_memory(x));
        } else {
            fe_exchange_run_handler(x);
        }
    } else if (x->reader) {
        x->reader->on_end(x->reader_arg, x);
    }
}

void fe_exchange_feed_end(struct fe_exchange *x)
{
    assert(x->body_state == FE_BODY_EXPECTED);
    x->body_state = FE_BODY_COMPLETE;
    give_end(x);
}

void fe_exchange_catch_up(struct fe_exchange *x)
{
    if (x->body_state == FE_BODY_EXPECTED) {
        x->engine->resume(x);
    } else if (!x->finished && !x->aborted) {
        give_end(x);
    }
}

void fe_exchange_dispatch(struct fe_exchange *x, const struct fe_route_match *match)
{
    bool again = x->route != NULL;
    x->route = match->route;
    x->route_self = match->self;
    for (size_t i = 0; i < FE_ROUTE_PARAMS_MAX && match->params[i].ptr; i++) {
        if (fe_percent_decode(match->params[i], false, &x->arena, &x->params[i]) < 0) {
            fe_exchange_answer(x, fe_reply_invalid_argument(x, "The path has a bad escape."));
            return;
        }
    }
    if (x->kept) {
        fe_kept_body_dispatch(x->kept);
        return;
    }
    if (x->route->body == FE_BODY_STREAM) {
        fe_exchange_run_handler(x);
    } else {
        fe_buf_init(&x->body, (size_t)fe_exchange_body_max(x));
        x->handler_waits = true;
    }
    if (again) {
        fe_exchange_catch_up(x);
    }
}

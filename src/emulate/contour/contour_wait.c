/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour_wait.h"

#include <stddef.h>

#include "emulate/state/stream.h"
#include "http/loop.h"

/* Lives in the exchange's arena. */
struct waiter {
    struct fe_watcher watcher;
    struct fe_listener listener;
    struct fe_exchange *x;
    struct fe_contour_wait wait;
    struct fe_timer *timer;
};

static void stop(struct waiter *waiter)
{
    fe_watcher_stop(&waiter->watcher);
    fe_listener_stop(&waiter->listener);
    fe_timer_stop(waiter->timer);
}

/* ── the result as it comes ── */

static struct waiter *waiter_of(struct fe_listener *listener)
{
    return (struct waiter *)((char *)listener - offsetof(struct waiter, listener));
}

static void on_drain(void *arg, struct fe_exchange *x)
{
    struct waiter *waiter = arg;
    (void)x;
    fe_listener_ready(&waiter->listener);
}

static void on_begin(struct fe_listener *listener, int64_t length)
{
    struct waiter *waiter = waiter_of(listener);
    fe_timer_stop(waiter->timer);
    fe_exchange_header(waiter->x, FE_SLICE("Content-Type"), FE_SLICE("application/octet-stream"));
    fe_exchange_on_drain(waiter->x, on_drain, waiter);
    fe_exchange_begin(waiter->x, 200, length);
}

static bool on_data(struct fe_listener *listener, struct fe_slice data)
{
    return fe_exchange_write(waiter_of(listener)->x, data);
}

static void on_stream_end(struct fe_listener *listener, bool complete)
{
    struct waiter *waiter = waiter_of(listener);
    stop(waiter);
    if (complete) {
        fe_exchange_finish(waiter->x);
    } else {
        fe_exchange_abort(waiter->x);
    }
}

/* While a part of a result is out, only that result's own end is an end. Had the job another one,
 * this one goes on; a job that ends without any will never have it. */
static void on_change_in_stream(struct waiter *waiter, struct fe_job *job)
{
    if (!fe_job_finished(job)) {
        fe_job_watch(job, &waiter->watcher);
    } else if (job->state != FE_JOB_SUCCEEDED) {
        stop(waiter);
        fe_exchange_abort(waiter->x);
    }
}

/* ── the wait ── */

static void on_change(struct fe_watcher *watcher, struct fe_job *job)
{
    struct waiter *waiter = (struct waiter *)((char *)watcher - offsetof(struct waiter, watcher));
    if (waiter->listener.stream) {
        on_change_in_stream(waiter, job);
        return;
    }
    if (waiter->wait.until_finished && !fe_job_finished(job)) {
        fe_job_watch(job, watcher);
        return;
    }
    stop(waiter);
    fe_exchange_answer(waiter->x, waiter->wait.reply(waiter->x, job));
}

static void on_timer(void *arg)
{
    struct waiter *waiter = arg;
    const struct fe_job *job = waiter->watcher.job;
    stop(waiter);
    fe_exchange_answer(waiter->x, waiter->wait.reply_timeout(waiter->x, job));
}

static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct waiter *waiter = arg;
    (void)x;
    (void)outcome;
    stop(waiter);
    fe_timer_free(waiter->timer);
}

int fe_contour_wait_for(struct fe_exchange *x, struct fe_job *job,
                        const struct fe_contour_wait *wait)
{
    if (fe_job_finished(job)) {
        return wait->reply(x, job);
    }
    if (wait->timeout_ms == 0) {
        return wait->reply_timeout(x, job);
    }
    struct waiter *waiter = fe_arena_alloc(fe_exchange_arena(x), sizeof(*waiter));
    waiter->watcher.on_change = on_change;
    waiter->listener.on_begin = on_begin;
    waiter->listener.on_data = on_data;
    waiter->listener.on_end = on_stream_end;
    waiter->x = x;
    waiter->wait = *wait;
    waiter->timer = fe_timer_new(fe_exchange_loop(x), on_timer, waiter);
    fe_exchange_on_end(x, on_end, waiter);
    fe_job_watch(job, &waiter->watcher);
    if (wait->streams) {
        fe_job_listen(job, &waiter->listener);
    }
    fe_timer_start(waiter->timer, wait->timeout_ms);
    return FE_LATER;
}

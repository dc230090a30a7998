/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour_wait.h"

#include <stddef.h>

#include "http/loop.h"

/* Lives in the exchange's arena. */
struct waiter {
    struct fe_watcher watcher;
    struct fe_exchange *x;
    struct fe_contour_wait wait;
    struct fe_timer *timer;
};

static void on_change(struct fe_watcher *watcher, struct fe_job *job)
{
    struct waiter *waiter = (struct waiter *)((char *)watcher - offsetof(struct waiter, watcher));
    if (waiter->wait.until_finished && !fe_job_finished(job)) {
        fe_job_watch(job, watcher);
        return;
    }
    fe_timer_stop(waiter->timer);
    fe_exchange_answer(waiter->x, waiter->wait.reply(waiter->x, job));
}

static void on_timer(void *arg)
{
    struct waiter *waiter = arg;
    const struct fe_job *job = waiter->watcher.job;
    fe_watcher_stop(&waiter->watcher);
    fe_exchange_answer(waiter->x, waiter->wait.reply_timeout(waiter->x, job));
}

static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct waiter *waiter = arg;
    (void)x;
    (void)outcome;
    fe_watcher_stop(&waiter->watcher);
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
    waiter->x = x;
    waiter->wait = *wait;
    waiter->timer = fe_timer_new(fe_exchange_loop(x), on_timer, waiter);
    fe_exchange_on_end(x, on_end, waiter);
    fe_job_watch(job, &waiter->watcher);
    fe_timer_start(waiter->timer, wait->timeout_ms);
    return FE_LATER;
}

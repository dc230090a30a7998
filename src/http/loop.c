/* SPDX-License-Identifier: MIT */
#include "http/loop.h"

#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "http/loop_base.h"
#include "util/alloc.h"

struct fe_loop {
    struct event_base *base;
};

struct fe_timer {
    struct event *event;
    fe_timer_fn *fn;
    void *arg;
};

struct fe_watch {
    struct event *event;
    fe_timer_fn *fn;
    void *arg;
};

struct fe_loop *fe_loop_new(void)
{
    struct event_config *config = event_config_new();
    if (config == NULL) {
        return NULL;
    }
    /* The transport is told of every edge, and of a peer that leaves before its bytes are read. */
    (void)event_config_require_features(config, EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE);
    /* One thread, so no locks; and changes of interest reach epoll once a turn. */
    (void)event_config_set_flag(config,
                                EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    if (base == NULL) {
        return NULL;
    }
    struct fe_loop *loop = fe_xalloc(sizeof(*loop));
    loop->base = base;
    return loop;
}

void fe_loop_free(struct fe_loop *loop)
{
    if (loop) {
        event_base_free(loop->base);
        free(loop);
    }
}

struct event_base *fe_loop_base(const struct fe_loop *loop)
{
    return loop->base;
}

int fe_loop_run(struct fe_loop *loop)
{
    return event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? -EIO : 0;
}

void fe_loop_stop(struct fe_loop *loop)
{
    (void)event_base_loopbreak(loop->base);
}

void fe_loop_turn(struct fe_loop *loop)
{
    (void)event_base_loop(loop->base, EVLOOP_NONBLOCK);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct fe_timer *timer = arg;
    timer->fn(timer->arg);
}

struct fe_timer *fe_timer_new(struct fe_loop *loop, fe_timer_fn *fn, void *arg)
{
    struct fe_timer *timer = fe_xalloc(sizeof(*timer));
    timer->fn = fn;
    timer->arg = arg;
    timer->event = event_new(loop->base, -1, 0, on_timer, timer);
    if (timer->event == NULL) {
        abort();
    }
    return timer;
}

void fe_timer_start(struct fe_timer *timer, int64_t delay_ms)
{
    if (delay_ms <= 0) {
        /* Straight to the queue of what is ready: the next turn, whatever the clock says. */
        event_active(timer->event, EV_TIMEOUT, 0);
        return;
    }
    struct timeval delay = {delay_ms / 1000, delay_ms % 1000 * 1000};
    (void)event_add(timer->event, &delay);
}

void fe_timer_stop(struct fe_timer *timer)
{
    (void)event_del(timer->event);
}

void fe_timer_free(struct fe_timer *timer)
{
    if (timer) {
        event_free(timer->event);
        free(timer);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct fe_watch *watch = arg;
    watch->fn(watch->arg);
}

struct fe_watch *fe_watch_new(struct fe_loop *loop, int fd, fe_timer_fn *fn, void *arg)
{
    struct fe_watch *watch = fe_xalloc(sizeof(*watch));
    watch->fn = fn;
    watch->arg = arg;
    watch->event = event_new(loop->base, fd, EV_READ | EV_PERSIST, on_readable, watch);
    if (watch->event == NULL || event_add(watch->event, NULL) < 0) {
        abort();
    }
    return watch;
}

void fe_watch_free(struct fe_watch *watch)
{
    if (watch) {
        event_free(watch->event);
        free(watch);
    }
}

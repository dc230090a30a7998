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
        fe_out_of_memory();
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
        fe_out_of_memory();
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

struct fe_io {
    struct event *event;
    struct fe_loop *loop;
    int fd;
    short wanted;
    fe_io_fn *fn;
    void *arg;
};

static void on_io(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    struct fe_io *io = arg;
    unsigned ready = (what & EV_READ ? FE_IO_READ : 0u) | (what & EV_WRITE ? FE_IO_WRITE : 0u);
    io->fn(io->arg, ready);
}

static struct fe_io *new_io(struct fe_loop *loop, int fd, fe_io_fn *fn, void *arg)
{
    struct fe_io *io = fe_xalloc(sizeof(*io));
    *io = (struct fe_io){.loop = loop, .fd = fd, .fn = fn, .arg = arg};
    return io;
}

/* Watches for `events` in place of what was watched for before. */
static void watch(struct fe_io *io, short events)
{
    if (io->event) {
        event_free(io->event);
        io->event = NULL;
    }
    io->wanted = events;
    if (events == 0) {
        return;
    }
    io->event = event_new(io->loop->base, io->fd, (short)(events | EV_PERSIST), on_io, io);
    if (io->event == NULL || event_add(io->event, NULL) < 0) {
        fe_out_of_memory();
    }
}

struct fe_io *fe_io_new(struct fe_loop *loop, int fd, fe_io_fn *fn, void *arg)
{
    return new_io(loop, fd, fn, arg);
}

void fe_io_want(struct fe_io *io, unsigned what)
{
    short events = (short)((what & FE_IO_READ ? EV_READ : 0) | (what & FE_IO_WRITE ? EV_WRITE : 0));
    if (events != io->wanted) {
        watch(io, events);
    }
}

struct fe_io *fe_io_new_edge(struct fe_loop *loop, int fd, fe_io_fn *fn, void *arg)
{
    struct fe_io *io = new_io(loop, fd, fn, arg);
    watch(io, EV_READ | EV_WRITE | EV_ET);
    return io;
}

void fe_io_kick(struct fe_io *io)
{
    event_active(io->event, EV_READ | EV_WRITE, 0);
}

void fe_io_free(struct fe_io *io)
{
    if (io) {
        watch(io, 0);
        free(io);
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
        fe_out_of_memory();
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

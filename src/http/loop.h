/* SPDX-License-Identifier: MIT */
/* The one event loop, and timers on it. Everything that serves runs on the thread that runs it. */
#ifndef FE_HTTP_LOOP_H
#define FE_HTTP_LOOP_H

#include <stdint.h>

struct fe_loop;
struct fe_timer;

typedef void fe_timer_fn(void *arg);

/* NULL when the system refuses. Free every timer before its loop. */
struct fe_loop *fe_loop_new(void);
void fe_loop_free(struct fe_loop *loop);

/* Runs until fe_loop_stop(). 0 or -EIO. */
int fe_loop_run(struct fe_loop *loop);

/* Makes fe_loop_run() return after the callbacks of this turn. On the loop's thread. */
void fe_loop_stop(struct fe_loop *loop);

/* Runs what is ready now and returns: for tests and for the last turns before the end. */
void fe_loop_turn(struct fe_loop *loop);

/* A one-shot timer, not yet started. The callback may start, stop or free it. Time is monotonic:
 * the emulator's movable clock has no say. */
struct fe_timer *fe_timer_new(struct fe_loop *loop, fe_timer_fn *fn, void *arg);
void fe_timer_start(struct fe_timer *timer, int64_t delay_ms); /* again: starts anew */
void fe_timer_stop(struct fe_timer *timer);                    /* also when it is not running */
void fe_timer_free(struct fe_timer *timer);                    /* NULL is fine */

/* Watches a descriptor for reading, on the loop's thread (signals, cross-thread wake-ups). The
 * descriptor stays the caller's and outlives the watch. */
struct fe_watch;
struct fe_watch *fe_watch_new(struct fe_loop *loop, int fd, fe_timer_fn *fn, void *arg);
void fe_watch_free(struct fe_watch *watch);

#endif

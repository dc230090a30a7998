/* SPDX-License-Identifier: MIT */
/* The one event loop, and timers on it. Everything that serves runs on the thread that runs it. */
#ifndef FE_HTTP_LOOP_H
#define FE_HTTP_LOOP_H

#include <stdint.h>

struct fe_loop;
struct fe_timer;

typedef void fe_timer_fn(void *arg);

/* NULL when the system refuses, and errno says why. Free every timer before its loop. */
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

/* Watches a socket both ways. The descriptor stays the caller's and outlives it. `ready` has
 * FE_IO_READ and FE_IO_WRITE; the end of input and errors count as both. The callback may free it.
 */
struct fe_io;
enum {
    FE_IO_READ = 1,
    FE_IO_WRITE = 2
};
typedef void fe_io_fn(void *arg, unsigned ready);

/* Level-triggered, for who is told by a library what to wait for: nothing until fe_io_want(). */
struct fe_io *fe_io_new(struct fe_loop *loop, int fd, fe_io_fn *fn, void *arg);
void fe_io_want(struct fe_io *io, unsigned what);

/* Edge-triggered, both ways from now on: go on until -EAGAIN, or kick it. */
struct fe_io *fe_io_new_edge(struct fe_loop *loop, int fd, fe_io_fn *fn, void *arg);

/* Calls back in a turn of its own, with both; for the edge-triggered. */
void fe_io_kick(struct fe_io *io);
void fe_io_free(struct fe_io *io); /* NULL is fine */

#endif

/* SPDX-License-Identifier: MIT */
/* How other threads, and signal handlers, speak to the loop's thread: two words, "stop" and
 * "reset", and the loop that serves. */
#ifndef FE_SERVER_MAILBOX_H
#define FE_SERVER_MAILBOX_H

#include <stdbool.h>

struct fe_loop;
struct fe_mailbox;

struct fe_mailbox_ops {
    void (*stop)(void *self, unsigned times); /* how often it has been said in all */
    void (*reset)(void *self);
};

/* NULL when the system refuses a descriptor. Words are taken when the loop runs. */
struct fe_mailbox *fe_mailbox_new(struct fe_loop *loop, const struct fe_mailbox_ops *ops,
                                  void *self);
void fe_mailbox_free(struct fe_mailbox *mailbox);

/* Async-signal-safe. */
void fe_mailbox_stop(struct fe_mailbox *mailbox);

/* Waits until the loop has done it. Not on the loop's thread. */
void fe_mailbox_reset(struct fe_mailbox *mailbox);

/* The loop's thread, or nobody, runs: without a loop fe_mailbox_reset() acts at once. */
void fe_mailbox_set_running(struct fe_mailbox *mailbox, bool running);

#endif

/* SPDX-License-Identifier: MIT */
/* Things that grow old: a list in the order in which they last moved, and one timer for all of
 * them. To move a thing costs no timer, so every byte may do it. */
#ifndef FE_RECORD_AGING_H
#define FE_RECORD_AGING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "http/loop.h"

struct fe_aging_entry {
    TAILQ_ENTRY(fe_aging_entry) link;
    int64_t since_ns; /* monotonic */
    bool listed;
    void *thing;
};

/* The entry has left the list. */
typedef void fe_aging_fn(void *arg, void *thing);

TAILQ_HEAD(fe_aging_list, fe_aging_entry);

struct fe_aging {
    struct fe_aging_list entries; /* oldest first */
    struct fe_timer *timer;
    bool timer_runs;
    int64_t age_max_ms;
    fe_aging_fn *fn;
    void *arg;
};

void fe_aging_init(struct fe_aging *aging, struct fe_loop *loop, int64_t age_max_ms,
                   fe_aging_fn *fn, void *arg);
void fe_aging_done(struct fe_aging *aging); /* the list is empty */

/* It has just moved, or joins. */
void fe_aging_put(struct fe_aging *aging, struct fe_aging_entry *entry);
void fe_aging_remove(struct fe_aging *aging, struct fe_aging_entry *entry); /* also if not listed */

#endif

/* SPDX-License-Identifier: MIT */
/* Deadlines on the emulator's clock: whatever moves that clock has them re-examined. One timer
 * serves them all, set for the earliest; while the clock stands still, none is set. */
#ifndef FE_EMULATE_STATE_DEADLINES_H
#define FE_EMULATE_STATE_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

#include "util/env.h"

struct fe_loop;
struct fe_deadlines;

/* Lives in the memory of what it is the deadline of; zeroed: it has none. */
struct fe_deadline {
    int64_t at_ns;
    size_t place; /* 0: none */
};

/* It has passed, and is none any more. May set and clear others. */
typedef void fe_deadline_fn(void *arg, struct fe_deadline *deadline);

struct fe_deadlines *fe_deadlines_new(struct fe_env *env, struct fe_loop *loop,
                                      fe_deadline_fn *on_due, void *arg);
void fe_deadlines_free(struct fe_deadlines *deadlines); /* all are cleared */

void fe_deadline_set(struct fe_deadlines *deadlines, struct fe_deadline *deadline, int64_t at_ns);
void fe_deadline_clear(struct fe_deadlines *deadlines, struct fe_deadline *deadline);

/* Tells of all that have passed. After every change of the clock. */
void fe_deadlines_check(struct fe_deadlines *deadlines);

#endif

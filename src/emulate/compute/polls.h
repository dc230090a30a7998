/* SPDX-License-Identifier: MIT */
/* Long polls: modules that wait for jobs. Polls of one runtime stand in line, and each is answered
 * once: with a job the moment there is one for it, or 204 when its time is up. A job whose answer
 * did not reach its module goes back to its place in the queue. */
#ifndef FE_EMULATE_COMPUTE_POLLS_H
#define FE_EMULATE_COMPUTE_POLLS_H

#include <stddef.h>

#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "http/exchange.h"

struct fe_polls;

/* `state` is borrowed and outlives the polls. */
struct fe_polls *fe_polls_new(struct fe_state *state);
/* Answers all that wait. */
void fe_polls_clear(struct fe_polls *polls);
void fe_polls_free(struct fe_polls *polls);

enum fe_job_shape {
    FE_JOB_IN_ENVELOPE, /* {type, computeModuleJobV1: {…}} */
    FE_JOB_BARE         /* what the envelope holds, for the Java SDK */
};

/* Gives the exchange a job of the runtime's, or keeps it until there is one: a handler's result.
 * 429 when FE_LIMIT_PARKED_POLLS wait already. */
int fe_polls_take(struct fe_polls *polls, struct fe_runtime *runtime, struct fe_exchange *x,
                  enum fe_job_shape shape);

/* How many wait for that runtime's jobs. */
size_t fe_polls_waiting(const struct fe_runtime *runtime);

#endif

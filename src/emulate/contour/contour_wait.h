/* SPDX-License-Identifier: MIT */
/* Keeps an exchange until a job changes, or time is up; or until the job's result begins to come,
 * which then leaves through it, and no time is measured any more. The caller who hangs up leaves
 * the job as it is. */
#ifndef FE_EMULATE_CONTOUR_CONTOUR_WAIT_H
#define FE_EMULATE_CONTOUR_CONTOUR_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/state/job.h"
#include "http/exchange.h"

typedef int fe_contour_reply_fn(struct fe_exchange *x, const struct fe_job *job);

struct fe_contour_wait {
    bool until_finished; /* no other change counts */
    bool streams;        /* the result is the answer, as it comes */
    int64_t timeout_ms;
    fe_contour_reply_fn *reply;
    fe_contour_reply_fn *reply_timeout; /* the job is unfinished still */
};

/* A handler's result: a finished job is answered at once, and so is any if there is no time. */
int fe_contour_wait_for(struct fe_exchange *x, struct fe_job *job,
                        const struct fe_contour_wait *wait);

#endif

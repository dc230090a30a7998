/* SPDX-License-Identifier: MIT */
/* Jobs as the multiplexer's Conjure types have them (contract §5.3), and the answers that tell of a
 * job. Each reply is a handler's result. */
#ifndef FE_EMULATE_CONTOUR_CONTOUR_JSON_H
#define FE_EMULATE_CONTOUR_CONTOUR_JSON_H

#include "emulate/state/job.h"
#include "http/exchange.h"

/* Job: what was submitted. */
int fe_contour_reply_job(struct fe_exchange *x, const struct fe_job *job);

/* JobStatus. */
int fe_contour_reply_status(struct fe_exchange *x, const struct fe_job *job);

/* A succeeded job's result, raw; of any other job, the error that says why there is none. */
int fe_contour_reply_result(struct fe_exchange *x, const struct fe_job *job);

#endif

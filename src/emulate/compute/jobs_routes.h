/* SPDX-License-Identifier: MIT */
/* Jobs of a runtime, without a bearer token: for tests and people. `self` is a struct fe_compute.
 */
#ifndef FE_EMULATE_COMPUTE_JOBS_ROUTES_H
#define FE_EMULATE_COMPUTE_JOBS_ROUTES_H

#include "http/exchange.h"

/* POST …/runtimes/:runtime/jobs {queryType, query?} → {jobId}. */
int fe_compute_post_job(void *self, struct fe_exchange *x);

/* GET …/runtimes/:runtime/jobs → {jobs}, the newest FE_LIMIT_JOBS_KEPT, newest first. */
int fe_compute_list_jobs(void *self, struct fe_exchange *x);

/* GET …/runtimes/:runtime/jobs/:job → {runtime, job, schemas}. */
int fe_compute_get_job(void *self, struct fe_exchange *x);

#endif

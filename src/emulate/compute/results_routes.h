/* SPDX-License-Identifier: MIT */
/* POST …/runtimes/:runtime/results/:job. */
#ifndef FE_EMULATE_COMPUTE_RESULTS_ROUTES_H
#define FE_EMULATE_COMPUTE_RESULTS_ROUTES_H

#include "http/exchange.h"

/* A module posts a job's result, which is stored as it comes, and handed on to a
 * caller who waits for it. `self` is a struct fe_compute. */
int fe_compute_post_result(void *self, struct fe_exchange *x);

#endif

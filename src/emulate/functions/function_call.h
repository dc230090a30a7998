/* SPDX-License-Identifier: MIT */
/* Keeps an exchange until its job has a result, and answers with that. The caller who hangs up
 * leaves the job as it is. */
#ifndef FE_EMULATE_FUNCTIONS_FUNCTION_CALL_H
#define FE_EMULATE_FUNCTIONS_FUNCTION_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/state/job.h"
#include "http/exchange.h"

/* A handler's result. `job` is new. With `lines` the answer is NDJSON, a line for each value as it
 * comes; without, one value when it is complete. */
int fe_function_call(struct fe_exchange *x, struct fe_job *job, int64_t timeout_ms, bool lines);

#endif

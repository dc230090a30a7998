/* SPDX-License-Identifier: MIT */
/* Asking for a job that was submitted, and calling it off. Each comes in up to three versions: by
 * the job's id, and by the Job that was answered and is sent back. `self` is the struct fe_state.
 */
#ifndef FE_EMULATE_CONTOUR_CONTOUR_JOBS_H
#define FE_EMULATE_CONTOUR_CONTOUR_JOBS_H

#include "emulate/state/jobs.h"
#include "emulate/state/state.h"
#include "http/exchange.h"

/* A job of the caller's. NULL: *status_out is the answer given. */
struct fe_job *fe_contour_find_job(const struct fe_state *state, struct fe_exchange *x,
                                   struct fe_slice id, int *status_out);

int fe_contour_get_status(void *self, struct fe_exchange *x);
int fe_contour_put_status(void *self, struct fe_exchange *x); /* V2, V3 */
int fe_contour_get_result(void *self, struct fe_exchange *x);
int fe_contour_put_result(void *self, struct fe_exchange *x);  /* V2, V3 */
int fe_contour_cancel(void *self, struct fe_exchange *x);      /* by id */
int fe_contour_cancel_sent(void *self, struct fe_exchange *x); /* V2, V3 */
int fe_contour_soft_cancel(void *self, struct fe_exchange *x);

#endif

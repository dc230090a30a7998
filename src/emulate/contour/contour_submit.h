/* SPDX-License-Identifier: MIT */
/* Having something computed. `self` is the struct fe_state. */
#ifndef FE_EMULATE_CONTOUR_CONTOUR_SUBMIT_H
#define FE_EMULATE_CONTOUR_CONTOUR_SUBMIT_H

#include "http/exchange.h"

/* A SubmitJobToDeployedAppRequest: gives the Job, or the result itself when it is there. */
int fe_contour_submit_to_app(void *self, struct fe_exchange *x);
int fe_contour_execute(void *self, struct fe_exchange *x);

/* A SubmitJobRequest: gives the Job. Its module group is a runtime. */
int fe_contour_submit(void *self, struct fe_exchange *x);

#endif

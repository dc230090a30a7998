/* SPDX-License-Identifier: MIT */
/* Deployed apps as their callers see them: one that is not active, or that nobody deployed, is one
 * that they have no rights on. */
#ifndef FE_EMULATE_STATE_APP_ACCESS_H
#define FE_EMULATE_STATE_APP_ACCESS_H

#include "emulate/state/runtimes.h"
#include "http/exchange.h"

/* The app; of an empty branch, the first active one. NULL: *status_out is the refusal. */
const struct fe_deployed_app *fe_app_access(const struct fe_runtimes *runtimes,
                                            struct fe_exchange *x, struct fe_slice rid,
                                            struct fe_slice branch, int *status_out);

/* 403 Contour:InsufficientPermission. */
int fe_reply_app_denied(struct fe_exchange *x);

#endif

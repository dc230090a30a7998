/* SPDX-License-Identifier: MIT */
/* Compute modules, from the module's side: runtimes, their polls, schemas and results, all under
 * /_emulate/foundry/compute-modules. The side of those who submit jobs is emulate/contour. */
#ifndef FE_EMULATE_COMPUTE_COMPUTE_H
#define FE_EMULATE_COMPUTE_COMPUTE_H

#include "emulate/feature.h"

extern const struct fe_feature fe_compute_feature;

/* 401, to a Module-Auth-Token that is no runtime's, or is missing; sets the refusal and returns its
 * status. */
int fe_compute_refuse_token(struct fe_exchange *x);

#endif

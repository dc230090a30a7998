/* SPDX-License-Identifier: MIT */
/* foundry.compute_modules of a seed: runtimes and deployed apps. */
#ifndef FE_EMULATE_COMPUTE_COMPUTE_SEED_H
#define FE_EMULATE_COMPUTE_COMPUTE_SEED_H

#include "config/fields.h"
#include "emulate/state/runtimes.h"

/* Makes the runtimes listed, and those that deployed apps name and no seed lists. A runtime, or an
 * app's branch, that is there twice is an error, in one file or in two; errors go to
 * foundry->errors. */
void fe_compute_seed(struct fe_runtimes *runtimes, struct fe_fields *foundry);

#endif

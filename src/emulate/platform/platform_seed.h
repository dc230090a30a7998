/* SPDX-License-Identifier: MIT */
/* Reads foundry.enrollment, foundry.connections and foundry.ontologies of one seed file. */
#ifndef FE_EMULATE_PLATFORM_PLATFORM_SEED_H
#define FE_EMULATE_PLATFORM_PLATFORM_SEED_H

#include "config/fields.h"
#include "emulate/platform/platform.h"

void fe_platform_seed(struct fe_platform *platform, struct fe_fields *foundry);

#endif

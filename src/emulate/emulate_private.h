/* SPDX-License-Identifier: MIT */
/* What emulation consists of; for emulate.c and adoption.c. */
#ifndef FE_EMULATE_EMULATE_PRIVATE_H
#define FE_EMULATE_EMULATE_PRIVATE_H

#include "emulate/emulate.h"
#include "emulate/feature.h"

enum {
    FE_FEATURE_COUNT = 7
};

struct fe_emulate {
    struct fe_state *state;
    struct fe_router *router;
    void *selfs[FE_FEATURE_COUNT];
};

/* The self of a feature that it has. */
void *fe_emulate_self(const struct fe_emulate *emulate, const struct fe_feature *feature);

#endif

/* SPDX-License-Identifier: MIT */
/* What the files of this folder share: the feature itself, and the finding of runtimes. */
#ifndef FE_EMULATE_COMPUTE_COMPUTE_PRIV_H
#define FE_EMULATE_COMPUTE_COMPUTE_PRIV_H

#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "http/exchange.h"

struct fe_compute {
    struct fe_state *state;
    struct fe_polls *polls;
};

/* The runtime that the path names. NULL: there is none, and *status_out is the answer given. */
struct fe_runtime *fe_compute_runtime(const struct fe_compute *compute, struct fe_exchange *x,
                                      int *status_out);

/* The same, for a module: the request must show the runtime's Module-Auth-Token, which is enough
 * where the path names none. */
struct fe_runtime *fe_compute_module(const struct fe_compute *compute, struct fe_exchange *x,
                                     int *status_out);

#endif

/* SPDX-License-Identifier: MIT */
/* Which runtime a query's API name leads to: the first made of those whose module has reported a
 * function of that name. */
#ifndef FE_EMULATE_FUNCTIONS_FUNCTION_NAMES_H
#define FE_EMULATE_FUNCTIONS_FUNCTION_NAMES_H

#include "emulate/state/runtimes.h"

/* By the function's own name, or as com.NAMESPACE.computemodules.NAME; *name_out is the function's.
 * What may have to be decoded is decoded into `arena`. NULL: no module has reported it. */
struct fe_runtime *fe_function_find(const struct fe_runtimes *runtimes, struct fe_slice api_name,
                                    struct fe_arena *arena, struct fe_slice *name_out);

#endif

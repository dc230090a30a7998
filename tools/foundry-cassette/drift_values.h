/* SPDX-License-Identifier: MIT */
/* The values that are asked for, compared as requests are: numbers by their value, secrets by
 * their kind. */
#ifndef FE_TOOL_DRIFT_VALUES_H
#define FE_TOOL_DRIFT_VALUES_H

#include "foundry-cassette/drift_compare.h"

/* Nothing, if none are asked for. What shapes tell is not told once more. */
void fe_drift_compare_values(const struct fe_comparison *comparison,
                             const struct fe_drift_side *recorded,
                             const struct fe_drift_side *live);

#endif

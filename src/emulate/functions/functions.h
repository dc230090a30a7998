/* SPDX-License-Identifier: MIT */
/* The public API's way to run a function of a compute module (contract §5.7). */
#ifndef FE_EMULATE_FUNCTIONS_FUNCTIONS_H
#define FE_EMULATE_FUNCTIONS_FUNCTIONS_H

#include "emulate/feature.h"

extern const struct fe_feature fe_functions_feature;

#endif

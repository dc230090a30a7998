/* SPDX-License-Identifier: MIT */
/* contour-backend-multiplexer: the side of those who have something computed. They name a deployed
 * app, and the runtime that it is bound to computes (emulate/compute is the module's side). */
#ifndef FE_EMULATE_CONTOUR_CONTOUR_H
#define FE_EMULATE_CONTOUR_CONTOUR_H

#include "emulate/feature.h"

extern const struct fe_feature fe_contour_feature;

#endif

/* SPDX-License-Identifier: MIT */
/* The deployed apps themselves: how their replicas are, what they can do, how they are configured
 * (contract §5.6). Who has them compute something goes to emulate/contour. */
#ifndef FE_EMULATE_DEPLOYED_APPS_DEPLOYED_APPS_H
#define FE_EMULATE_DEPLOYED_APPS_DEPLOYED_APPS_H

#include "emulate/feature.h"

extern const struct fe_feature fe_deployed_apps_feature;

#endif

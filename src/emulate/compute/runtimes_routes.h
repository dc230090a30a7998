/* SPDX-License-Identifier: MIT */
/* Making, looking at and removing runtimes. `self` is a struct fe_compute. */
#ifndef FE_EMULATE_COMPUTE_RUNTIMES_ROUTES_H
#define FE_EMULATE_COMPUTE_RUNTIMES_ROUTES_H

#include "http/exchange.h"

/* POST …/runtimes {runtimeId, deployedAppRid?, branch?, displayName?, pollTimeout?, jobTimeout?,
 * queueTimeout?, moduleAuthToken?, authHeader?, clientId?, sourceCredentials?, resourceAliasMap?}:
 * makes or resets a runtime, and says how a module reaches it. An app that is named takes the place
 * of the apps bound before; without one they stay. */
int fe_compute_post_runtime(void *self, struct fe_exchange *x);

int fe_compute_list_runtimes(void *self, struct fe_exchange *x);  /* GET …/runtimes */
int fe_compute_get_runtime(void *self, struct fe_exchange *x);    /* GET …/runtimes/:runtime */
int fe_compute_delete_runtime(void *self, struct fe_exchange *x); /* DELETE likewise */

#endif

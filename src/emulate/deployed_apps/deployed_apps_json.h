/* SPDX-License-Identifier: MIT */
/* Deployed apps as DeployedAppsService's Conjure types have them. What an emulator has not (images,
 * clusters, builds) is as empty as the types allow. */
#ifndef FE_EMULATE_DEPLOYED_APPS_DEPLOYED_APPS_JSON_H
#define FE_EMULATE_DEPLOYED_APPS_DEPLOYED_APPS_JSON_H

#include "emulate/state/runtimes.h"
#include "util/json_writer.h"

/* GetDeployedAppResponse. */
void fe_put_deployed_app(struct fe_json_writer *writer, const struct fe_deployed_app *app);

/* ComputeModuleStatus. */
void fe_put_compute_module_status(struct fe_json_writer *writer, const struct fe_deployed_app *app);

/* ModuleStatus. */
void fe_put_module_status(struct fe_json_writer *writer, const struct fe_deployed_app *app);

/* The id of the replica that stands at that place; from 0. */
void fe_replica_id(const struct fe_runtime *runtime, size_t place, char id[FE_UUID_TEXT_BYTES]);

#endif

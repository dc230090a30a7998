/* SPDX-License-Identifier: MIT */
#include "emulate/deployed_apps/deployed_apps_json.h"

#include <stdio.h>

#include "util/time_text.h"

/* How each state of a replica is called in the types, and what it makes of its set. */
static const struct words {
    struct fe_slice replica;  /* ReplicaStateValues */
    struct fe_slice set;      /* ReplicaSetState */
    struct fe_slice progress; /* ResourceProgressStatus */
    struct fe_slice module;   /* ModuleStatusStates */
    struct fe_slice reason;   /* ModuleStatusReason */
} words[] = {
    [FE_REPLICA_STARTING] = {FE_SLICE_INIT("STARTING"), FE_SLICE_INIT("STARTING"),
                             FE_SLICE_INIT("applyingInCluster"), FE_SLICE_INIT("STARTING"),
                             FE_SLICE_INIT("MODULE_STARTING")},
    [FE_REPLICA_RESPONSIVE] = {FE_SLICE_INIT("RESPONSIVE"), FE_SLICE_INIT("ACTIVE"),
                               FE_SLICE_INIT("appliedInCluster"), FE_SLICE_INIT("READY"),
                               FE_SLICE_INIT("MODULE_READY")},
    [FE_REPLICA_UNRESPONSIVE] = {FE_SLICE_INIT("UNRESPONSIVE"), FE_SLICE_INIT("WARNING"),
                                 FE_SLICE_INIT("appliedInCluster"), FE_SLICE_INIT("NOT_KNOWN"),
                                 FE_SLICE_INIT("FAILED_TO_OBTAINED_STATUS")},
};

static void put_empty_array(struct fe_json_writer *writer, const char *name)
{
    fe_json_key(writer, name);
    fe_json_begin_array(writer);
    fe_json_end_array(writer);
}

static void put_empty_arrays(struct fe_json_writer *writer, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        put_empty_array(writer, names[i]);
    }
}

/* A RID of something that stands behind the app, the same in every run. */
static void put_rid(struct fe_json_writer *writer, const char *name, const char *prefix,
                    const struct fe_deployed_app *app)
{
    char uuid[FE_UUID_TEXT_BYTES];
    char rid[96];
    fe_uuid_named(fe_slice_cstr(prefix), app->rid, uuid);
    (void)snprintf(rid, sizeof(rid), "%s%s", prefix, uuid);
    fe_json_member_string(writer, name, fe_slice_cstr(rid));
}

/* ── GetDeployedAppResponse ── */

static void put_computation(struct fe_json_writer *writer)
{
    static const char *const none[] = {"computeModuleInputs",  "computeModuleInputsV2",
                                       "computeModuleOutputs", "computeModuleOutputsV2",
                                       "externalSources",      "securityScopes",
                                       "telemetrySessionTags", NULL};
    fe_json_key(writer, "computationParameters");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("computationParamsV1"));
    fe_json_key(writer, "computationParamsV1");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "authMode", FE_SLICE("NONE"));
    put_empty_arrays(writer, none);
    fe_json_key(writer, "foundryContainerizedApplication");
    fe_json_begin_object(writer);
    fe_json_end_object(writer);
    fe_json_member_bool(writer, "foundryDataAccess", false);
    fe_json_member_string(writer, "runtime", FE_SLICE("COMPUTE_MODULE_RUNTIME_V1"));
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

/* Nothing here starts or stops replicas: there are as many as there are. */
static void put_runtime_parameters(struct fe_json_writer *writer, const struct fe_runtime *runtime)
{
    static const char *const none[] = {"foundryServiceAccess", "networkPolicies", NULL};
    fe_json_key(writer, "runtimeParameters");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("runtimeParamsV1"));
    fe_json_key(writer, "runtimeParamsV1");
    fe_json_begin_object(writer);
    put_empty_arrays(writer, none);
    fe_json_key(writer, "scalingConfig");
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "maxReplicas", (int64_t)fe_queue_replicas(&runtime->queue).count);
    fe_json_member_int(writer, "minReplicas", 0);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

void fe_put_deployed_app(struct fe_json_writer *writer, const struct fe_deployed_app *app)
{
    static const char *const none[] = {"importedExternalSources", "unimportedExternalSources",
                                       NULL};
    fe_json_begin_object(writer);
    put_computation(writer);
    fe_json_member_string(writer, "deployedAppRid", app->rid);
    fe_json_key(writer, "externalSources");
    fe_json_begin_object(writer);
    put_empty_arrays(writer, none);
    fe_json_end_object(writer);
    put_rid(writer, "jobSpecRid", "ri.foundry.main.jobspec.", app);
    put_runtime_parameters(writer, app->runtime);
    fe_json_end_object(writer);
}

/* ── ComputeModuleStatus ── */

void fe_replica_id(const struct fe_runtime *runtime, size_t place, char id[FE_UUID_TEXT_BYTES])
{
    char space[40];
    (void)snprintf(space, sizeof(space), "replica %zu", place);
    fe_uuid_named(fe_slice_cstr(space), runtime->id, id);
}

static void put_replica(struct fe_json_writer *writer, const struct fe_runtime *runtime,
                        size_t place, enum fe_replica_state state)
{
    char id[FE_UUID_TEXT_BYTES];
    fe_replica_id(runtime, place, id);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "replicaId", fe_slice_cstr(id));
    fe_json_key(writer, "state");
    fe_json_begin_object(writer);
    put_empty_array(writer, "reason");
    fe_json_member_string(writer, "state", words[state].replica);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

static void put_replica_set(struct fe_json_writer *writer, const struct fe_deployed_app *app,
                            struct fe_replicas replicas)
{
    char id[FE_UUID_TEXT_BYTES];
    int64_t count = (int64_t)replicas.count;
    fe_uuid_named(FE_SLICE("replica set"), app->runtime->id, id);
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "configuredMaxModules", count);
    fe_json_member_int(writer, "configuredMinModules", 0);
    put_empty_array(writer, "images");
    fe_json_member_string(writer, "moduleGroupName", app->runtime->id);
    fe_json_key(writer, "replicas");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < replicas.count; i++) {
        put_replica(writer, app->runtime, i, replicas.state);
    }
    fe_json_end_array(writer);
    fe_json_member_string(writer, "replicaSetId", fe_slice_cstr(id));
    fe_json_member_int(writer, "responsiveReplicas",
                       replicas.state == FE_REPLICA_RESPONSIVE ? count : 0);
    fe_json_member_string(writer, "state", words[replicas.state].set);
    fe_json_member_int(writer, "totalReplicas", count);
    fe_json_end_object(writer);
}

static void put_progress(struct fe_json_writer *writer, struct fe_slice progress)
{
    fe_json_key(writer, "resourceProgressStatus");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", progress);
    fe_json_key_slice(writer, progress);
    fe_json_begin_object(writer);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

void fe_put_compute_module_status(struct fe_json_writer *writer, const struct fe_deployed_app *app)
{
    struct fe_replicas replicas = fe_queue_replicas(&app->runtime->queue);
    char updated[FE_TIME_TEXT_BYTES];
    fe_time_format(app->runtime->created_ns, updated);
    fe_json_begin_object(writer);
    put_rid(writer, "buildJobRid", "ri.foundry.main.job.", app);
    fe_json_member_string(writer, "computeModuleId", app->rid);
    fe_json_key(writer, "currentReplicaSet");
    put_replica_set(writer, app, replicas);
    fe_json_member_string(writer, "previousUpdate", fe_slice_cstr(updated));
    put_progress(writer, words[replicas.state].progress);
    fe_json_key(writer, "scalingConfig");
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "maxNumModules", (int64_t)replicas.count);
    fe_json_member_int(writer, "minNumModules", 0);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

void fe_put_module_status(struct fe_json_writer *writer, const struct fe_deployed_app *app)
{
    enum fe_replica_state state = fe_queue_replicas(&app->runtime->queue).state;
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "reason", words[state].reason);
    fe_json_member_string(writer, "state", words[state].module);
    fe_json_end_object(writer);
}

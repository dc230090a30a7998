/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform.h"

#include <stdlib.h>

#include "emulate/platform/connections.h"
#include "emulate/platform/objects_routes.h"
#include "emulate/platform/ontologies.h"
#include "emulate/platform/platform_seed.h"
#include "emulate/state/public_api.h"
#include "emulate/state/state.h"
#include "http/reply.h"
#include "util/alloc.h"
#include "util/limits.h"

#define ENROLLMENT_RID "ri.enrollment..enrollment.default"
#define ENROLLMENT_NAME "Default Enrollment"

/* ── the enrollment ── */

static int reply_enrollment(const struct fe_platform *platform, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "rid", platform->enrollment.rid);
    fe_json_member_string(&writer, "name", platform->enrollment.name);
    fe_json_end_object(&writer);
    return 200;
}

static int get_current_enrollment(void *self, struct fe_exchange *x)
{
    int status = fe_preview_check(x);
    return status != 0 ? status : reply_enrollment(self, x);
}

static int get_enrollment(void *self, struct fe_exchange *x)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "EnrollmentNotFound",
                                              "There is no such enrollment."};
    const struct fe_platform *platform = self;
    struct fe_slice rid = fe_exchange_param(x, "enrollment");
    int status = fe_preview_check(x);
    if (status != 0) {
        return status;
    }
    if (!fe_slice_eq(rid, platform->enrollment.rid)) {
        return fe_reply_error(x, &error, "enrollmentRid",
                              fe_arena_copy(fe_exchange_arena(x), rid).ptr, NULL);
    }
    return reply_enrollment(platform, x);
}

/* ── the feature ── */

static void seed(void *self, struct fe_fields *root, struct fe_fields *foundry)
{
    (void)root;
    fe_platform_seed(self, foundry);
}

static void reset(void *self)
{
    struct fe_platform *platform = self;
    fe_arena_done(&platform->arena);
    *platform = (struct fe_platform){
        .pager = platform->pager,
        .enrollment = {FE_SLICE_INIT(ENROLLMENT_RID), FE_SLICE_INIT(ENROLLMENT_NAME), {NULL, 0}}};
}

static void *open_feature(struct fe_state *state)
{
    struct fe_platform *platform = fe_xalloc(sizeof(*platform));
    platform->pager = state ? &state->pager : NULL;
    reset(platform);
    return platform;
}

static void close_feature(void *self)
{
    struct fe_platform *platform = self;
    if (platform) {
        fe_arena_done(&platform->arena);
        free(platform);
    }
}

#define CONNECTIONS "/api/v2/connectivity/connections"
#define ONTOLOGIES "/api/v2/ontologies"
#define READ_CONNECTIONS "api:connectivity-connection-read"
#define WRITE_CONNECTIONS "api:connectivity-connection-write"
#define READ_ONTOLOGIES "api:ontologies-read"

static const struct fe_route routes[] = {
    {FE_GET, "/api/v2/admin/enrollments/getCurrent", get_current_enrollment, FE_ACCESS_BEARER,
     "api:admin-read", FE_BODY_WHOLE, 0},
    {FE_GET, "/api/v2/admin/enrollments/:enrollment", get_enrollment, FE_ACCESS_BEARER,
     "api:admin-read", FE_BODY_WHOLE, 0},
    {FE_POST, CONNECTIONS, fe_connections_create, FE_ACCESS_BEARER, WRITE_CONNECTIONS,
     FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_GET, CONNECTIONS "/:connection", fe_connections_get, FE_ACCESS_BEARER, READ_CONNECTIONS,
     FE_BODY_WHOLE, 0},
    {FE_GET, CONNECTIONS "/:connection/getConfiguration", fe_connections_get_configuration,
     FE_ACCESS_BEARER, READ_CONNECTIONS, FE_BODY_WHOLE, 0},
    {FE_POST, CONNECTIONS "/:connection/updateSecrets", fe_connections_update_secrets,
     FE_ACCESS_BEARER, WRITE_CONNECTIONS, FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_GET, ONTOLOGIES, fe_ontologies_list, FE_ACCESS_BEARER, READ_ONTOLOGIES, FE_BODY_WHOLE, 0},
    {FE_GET, ONTOLOGIES "/:ontology", fe_ontologies_get, FE_ACCESS_BEARER, READ_ONTOLOGIES,
     FE_BODY_WHOLE, 0},
    {FE_GET, ONTOLOGIES "/:ontology/fullMetadata", fe_ontologies_get_full_metadata,
     FE_ACCESS_BEARER, READ_ONTOLOGIES, FE_BODY_WHOLE, 0},
    {FE_GET, ONTOLOGIES "/:ontology/objectTypes/:objectType/fullMetadata",
     fe_object_types_get_full_metadata, FE_ACCESS_BEARER, READ_ONTOLOGIES, FE_BODY_WHOLE, 0},
    {FE_POST, ONTOLOGIES "/:ontology/objectSets/loadObjects", fe_objects_load, FE_ACCESS_BEARER,
     READ_ONTOLOGIES, FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_POST, ONTOLOGIES "/:ontology/objectSets/aggregate", fe_objects_aggregate, FE_ACCESS_BEARER,
     READ_ONTOLOGIES, FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_POST, ONTOLOGIES "/:ontology/queries/:query/execute", fe_ontologies_execute_query,
     FE_ACCESS_BEARER, READ_ONTOLOGIES, FE_BODY_WHOLE, FE_LIMIT_JSON_BODY_BYTES},
};

const struct fe_feature fe_platform_feature = {
    .name = "platform",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .seed = seed,
    .reset = reset,
    .close = close_feature,
};

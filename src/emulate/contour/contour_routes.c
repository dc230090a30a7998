/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour.h"
#include "emulate/contour/contour_jobs.h"
#include "emulate/contour/contour_submit.h"
#include "emulate/state/app_access.h"
#include "emulate/state/query_schemas.h"
#include "emulate/state/state.h"
#include "http/reply.h"
#include "message/form.h"
#include "util/limits.h"

#define BASE "/contour-backend-multiplexer/api/module-group-multiplexer"

static int get_schemas(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_form query;
    struct fe_json_writer writer;
    struct fe_slice rid = FE_SLICE("");
    struct fe_slice branch = FE_SLICE("");
    int status = 0;
    if (fe_form_parse(fe_exchange_request(x)->query, fe_exchange_arena(x), &query) < 0 ||
        fe_form_get(&query, "rid", &rid) != 1 || fe_form_get(&query, "branch", &branch) > 1) {
        return fe_reply_invalid_argument(x, "rid must be given once, and branch at most once.");
    }
    const struct fe_deployed_app *app = fe_app_access(state->runtimes, x, rid, branch, &status);
    if (app == NULL) {
        return status;
    }
    fe_reply_json_begin(x, &writer);
    fe_put_query_schemas(&writer, app->runtime);
    return 200;
}

/* ── the feature ── */

static void *open_feature(struct fe_state *state)
{
    return state;
}

/* Nothing of its own: what waits here waits for jobs, which the state cancels. */
static void reset(void *self)
{
    (void)self;
}

static void close_feature(void *self)
{
    (void)self;
}

#define ROW(method, path, handler, body_bytes_max)                                                 \
    {                                                                                              \
        method, BASE path, handler, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, body_bytes_max          \
    }

static const struct fe_route routes[] = {
    ROW(FE_POST, "/compute-modules/jobs/execute", fe_contour_execute, FE_LIMIT_JSON_BODY_BYTES),
    ROW(FE_POST, "/deployed-apps/jobs/execute", fe_contour_execute, FE_LIMIT_JSON_BODY_BYTES),
    ROW(FE_POST, "/deployed-apps/jobs", fe_contour_submit_to_app, FE_LIMIT_JSON_BODY_BYTES),
    ROW(FE_POST, "/jobs", fe_contour_submit, FE_LIMIT_JSON_BODY_BYTES),
    ROW(FE_GET, "/jobs/:job/status", fe_contour_get_status, 0),
    ROW(FE_PUT, "/jobs/status/v2", fe_contour_put_status, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_PUT, "/jobs/status/v3", fe_contour_put_status, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_GET, "/jobs/:job/result", fe_contour_get_result, 0),
    ROW(FE_PUT, "/jobs/result/v2", fe_contour_put_result, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_PUT, "/jobs/result/v3", fe_contour_put_result, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_DELETE, "/jobs/:job", fe_contour_cancel, 0),
    ROW(FE_DELETE, "/jobs", fe_contour_cancel_sent, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_DELETE, "/jobs/v3", fe_contour_cancel_sent, FE_LIMIT_SMALL_BODY_BYTES),
    ROW(FE_PUT, "/jobs/:job/soft-cancel", fe_contour_soft_cancel, 0),
    ROW(FE_GET, "/schemas", get_schemas, 0),
};

const struct fe_feature fe_contour_feature = {
    .name = "contour",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .reset = reset,
    .close = close_feature,
};

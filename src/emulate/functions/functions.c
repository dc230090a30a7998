/* SPDX-License-Identifier: MIT */
#include "emulate/functions/functions.h"

#include "emulate/functions/function_call.h"
#include "emulate/functions/function_names.h"
#include "emulate/state/json_body.h"
#include "emulate/state/principal.h"
#include "emulate/state/state.h"
#include "http/reply.h"
#include "util/limits.h"

/* The version that every function of a compute module has (contract §5.7). */
#define FUNCTION_VERSION "0.0.0"

static int reply_not_found(struct fe_exchange *x, struct fe_slice api_name)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "QueryNotFound",
                                              "No compute module has reported such a function."};
    return fe_reply_error(x, &error, "queryApiName",
                          fe_arena_copy(fe_exchange_arena(x), api_name).ptr, NULL);
}

static int reply_no_version(struct fe_exchange *x, struct fe_slice api_name,
                            struct fe_slice version)
{
    static const struct fe_api_error error = {
        404, "NOT_FOUND", "QueryVersionNotFound",
        "A compute module's functions have one version, " FUNCTION_VERSION "."};
    struct fe_arena *arena = fe_exchange_arena(x);
    return fe_reply_error(x, &error, "apiName", fe_arena_copy(arena, api_name).ptr, "version",
                          fe_arena_copy(arena, version).ptr, NULL);
}

static void read_parameters(struct fe_json_body *body, struct fe_slice *query)
{
    struct fe_json member;
    *query = FE_SLICE("{}");
    if (body->problem || !fe_json_member(&body->object, "parameters", &member)) {
        return;
    }
    if (member.kind != FE_JSON_OBJECT) {
        body->problem = "parameters must be an object.";
    }
    *query = member.text;
}

/* A branch is taken as given: a module has one set of functions, whatever branch it was deployed
 * from. */
static int call(const struct fe_state *state, struct fe_exchange *x, bool lines)
{
    struct fe_job_request request = {.app_rid = FE_SLICE("")};
    struct fe_slice api_name = fe_exchange_param(x, "query");
    struct fe_slice version = FE_SLICE(FUNCTION_VERSION);
    struct fe_json_body body;
    struct fe_job *job = NULL;
    fe_job_request_by(&request, fe_exchange_principal(x));
    fe_json_body_open(&body, x);
    fe_json_body_text(&body, "version", &version);
    read_parameters(&body, &request.query);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    struct fe_runtime *runtime =
        fe_function_find(state->runtimes, api_name, fe_exchange_arena(x), &request.query_type);
    if (runtime == NULL) {
        return reply_not_found(x, api_name);
    }
    if (!fe_slice_eq(version, FE_SLICE(FUNCTION_VERSION))) {
        return reply_no_version(x, api_name, version);
    }
    int r = fe_queue_submit(&runtime->queue, &request, &job);
    if (r < 0) {
        return fe_reply_job_refused(x, r);
    }
    return fe_function_call(x, job, state->settings.execute_timeout_ms, lines);
}

static int execute(void *self, struct fe_exchange *x)
{
    return call(self, x, false);
}

static int streaming_execute(void *self, struct fe_exchange *x)
{
    return call(self, x, true);
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

static const struct fe_route routes[] = {
    {FE_POST, "/api/v2/functions/queries/:query/execute", execute, FE_ACCESS_BEARER,
     "api:functions-read", FE_BODY_WHOLE, FE_LIMIT_JSON_BODY_BYTES},
    {FE_POST, "/api/v2/functions/queries/:query/streamingExecute", streaming_execute,
     FE_ACCESS_BEARER, "api:functions-read", FE_BODY_WHOLE, FE_LIMIT_JSON_BODY_BYTES},
};

const struct fe_feature fe_functions_feature = {
    .name = "functions",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .reset = reset,
    .close = close_feature,
};

/* SPDX-License-Identifier: MIT */
#include "emulate/compute/runtimes_routes.h"

#include "emulate/compute/compute_priv.h"
#include "emulate/compute/environment.h"
#include "emulate/compute/records.h"
#include "emulate/state/json_body.h"
#include "http/reply.h"
#include "util/duration.h"

struct creation {
    struct fe_runtime_request runtime;
    struct fe_app_binding app; /* without rid: none */
};

static void read_timeout(struct fe_json_body *body, const char *name, int64_t *timeout_ms_out)
{
    struct fe_slice text = FE_SLICE("");
    int64_t timeout_ns = 0;
    fe_json_body_text(body, name, &text);
    if (body->problem || text.len == 0) {
        return;
    }
    if (fe_duration_parse(text, &timeout_ns) < 0) {
        body->problem =
            fe_arena_printf(body->arena, "%s must be a duration such as \"500ms\" or \"5s\".", name)
                .ptr;
        return;
    }
    *timeout_ms_out = timeout_ns / FE_NS_PER_MS;
}

/* A member that is an object, as its own text. */
static void read_object(struct fe_json_body *body, const char *name, struct fe_slice *json_out)
{
    struct fe_json member;
    if (body->problem || !fe_json_member(&body->object, name, &member) ||
        member.kind == FE_JSON_NULL) {
        return;
    }
    if (member.kind != FE_JSON_OBJECT) {
        body->problem = fe_arena_printf(body->arena, "%s must be an object.", name).ptr;
        return;
    }
    *json_out = member.text;
}

static void read_extras(struct fe_json_body *body, struct fe_runtime_extras *extras)
{
    struct fe_json member;
    if (body->problem == NULL && fe_json_member(&body->object, "authHeader", &member)) {
        extras->auth_header = member.kind == FE_JSON_TRUE;
        if (member.kind != FE_JSON_TRUE && member.kind != FE_JSON_FALSE &&
            member.kind != FE_JSON_NULL) {
            body->problem = "authHeader must be true or false.";
        }
    }
    fe_json_body_text(body, "clientId", &extras->client_id);
    read_object(body, "sourceCredentials", &extras->source_credentials);
    read_object(body, "resourceAliasMap", &extras->resource_aliases);
}

static const char *read_creation(struct fe_exchange *x, struct creation *creation)
{
    struct fe_json_body body;
    fe_json_body_open(&body, x);
    fe_json_body_required(&body, "runtimeId", &creation->runtime.id);
    fe_json_body_text(&body, "moduleAuthToken", &creation->runtime.auth_token);
    read_timeout(&body, "pollTimeout", &creation->runtime.poll_timeout_ms);
    read_timeout(&body, "jobTimeout", &creation->runtime.job_timeout_ms);
    read_timeout(&body, "queueTimeout", &creation->runtime.queue_timeout_ms);
    read_extras(&body, &creation->runtime.extras);
    fe_json_body_text(&body, "deployedAppRid", &creation->app.rid);
    fe_json_body_text(&body, "branch", &creation->app.branch);
    fe_json_body_text(&body, "displayName", &creation->app.display_name);
    if (body.problem) {
        return body.problem;
    }
    if (!fe_runtime_id_valid(creation->runtime.id)) {
        return "runtimeId must be at most 256 bytes, without NUL, and neither \".\" nor \"..\".";
    }
    if (creation->runtime.auth_token.len > 0 &&
        !fe_runtime_token_valid(creation->runtime.auth_token)) {
        return "moduleAuthToken must be at most 1024 visible ASCII characters.";
    }
    return NULL;
}

static int open_runtime(struct fe_runtimes *runtimes, const struct creation *creation,
                        struct fe_runtime **runtime_out)
{
    int r = fe_runtimes_open(runtimes, &creation->runtime, runtime_out);
    if (r < 0 || creation->app.rid.len == 0) {
        return r;
    }
    fe_runtimes_unbind_all(runtimes, *runtime_out);
    return fe_runtimes_bind(runtimes, *runtime_out, &creation->app);
}

static int reply_connection(struct fe_exchange *x, const struct fe_settings *settings,
                            const struct fe_runtime *runtime)
{
    struct fe_json_writer writer;
    struct fe_environment environment;
    struct fe_slice base =
        settings->module_url.len > 0 ? settings->module_url : fe_exchange_origin(x);
    fe_environment_of(runtime, base, fe_exchange_arena(x), &environment);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "runtimeId", runtime->id);
    fe_json_member_string(&writer, "moduleAuthToken", runtime->auth_token);
    fe_json_member_string(&writer, "getJobUri", fe_environment_get(&environment, "GET_JOB_URI"));
    fe_json_member_string(&writer, "postResultUri",
                          fe_environment_get(&environment, "POST_RESULT_URI"));
    fe_json_member_string(&writer, "postSchemaUri",
                          fe_environment_get(&environment, "POST_SCHEMA_URI"));
    fe_json_key(&writer, "env");
    fe_json_begin_object(&writer);
    for (size_t i = 0; i < environment.count; i++) {
        fe_json_member_string(&writer, environment.variables[i].name,
                              environment.variables[i].value);
    }
    fe_json_end_object(&writer);
    fe_json_end_object(&writer);
    return 200;
}

int fe_compute_post_runtime(void *self, struct fe_exchange *x)
{
    static const struct fe_api_error full = {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests",
                                             "There are as many runtimes or apps as there may be."};
    struct fe_compute *compute = self;
    struct fe_runtime *runtime = NULL;
    struct creation creation = {.runtime = fe_runtime_defaults(FE_SLICE("")),
                                .app = {.active = true}};
    const char *problem = read_creation(x, &creation);
    if (problem) {
        return fe_reply_invalid_argument(x, problem);
    }
    if (open_runtime(compute->state->runtimes, &creation, &runtime) < 0) {
        return fe_reply_error(x, &full, NULL);
    }
    return reply_connection(x, &compute->state->settings, runtime);
}

int fe_compute_list_runtimes(void *self, struct fe_exchange *x)
{
    const struct fe_compute *compute = self;
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "runtimes");
    fe_json_begin_array(&writer);
    const struct fe_runtime *runtime = fe_runtimes_first(compute->state->runtimes);
    for (; runtime; runtime = TAILQ_NEXT(runtime, link)) {
        fe_put_runtime(&writer, runtime);
    }
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}

int fe_compute_get_runtime(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_runtime *runtime = fe_compute_runtime(self, x, &status);
    if (runtime == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "runtime");
    fe_put_runtime(&writer, runtime);
    fe_json_key(&writer, "schemas");
    fe_put_schemas(&writer, runtime);
    fe_json_end_object(&writer);
    return 200;
}

int fe_compute_delete_runtime(void *self, struct fe_exchange *x)
{
    struct fe_compute *compute = self;
    int status = 0;
    struct fe_runtime *runtime = fe_compute_runtime(compute, x, &status);
    if (runtime == NULL) {
        return status;
    }
    fe_runtimes_remove(compute->state->runtimes, runtime);
    return fe_reply_empty(x, 204);
}

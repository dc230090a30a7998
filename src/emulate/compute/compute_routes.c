/* SPDX-License-Identifier: MIT */
/* The feature, and the short routes of a module: its poll, its schemas and its restarts. */
#include <stdlib.h>

#include "emulate/compute/compute.h"
#include "emulate/compute/compute_priv.h"
#include "emulate/compute/compute_seed.h"
#include "emulate/compute/environment_routes.h"
#include "emulate/compute/jobs_routes.h"
#include "emulate/compute/polls.h"
#include "emulate/compute/results_routes.h"
#include "emulate/compute/runtimes_routes.h"
#include "http/reply.h"
#include "util/alloc.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/secret.h"

/* A runtime is found by its id under BASE, and by its token where the real sidecar has its routes:
 * on its TLS port, and for the Java SDK on its plain one (contract §1.2, §2.3). */
#define BASE "/_emulate/foundry/compute-modules/runtimes"
#define SIDECAR "/interactive-module/api/internal-query"

struct fe_runtime *fe_compute_runtime(const struct fe_compute *compute, struct fe_exchange *x,
                                      int *status_out)
{
    struct fe_slice id = fe_exchange_param(x, "runtime");
    struct fe_runtime *runtime = fe_runtimes_find(compute->state->runtimes, id);
    if (runtime == NULL) {
        *status_out = fe_reply_not_found(x, "ComputeModules:RuntimeNotFound", id);
    }
    return runtime;
}

static struct fe_slice token_of(const struct fe_exchange *x)
{
    struct fe_slice token = FE_SLICE("");
    (void)fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("module-auth-token"), &token);
    return token;
}

/* What the real sidecar says to a wrong token is not public: 401 is what 401 is for. */
int fe_compute_refuse_token(struct fe_exchange *x)
{
    static const struct fe_api_error refusal = {401, "UNAUTHORIZED", "Default:Unauthorized",
                                                "The Module-Auth-Token is no runtime's of here."};
    const char *why = token_of(x).len > 0 ? "INVALID" : "MISSING";
    return fe_reply_error(x, &refusal, "error", why, NULL);
}

struct fe_runtime *fe_compute_module(const struct fe_compute *compute, struct fe_exchange *x,
                                     int *status_out)
{
    struct fe_slice token = token_of(x);
    if (fe_exchange_param(x, "runtime").len == 0) {
        struct fe_runtime *found = fe_runtimes_find_token(compute->state->runtimes, token);
        *status_out = found ? 0 : fe_compute_refuse_token(x);
        return found;
    }
    struct fe_runtime *runtime = fe_compute_runtime(compute, x, status_out);
    if (runtime && !fe_secret_eq(token, runtime->auth_token)) {
        *status_out = fe_compute_refuse_token(x);
        return NULL;
    }
    return runtime;
}

static int give_job(void *self, struct fe_exchange *x, enum fe_job_shape shape)
{
    struct fe_compute *compute = self;
    int status = 0;
    struct fe_runtime *runtime = fe_compute_module(compute, x, &status);
    if (runtime == NULL) {
        return status;
    }
    /* The router gives HEAD to GET's handler; a job in an answer without a body would be lost. */
    if (fe_exchange_request(x)->method == FE_HEAD) {
        return fe_reply_empty(x, 204);
    }
    return fe_polls_take(compute->polls, runtime, x, shape);
}

static int get_job(void *self, struct fe_exchange *x)
{
    return give_job(self, x, FE_JOB_IN_ENVELOPE);
}

static int get_bare_job(void *self, struct fe_exchange *x)
{
    return give_job(self, x, FE_JOB_BARE);
}

/* A module that has been started again reports so, and is told which jobs were taken away from it.
 * None is here: a job that was handed out may still be answered. */
static int post_restart(void *self, struct fe_exchange *x)
{
    int status = 0;
    if (fe_compute_module(self, x, &status) == NULL) {
        return status;
    }
    return fe_reply_bytes(x, 200, FE_SLICE("application/json"), FE_SLICE("[]"));
}

static int post_schemas(void *self, struct fe_exchange *x)
{
    struct fe_compute *compute = self;
    int status = 0;
    struct fe_json schemas;
    struct fe_runtime *runtime = fe_compute_module(compute, x, &status);
    if (runtime == NULL) {
        return status;
    }
    int r = fe_json_parse(fe_exchange_body(x), &schemas, NULL);
    if (r < 0) {
        return fe_reply_bad_json(x, "The list of schemas", r);
    }
    fe_buf_clear(&runtime->schemas);
    if (fe_buf_put(&runtime->schemas, schemas.text) < 0) {
        static const struct fe_api_error no_memory = {503, "INTERNAL", "Default:Internal",
                                                      "There is no memory for these schemas."};
        return fe_reply_error(x, &no_memory, NULL);
    }
    runtime->schemas_ns = fe_clock_now_ns(&compute->state->env->clock);
    return fe_reply_empty(x, 204);
}

/* ── the feature ── */

static void *open_feature(struct fe_state *state)
{
    struct fe_compute *compute = fe_xalloc(sizeof(*compute));
    compute->state = state;
    compute->polls = fe_polls_new(state);
    return compute;
}

static void seed(void *self, struct fe_fields *root, struct fe_fields *foundry)
{
    struct fe_compute *compute = self;
    (void)root;
    fe_compute_seed(compute->state->runtimes, foundry);
}

static void reset(void *self)
{
    struct fe_compute *compute = self;
    fe_polls_clear(compute->polls);
}

static void close_feature(void *self)
{
    struct fe_compute *compute = self;
    fe_polls_free(compute->polls);
    free(compute);
}

/* A result may be of any size here: past FE_LIMIT_RESULT_BYTES the job fails, but its module is
 * answered as ever, because SDKs take a 413 for a reason to post again (results_routes.c). */
static const struct fe_route routes[] = {
    {FE_POST, BASE, fe_compute_post_runtime, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, BASE, fe_compute_list_runtimes, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:runtime", fe_compute_get_runtime, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_DELETE, BASE "/:runtime", fe_compute_delete_runtime, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     0},
    {FE_GET, BASE "/:runtime/env", fe_compute_get_env, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:runtime/env/files", fe_compute_list_env_files, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:runtime/env/files/:file", fe_compute_get_env_file, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:runtime/job", get_job, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_POST, BASE "/:runtime/schemas", post_schemas, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SCHEMA_BYTES},
    {FE_POST, BASE "/:runtime/results/:job", fe_compute_post_result, FE_ACCESS_OPEN, NULL,
     FE_BODY_STREAM, UINT64_MAX},
    {FE_POST, BASE "/:runtime/restart-notification", post_restart, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, SIDECAR "/job", get_job, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_POST, SIDECAR "/schemas", post_schemas, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SCHEMA_BYTES},
    {FE_POST, SIDECAR "/results/:job", fe_compute_post_result, FE_ACCESS_OPEN, NULL, FE_BODY_STREAM,
     UINT64_MAX},
    {FE_POST, SIDECAR "/restart-notification", post_restart, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, "/job", get_bare_job, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_POST, "/results/:job", fe_compute_post_result, FE_ACCESS_OPEN, NULL, FE_BODY_STREAM,
     UINT64_MAX},
    {FE_POST, BASE "/:runtime/jobs", fe_compute_post_job, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_JSON_BODY_BYTES},
    {FE_GET, BASE "/:runtime/jobs", fe_compute_list_jobs, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:runtime/jobs/:job", fe_compute_get_job, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     0},
};

const struct fe_feature fe_compute_feature = {
    .name = "compute",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .seed = seed,
    .reset = reset,
    .close = close_feature,
};

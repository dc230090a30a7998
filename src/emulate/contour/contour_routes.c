/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour.h"
#include "emulate/contour/contour_json.h"
#include "emulate/contour/contour_wait.h"
#include "emulate/state/json_body.h"
#include "emulate/state/principal.h"
#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "http/reply.h"
#include "util/limits.h"

#define BASE "/contour-backend-multiplexer/api/module-group-multiplexer"

enum {
    HANDLE_BODY_BYTES_MAX = 64 << 10 /* a Job, sent back */
};

/* Real Foundry says the same of an app without rights and of one that does not exist (contract
 * §5.1). */
static int reply_denied(struct fe_exchange *x)
{
    static const struct fe_api_error error = {403, "PERMISSION_DENIED",
                                              "Contour:InsufficientPermission", NULL};
    return fe_reply_error(x, &error, NULL);
}

/* ── submitting ── */

/* Submits what the body asks for. NULL: it could not be, and *status_out is the answer given. An
 * absent branch, which Conjure would not take, is any active one, as in the reference emulator. */
static struct fe_job *submit(const struct fe_state *state, struct fe_exchange *x, int *status_out)
{
    struct fe_json_body body;
    struct fe_job_request request = {.user_id = fe_exchange_principal(x)->user_id};
    fe_json_body_open(&body, x);
    fe_json_body_required(&body, "deployedAppRid", &request.app_rid);
    fe_json_body_text(&body, "deployedAppBranch", &request.app_branch);
    fe_json_body_query(&body, &request);
    if (body.problem) {
        *status_out = fe_reply_invalid_argument(x, body.problem);
        return NULL;
    }
    const struct fe_deployed_app *app =
        fe_runtimes_app(state->runtimes, request.app_rid, request.app_branch);
    if (app == NULL || !app->active) {
        *status_out = reply_denied(x);
        return NULL;
    }
    struct fe_job *job = NULL;
    request.app_branch = app->branch;
    int r = fe_queue_submit(&app->runtime->queue, &request, &job);
    if (r < 0) {
        *status_out = fe_reply_job_refused(x, r);
        return NULL;
    }
    return job;
}

static int post_job(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_job *job = submit(self, x, &status);
    return job ? fe_contour_reply_job(x, job) : status;
}

/* How long the real service waits is not public, nor what it says then. Conjure knows the code
 * TIMEOUT; the status is the one that says so. */
static int reply_timeout(struct fe_exchange *x, const struct fe_job *job)
{
    static const struct fe_api_error error = {504, "TIMEOUT", "Default:Timeout",
                                              "The job has no result yet; it goes on."};
    return fe_reply_error(x, &error, "jobId", job->id, NULL);
}

static int post_execute(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    int status = 0;
    struct fe_job *job = submit(state, x, &status);
    if (job == NULL) {
        return status;
    }
    const struct fe_contour_wait wait = {true, state->settings.execute_timeout_ms,
                                         fe_contour_reply_result, reply_timeout};
    return fe_contour_wait_for(x, job, &wait);
}

/* ── asking for a job ── */

/* A job belongs to whoever submitted it; one that was submitted without a bearer token, straight to
 * its runtime, to everybody. NULL: *status_out is the answer given. */
static struct fe_job *find_job(const struct fe_state *state, struct fe_exchange *x,
                               struct fe_slice id, int *status_out)
{
    struct fe_job *job = fe_jobs_find(state->jobs, id);
    if (job == NULL) {
        *status_out = fe_reply_not_found(x, "Default:NotFound", id);
        return NULL;
    }
    struct fe_slice owner = job->request.user_id;
    if (owner.len > 0 && !fe_slice_eq(owner, fe_exchange_principal(x)->user_id)) {
        *status_out = reply_denied(x);
        return NULL;
    }
    return job;
}

/* Held while nothing changes, as the real one is: clients ask again without delay. */
static int get_status(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    int status = 0;
    struct fe_job *job = find_job(state, x, fe_exchange_param(x, "job"), &status);
    if (job == NULL) {
        return status;
    }
    const struct fe_contour_wait wait = {false, state->settings.status_timeout_ms,
                                         fe_contour_reply_status, fe_contour_reply_status};
    return fe_contour_wait_for(x, job, &wait);
}

/* The handle that clients send back is a string of JSON. */
static void read_handle(struct fe_json_body *body, struct fe_slice *id)
{
    struct fe_slice text = FE_SLICE("");
    struct fe_json handle;
    struct fe_json member;
    fe_json_body_text(body, "jobHandle", &text);
    if (body->problem || text.len == 0) {
        return;
    }
    if (fe_json_parse(text, &handle, NULL) < 0 || !fe_json_member(&handle, "jobId", &member) ||
        fe_json_string(&member, body->arena, id) < 0) {
        body->problem = "jobHandle is not the handle of a job.";
    }
}

/* By id or by handle, whichever there is of the Job that the caller sends back. */
static int put_result(void *self, struct fe_exchange *x)
{
    struct fe_json_body body;
    struct fe_slice id = FE_SLICE("");
    int status = 0;
    fe_json_body_open(&body, x);
    fe_json_body_text(&body, "id", &id);
    if (id.len == 0) {
        read_handle(&body, &id);
    }
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    if (id.len == 0) {
        return fe_reply_invalid_argument(x, "id or jobHandle is required.");
    }
    const struct fe_job *job = find_job(self, x, id, &status);
    return job ? fe_contour_reply_result(x, job) : status;
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
    {FE_POST, BASE "/compute-modules/jobs/execute", post_execute, FE_ACCESS_BEARER, NULL,
     FE_BODY_WHOLE, FE_LIMIT_JSON_BODY_BYTES},
    {FE_POST, BASE "/deployed-apps/jobs", post_job, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE,
     FE_LIMIT_JSON_BODY_BYTES},
    {FE_GET, BASE "/jobs/:job/status", get_status, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_PUT, BASE "/jobs/result/v2", put_result, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE,
     HANDLE_BODY_BYTES_MAX},
};

const struct fe_feature fe_contour_feature = {
    .name = "contour",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .reset = reset,
    .close = close_feature,
};

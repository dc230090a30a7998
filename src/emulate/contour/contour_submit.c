/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour_submit.h"

#include "emulate/contour/contour_jobs.h"
#include "emulate/contour/contour_json.h"
#include "emulate/contour/contour_wait.h"
#include "emulate/state/app_access.h"
#include "emulate/state/json_body.h"
#include "emulate/state/principal.h"
#include "emulate/state/state.h"
#include "http/reply.h"

static struct fe_job *put_in_queue(struct fe_exchange *x, struct fe_queue *queue,
                                   const struct fe_job_request *request, int *status_out)
{
    struct fe_job *job = NULL;
    int r = fe_queue_submit(queue, request, &job);
    if (r < 0) {
        *status_out = fe_reply_job_refused(x, r);
        return NULL;
    }
    return job;
}

/* ── to a deployed app ── */

/* Submits what the body asks for. NULL: it could not be, and *status_out is the answer given. An
 * absent branch, which Conjure would not take, is any active one, as in the reference emulator. */
static struct fe_job *submit_to_app(const struct fe_state *state, struct fe_exchange *x,
                                    int *status_out)
{
    struct fe_json_body body;
    struct fe_job_request request = {0};
    fe_job_request_by(&request, fe_exchange_principal(x));
    fe_json_body_open(&body, x);
    fe_json_body_required(&body, "deployedAppRid", &request.app_rid);
    fe_json_body_text(&body, "deployedAppBranch", &request.app_branch);
    fe_json_body_query(&body, &request);
    if (body.problem) {
        *status_out = fe_reply_invalid_argument(x, body.problem);
        return NULL;
    }
    const struct fe_deployed_app *app =
        fe_app_access(state->runtimes, x, request.app_rid, request.app_branch, status_out);
    if (app == NULL) {
        return NULL;
    }
    request.app_branch = app->branch;
    return put_in_queue(x, &app->runtime->queue, &request, status_out);
}

int fe_contour_submit_to_app(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_job *job = submit_to_app(self, x, &status);
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

int fe_contour_execute(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    int status = 0;
    struct fe_job *job = submit_to_app(state, x, &status);
    if (job == NULL) {
        return status;
    }
    const struct fe_contour_wait wait = {true, true, state->settings.execute_timeout_ms,
                                         fe_contour_reply_result, reply_timeout};
    return fe_contour_wait_for(x, job, &wait);
}

/* ── to a module group ── */

/* The other members, required or not, are about the cost of the job and where it may be cached:
 * there is nothing here for them to change. */
static const char *read_request(struct fe_exchange *x, struct fe_slice *group,
                                struct fe_job_request *request)
{
    struct fe_json_body body;
    fe_json_body_open(&body, x);
    fe_json_body_required(&body, "moduleGroupName", group);
    fe_json_body_text(&body, "jobId", &request->id);
    fe_json_body_query(&body, request);
    if (body.problem == NULL && request->id.len > 0 && !fe_job_id_valid(request->id)) {
        return "jobId must be 1 to 64 letters, digits, hyphens or underscores.";
    }
    return body.problem;
}

/* A caller who names the job may submit it again, not knowing whether it has arrived: it is the
 * same job then. */
int fe_contour_submit(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_slice group = FE_SLICE("");
    struct fe_job_request request = {0};
    fe_job_request_by(&request, fe_exchange_principal(x));
    int status = 0;
    const char *problem = read_request(x, &group, &request);
    if (problem) {
        return fe_reply_invalid_argument(x, problem);
    }
    struct fe_runtime *runtime = fe_runtimes_find(state->runtimes, group);
    if (runtime == NULL) {
        return fe_reply_app_denied(x);
    }
    const struct fe_job *job = NULL;
    if (request.id.len > 0 && fe_jobs_find(state->jobs, request.id)) {
        job = fe_contour_find_job(state, x, request.id, &status);
    } else {
        job = put_in_queue(x, &runtime->queue, &request, &status);
    }
    return job ? fe_contour_reply_job(x, job) : status;
}

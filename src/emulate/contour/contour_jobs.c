/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour_jobs.h"

#include "emulate/contour/contour_json.h"
#include "emulate/contour/contour_wait.h"
#include "emulate/state/app_access.h"
#include "emulate/state/json_body.h"
#include "emulate/state/principal.h"
#include "http/reply.h"

/* A job belongs to whoever submitted it; one that was submitted without a bearer token, straight to
 * its runtime, to everybody. */
struct fe_job *fe_contour_find_job(const struct fe_state *state, struct fe_exchange *x,
                                   struct fe_slice id, int *status_out)
{
    struct fe_job *job = fe_jobs_find(state->jobs, id);
    if (job == NULL) {
        *status_out = fe_reply_not_found(x, "Default:NotFound", id);
        return NULL;
    }
    struct fe_slice owner = job->request.user_id;
    if (owner.len > 0 && !fe_slice_eq(owner, fe_exchange_principal(x)->user_id)) {
        *status_out = fe_reply_app_denied(x);
        return NULL;
    }
    return job;
}

static struct fe_job *named_job(const struct fe_state *state, struct fe_exchange *x,
                                int *status_out)
{
    return fe_contour_find_job(state, x, fe_exchange_param(x, "job"), status_out);
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

/* By id or by handle, whichever there is of the Job that the caller sends back. What V3 takes is
 * not public; its name and its place in the catalogue say: the same, whole. */
static struct fe_job *sent_job(const struct fe_state *state, struct fe_exchange *x, int *status_out)
{
    struct fe_json_body body;
    struct fe_slice id = FE_SLICE("");
    fe_json_body_open(&body, x);
    fe_json_body_text(&body, "id", &id);
    if (id.len == 0) {
        read_handle(&body, &id);
    }
    if (body.problem == NULL && id.len == 0) {
        body.problem = "id or jobHandle is required.";
    }
    if (body.problem) {
        *status_out = fe_reply_invalid_argument(x, body.problem);
        return NULL;
    }
    return fe_contour_find_job(state, x, id, status_out);
}

/* ── status and result ── */

/* Held while nothing changes, as the real one is: clients ask again without delay. */
static int reply_status(const struct fe_state *state, struct fe_exchange *x, struct fe_job *job)
{
    const struct fe_contour_wait wait = {false, false, state->settings.status_timeout_ms,
                                         fe_contour_reply_status, fe_contour_reply_status};
    return fe_contour_wait_for(x, job, &wait);
}

int fe_contour_get_status(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_job *job = named_job(self, x, &status);
    return job ? reply_status(self, x, job) : status;
}

int fe_contour_put_status(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_job *job = sent_job(self, x, &status);
    return job ? reply_status(self, x, job) : status;
}

int fe_contour_get_result(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_job *job = named_job(self, x, &status);
    return job ? fe_contour_reply_result(x, job) : status;
}

int fe_contour_put_result(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_job *job = sent_job(self, x, &status);
    return job ? fe_contour_reply_result(x, job) : status;
}

/* ── calling off ── */

/* A job that waits never reaches a module; what is posted for one that runs is swallowed. To call
 * off what has ended changes nothing, and is no mistake: the caller could not know. */
static int cancel(struct fe_exchange *x, struct fe_job *job)
{
    if (!fe_job_finished(job)) {
        fe_job_cancel(job, FE_JOB_CALLED_OFF);
    }
    return fe_reply_empty(x, 204);
}

int fe_contour_cancel(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_job *job = named_job(self, x, &status);
    return job ? cancel(x, job) : status;
}

int fe_contour_cancel_sent(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_job *job = sent_job(self, x, &status);
    return job ? cancel(x, job) : status;
}

/* The real one asks the module to stop, and leaves the job to it. The client contract has no way to
 * ask a module (contract §1.2), so one that is at work goes on, and its result is the job's: a
 * caller who has read "soft" as "if it is no trouble" loses nothing. A job that no module holds has
 * nobody to be left to: it is canceled. */
int fe_contour_soft_cancel(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_job *job = named_job(self, x, &status);
    if (job && job->state == FE_JOB_QUEUED) {
        return cancel(x, job);
    }
    return job ? fe_reply_empty(x, 204) : status;
}

/* SPDX-License-Identifier: MIT */
/* Results. Whoever was handed a job is answered 204 whatever becomes of what it posts: SDKs take
 * any other answer for a failure of theirs, post an error object in the result's place, and some
 * end their process (contract §2.1, §2.2). So a result that is too large, or that the disk has no
 * room for, fails its job, and it is the job's caller who hears of it. A result for a job that has
 * ended already, by another result or by a reset, changes nothing. */
#include "emulate/compute/results_routes.h"

#include <errno.h>

#include "emulate/compute/compute_priv.h"
#include "emulate/state/result.h"
#include "http/reply.h"

/* One result on its way in. The job is looked up again at its end: much may have happened. */
struct upload {
    struct fe_jobs *jobs;
    struct fe_result *result;
    struct fe_slice job_id;
};

static struct fe_job *unfinished_job(const struct upload *upload)
{
    struct fe_job *job = fe_jobs_find(upload->jobs, upload->job_id);
    return job && !fe_job_finished(job) ? job : NULL;
}

static void on_data(void *arg, struct fe_exchange *x, struct fe_slice data)
{
    struct upload *upload = arg;
    int r = fe_result_write(upload->result, data);
    if (r == 0) {
        return;
    }
    struct fe_job *job = unfinished_job(upload);
    if (job) {
        fe_job_fail(job, r == -EFBIG ? FE_JOB_RESULT_TOO_LARGE : FE_JOB_RESULT_NOT_STORED);
    }
    fe_exchange_answer(x, fe_reply_empty(x, 204));
}

static void on_body_end(void *arg, struct fe_exchange *x)
{
    struct upload *upload = arg;
    struct fe_job *job = unfinished_job(upload);
    if (job) {
        fe_job_succeed(job, upload->result);
        upload->result = NULL;
    }
    fe_exchange_answer(x, fe_reply_empty(x, 204));
}

/* A module that dies half-way leaves its job as it was: it, or another, may post again. */
static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct upload *upload = arg;
    (void)x;
    (void)outcome;
    fe_result_free(upload->result);
}

int fe_compute_post_result(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader reader = {on_data, on_body_end};
    const struct fe_compute *compute = self;
    int status = 0;
    const struct fe_runtime *runtime = fe_compute_module(compute, x, &status);
    if (runtime == NULL) {
        return status;
    }
    struct fe_slice job_id = fe_exchange_param(x, "job");
    const struct fe_job *job = fe_jobs_find(compute->state->jobs, job_id);
    if (job == NULL || (job->queue && job->queue != &runtime->queue)) {
        return fe_reply_not_found(x, "ComputeModules:JobNotFound", job_id);
    }
    if (fe_job_finished(job)) {
        return fe_reply_empty(x, 204);
    }
    struct upload *upload = fe_arena_alloc(fe_exchange_arena(x), sizeof(*upload));
    *upload = (struct upload){compute->state->jobs, fe_result_new(), job_id};
    fe_exchange_on_end(x, on_end, upload);
    fe_exchange_read_body(x, &reader, upload);
    return FE_LATER;
}

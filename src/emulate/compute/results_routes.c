/* SPDX-License-Identifier: MIT */
/* Results. Whoever was handed a job is answered 204 whatever becomes of what it posts: SDKs take
 * any other answer for a failure of theirs, post an error object in the result's place, and some
 * end their process (contract §2.1, §2.2). So a result that is too large, or that the disk has no
 * room for, fails its job, and it is the job's caller who hears of it; unless that caller has the
 * bytes as they come, who then has them all, and only nobody else ever will. A result for a job
 * that has ended already, by another result or by a reset, changes nothing. */
#include "emulate/compute/results_routes.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "emulate/compute/compute_priv.h"
#include "emulate/state/stream.h"
#include "http/reply.h"
#include "util/limits.h"
#include "util/spool.h"

/* One result on its way in. The job is looked up again whenever it matters: much may happen. */
struct upload {
    struct fe_stream stream;
    struct fe_jobs *jobs;
    struct fe_exchange *x;
    struct fe_spool *result; /* NULL: it could not be kept, because of `error` */
    int error;
    int64_t length; /* as announced; -1: it was not */
    bool begun;
    struct fe_slice job_id;
};

static struct fe_job *unfinished_job(const struct upload *upload)
{
    struct fe_job *job = fe_jobs_find(upload->jobs, upload->job_id);
    return job && !fe_job_finished(job) ? job : NULL;
}

static void on_resume(struct fe_stream *stream)
{
    struct upload *upload = (struct upload *)((char *)stream - offsetof(struct upload, stream));
    fe_exchange_resume_body(upload->x);
}

/* A result that is here in one piece is no stream: it is one answer when it is complete. */
static void pass_on(struct upload *upload, struct fe_slice data)
{
    if (!upload->begun) {
        struct fe_job *job = unfinished_job(upload);
        upload->begun = true;
        if (job && (int64_t)data.len != upload->length) {
            (void)fe_stream_begin(&upload->stream, job, upload->length);
        }
    }
    if (!fe_stream_put(&upload->stream, data)) {
        fe_exchange_pause_body(upload->x);
    }
}

static void keep(struct upload *upload, struct fe_slice data)
{
    int r = upload->result ? fe_spool_write(upload->result, data) : 0;
    if (r < 0) {
        fe_log_printf(&fe_exchange_env(upload->x)->log, FE_LOG_ERROR,
                      "the result of job " FE_PRI " is not kept: %s", FE_ARG(upload->job_id),
                      r == -EFBIG ? "it is too large" : strerror(-r));
        fe_spool_free(upload->result);
        upload->result = NULL;
        upload->error = r;
    }
}

static void lose(const struct upload *upload)
{
    struct fe_job *job = unfinished_job(upload);
    if (job) {
        fe_job_fail(job,
                    upload->error == -EFBIG ? FE_JOB_RESULT_TOO_LARGE : FE_JOB_RESULT_NOT_STORED);
    }
}

static void on_data(void *arg, struct fe_exchange *x, struct fe_slice data)
{
    struct upload *upload = arg;
    pass_on(upload, data);
    keep(upload, data);
    if (upload->result == NULL && upload->stream.listener == NULL) {
        lose(upload);
        fe_exchange_answer(x, fe_reply_empty(x, 204));
    }
}

static void on_body_end(void *arg, struct fe_exchange *x)
{
    struct upload *upload = arg;
    bool delivered = fe_stream_end(&upload->stream, true);
    struct fe_job *job = unfinished_job(upload);
    if (upload->result == NULL && !delivered) {
        lose(upload);
    } else if (job) {
        fe_job_succeed(job, upload->result);
        upload->result = NULL;
    }
    fe_exchange_answer(x, fe_reply_empty(x, 204));
}

/* A module that dies half-way leaves its job as it was: it, or another, may post again. A caller
 * who has had a part of it is cut off, as two results must not be mixed, and can ask for the one
 * that comes then. */
static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct upload *upload = arg;
    (void)x;
    (void)outcome;
    (void)fe_stream_end(&upload->stream, false);
    fe_spool_free(upload->result);
}

static int64_t announced_length(const struct fe_exchange *x)
{
    struct fe_slice text = FE_SLICE("");
    uint64_t length = 0;
    if (!fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("content-length"), &text) ||
        fe_slice_u64(text, &length) < 0 || length > INT64_MAX) {
        return -1;
    }
    return (int64_t)length;
}

int fe_compute_post_result(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader reader = {.on_data = on_data, .on_end = on_body_end};
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
    *upload = (struct upload){
        .stream = {.on_resume = on_resume},
        .jobs = compute->state->jobs,
        .x = x,
        .result = fe_spool_new(&fe_exchange_env(x)->spill, FE_LIMIT_RESULT_MEMORY_BYTES,
                               FE_LIMIT_RESULT_BYTES),
        .length = announced_length(x),
        .job_id = job_id,
    };
    fe_exchange_on_end(x, on_end, upload);
    fe_exchange_read_body(x, &reader, upload);
    return FE_LATER;
}

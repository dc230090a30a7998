/* SPDX-License-Identifier: MIT */
#include "emulate/compute/jobs_routes.h"

#include "emulate/compute/compute_priv.h"
#include "emulate/compute/records.h"
#include "emulate/state/json_body.h"
#include "http/reply.h"
#include "util/limits.h"

int fe_compute_post_job(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_runtime *runtime = fe_compute_runtime(self, x, &status);
    if (runtime == NULL) {
        return status;
    }
    struct fe_json_body body;
    struct fe_job_request request = {0};
    fe_json_body_open(&body, x);
    fe_json_body_query(&body, &request);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    struct fe_job *job = NULL;
    int r = fe_queue_submit(&runtime->queue, &request, &job);
    if (r < 0) {
        return fe_reply_job_refused(x, r);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "jobId", fe_slice_cstr(job->id));
    fe_json_end_object(&writer);
    return 200;
}

int fe_compute_list_jobs(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_runtime *runtime = fe_compute_runtime(self, x, &status);
    if (runtime == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "jobs");
    fe_json_begin_array(&writer);
    const struct fe_job *job = TAILQ_LAST(&runtime->queue.all, fe_job_list);
    for (size_t i = 0; job && i < FE_LIMIT_JOBS_KEPT; i++) {
        fe_put_job_line(&writer, job);
        job = TAILQ_PREV(job, fe_job_list, queue_link);
    }
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}

int fe_compute_get_job(void *self, struct fe_exchange *x)
{
    const struct fe_compute *compute = self;
    int status = 0;
    const struct fe_runtime *runtime = fe_compute_runtime(compute, x, &status);
    if (runtime == NULL) {
        return status;
    }
    struct fe_slice id = fe_exchange_param(x, "job");
    const struct fe_job *job = fe_jobs_find(compute->state->jobs, id);
    if (job == NULL || job->queue != &runtime->queue) {
        return fe_reply_not_found(x, "ComputeModules:JobNotFound", id);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "runtime");
    fe_put_runtime(&writer, runtime);
    fe_json_key(&writer, "job");
    fe_put_job(&writer, job);
    fe_json_key(&writer, "schemas");
    fe_put_schemas(&writer, runtime);
    fe_json_end_object(&writer);
    return 200;
}

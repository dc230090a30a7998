/* SPDX-License-Identifier: MIT */
#include "emulate/contour/contour_json.h"

#include <stdlib.h>

#include "emulate/state/jobs.h"
#include "http/reply.h"
#include "util/clock.h"
#include "util/spool.h"

static void put_null(struct fe_json_writer *writer, const char *name)
{
    fe_json_key(writer, name);
    fe_json_put_null(writer);
}

/* Why a job has no result, in the words of Conjure's errors: code, name, and a sentence. */
static struct fe_api_error reason_of(const struct fe_job *job)
{
    static const char internal[] = "Default:Internal";
    switch (job->reason) {
    case FE_JOB_RESULT_TOO_LARGE:
        return (struct fe_api_error){500, "INTERNAL", internal,
                                     "The result is larger than the emulator takes."};
    case FE_JOB_RESULT_NOT_STORED:
        return (struct fe_api_error){500, "INTERNAL", internal,
                                     "The emulator had no room to store the result."};
    case FE_JOB_RESULT_NOT_KEPT:
        return (struct fe_api_error){404, "NOT_FOUND", "Default:NotFound",
                                     "The result is larger than the emulator keeps; who waited for "
                                     "it has had it."};
    case FE_JOB_RESULT_ELSEWHERE:
        return (struct fe_api_error){500, "INTERNAL", internal,
                                     "The job has succeeded in a recording, and its result is not "
                                     "recorded."};
    case FE_JOB_ENDED_ELSEWHERE:
        return (struct fe_api_error){500, "INTERNAL", internal,
                                     "The job has failed in a recording, and what was answered "
                                     "then is not recorded."};
    case FE_JOB_NEVER_ANSWERED:
        return (struct fe_api_error){504, "TIMEOUT", "Default:Timeout",
                                     "The compute module gave no result in time."};
    case FE_JOB_NEVER_TAKEN:
        return (struct fe_api_error){
            504, "TIMEOUT", "Default:Timeout",
            "The job was canceled: no compute module asked for it in time."};
    case FE_JOB_CALLED_OFF:
        return (struct fe_api_error){409, "CONFLICT", "Default:Conflict",
                                     "The job was canceled by its caller."};
    case FE_JOB_RUNTIME_RESET:
        return (struct fe_api_error){409, "CONFLICT", "Default:Conflict",
                                     "The job was canceled: its runtime was reset or removed."};
    case FE_JOB_REASON_NONE:
        break;
    }
    return (struct fe_api_error){409, "CONFLICT", "Default:Conflict",
                                 "The job has not finished yet."};
}

/* ── Job and JobStatus ── */

/* The one argument of every exception: which job it was. */
static void put_args(struct fe_json_writer *writer, const struct fe_job *job)
{
    fe_json_key(writer, "args");
    fe_json_begin_array(writer);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("safe"));
    fe_json_key(writer, "safe");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "key", FE_SLICE("jobId"));
    fe_json_member_string(writer, "value", fe_slice_cstr(job->id));
    fe_json_end_object(writer);
    fe_json_end_object(writer);
    fe_json_end_array(writer);
}

/* UserFriendlyException. Its id must be the same whenever the status is asked for, so it derives
 * from the job's. */
static void put_exception(struct fe_json_writer *writer, const struct fe_job *job)
{
    struct fe_api_error reason = reason_of(job);
    char instance_id[FE_UUID_TEXT_BYTES];
    fe_uuid_named(FE_SLICE("job exception"), fe_slice_cstr(job->id), instance_id);
    fe_json_key(writer, "exception");
    fe_json_begin_object(writer);
    put_args(writer, job);
    fe_json_member_string(writer, "errorInstanceId", fe_slice_cstr(instance_id));
    fe_json_key(writer, "errorType");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "code", fe_slice_cstr(reason.code));
    fe_json_member_string(writer, "name", fe_slice_cstr(reason.name));
    fe_json_end_object(writer);
    fe_json_member_string(writer, "message", fe_slice_cstr(reason.description));
    fe_json_member_string(writer, "safeMessage", fe_slice_cstr(reason.description));
    fe_json_end_object(writer);
}

/* MultiplexerJobTiming. A job is in its queue the moment it is submitted, and at its module the
 * moment it is dispatched. A result may come for a job that was never dispatched: whoever posted it
 * had been handed the job by an answer that seemed lost. */
static void put_timing(struct fe_json_writer *writer, const struct fe_job *job)
{
    int64_t submitted_ms = job->submitted_ns / FE_NS_PER_MS;
    int64_t dispatched_ms = job->dispatched_ns / FE_NS_PER_MS;
    fe_json_key(writer, "multiplexerJobTiming");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("queuedJob"));
    fe_json_key(writer, "queuedJob");
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "moduleSubmitTimeMillis",
                       dispatched_ms > 0 ? dispatched_ms : submitted_ms);
    fe_json_member_int(writer, "multiplexerSubmitTimeMillis", submitted_ms);
    if (dispatched_ms > 0) {
        fe_json_member_int(writer, "queuedJobDispatchTimeMillis", dispatched_ms);
    }
    fe_json_member_int(writer, "queueSubmitTimeMillis", submitted_ms);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

/* A stack that has no live replica starts one. The other values are about limits that there are not
 * here. */
static struct fe_slice queue_info(const struct fe_queue *queue)
{
    return fe_queue_replicas(queue).state == FE_REPLICA_RESPONSIVE ? FE_SLICE("NORMAL_OPERATION")
                                                                   : FE_SLICE("SCALING_UP_FROM_0");
}

static void put_state(struct fe_json_writer *writer, const struct fe_job *job)
{
    switch (job->state) {
    case FE_JOB_QUEUED:
    case FE_JOB_LEASED:
        fe_json_member_string(writer, "queueInfo", queue_info(job->queue));
        return;
    case FE_JOB_IN_PROGRESS:
        fe_json_member_int(writer, "completedTasks", 0);
        return;
    case FE_JOB_SUCCEEDED:
        put_null(writer, "metadata");
        fe_json_key(writer, "intermediateJobInfoList");
        fe_json_begin_array(writer);
        fe_json_end_array(writer);
        put_timing(writer, job);
        return;
    case FE_JOB_FAILED:
        put_exception(writer, job);
        put_timing(writer, job);
        return;
    case FE_JOB_CANCELED:
        put_exception(writer, job);
        return;
    }
    abort();
}

static void put_status(struct fe_json_writer *writer, const struct fe_job *job)
{
    const char *name = fe_job_state_name(job->state);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", fe_slice_cstr(name));
    fe_json_key(writer, name);
    fe_json_begin_object(writer);
    put_state(writer, job);
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

/* nodeId would send a client's next request to one of several nodes, and moduleId name the process
 * that runs the job: there is one node here, and no module says who it is. So both are null.
 *
 * jobHandle is a string that holds JSON, opaque to clients, who send it back. It and
 * persistJobResult are newer than the published types; they, and the nulls, are as a live stack was
 * seen to answer (contract §5.4). Conjure takes null and absent alike for an optional member. */
static void put_handle(struct fe_json_writer *writer, const struct fe_job *job)
{
    struct fe_buf text;
    struct fe_json_writer handle;
    fe_buf_init(&text, 512);
    fe_json_writer_init(&handle, &text);
    fe_json_begin_object(&handle);
    fe_json_member_string(&handle, "type", FE_SLICE("v1"));
    fe_json_member_string(&handle, "jobId", fe_slice_cstr(job->id));
    put_null(&handle, "nodeId");
    put_null(&handle, "moduleId");
    put_null(&handle, "persistJobResult");
    fe_json_end_object(&handle);
    fe_json_member_string(writer, "jobHandle", fe_buf_slice(&text));
    fe_buf_done(&text);
}

int fe_contour_reply_job(struct fe_exchange *x, const struct fe_job *job)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "id", fe_slice_cstr(job->id));
    put_null(&writer, "nodeId");
    put_null(&writer, "moduleId");
    put_handle(&writer, job);
    put_null(&writer, "persistJobResult");
    fe_json_key(&writer, "status");
    put_status(&writer, job);
    fe_json_end_object(&writer);
    return 200;
}

int fe_contour_reply_status(struct fe_exchange *x, const struct fe_job *job)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    put_status(&writer, job);
    return 200;
}

/* ── results ── */

static int reply_file(struct fe_exchange *x, const struct fe_spool *result)
{
    static const struct fe_api_error error = {500, "INTERNAL", "Default:Internal",
                                              "The result's file cannot be read."};
    if (fe_exchange_send_file(x, fe_spool_fd(result), 0, fe_spool_length(result)) < 0) {
        return fe_reply_error(x, &error, NULL);
    }
    fe_exchange_header(x, FE_SLICE("Content-Type"), FE_SLICE("application/octet-stream"));
    return 200;
}

/* Who misses something that a recording does not have is told which miss it was. */
static int reply_no_result(struct fe_exchange *x, const struct fe_job *job)
{
    struct fe_api_error reason = reason_of(job);
    struct fe_slice source = fe_arena_copy(fe_exchange_arena(x), fe_exchange_source(x));
    const char *state = fe_job_state_name(job->state);
    if (job->reason == FE_JOB_RESULT_ELSEWHERE || job->reason == FE_JOB_ENDED_ELSEWHERE) {
        return fe_reply_error(x, &reason, "jobId", job->id, "status", state, "source", source.ptr,
                              NULL);
    }
    return fe_reply_error(x, &reason, "jobId", job->id, "status", state, NULL);
}

int fe_contour_reply_result(struct fe_exchange *x, const struct fe_job *job)
{
    if (job->result == NULL) {
        return reply_no_result(x, job);
    }
    if (fe_spool_fd(job->result) >= 0) {
        return reply_file(x, job->result);
    }
    return fe_reply_bytes(x, 200, FE_SLICE("application/octet-stream"),
                          fe_spool_bytes(job->result));
}

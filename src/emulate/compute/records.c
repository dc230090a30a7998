/* SPDX-License-Identifier: MIT */
#include "emulate/compute/records.h"

#include "emulate/compute/polls.h"
#include "util/clock.h"
#include "util/spool.h"
#include "util/utf8.h"

static void put_time(struct fe_json_writer *writer, const char *name, int64_t time_ns)
{
    fe_json_key(writer, name);
    if (time_ns == 0) {
        fe_json_put_null(writer);
    } else {
        fe_json_put_int(writer, time_ns / FE_NS_PER_MS);
    }
}

static void put_optional(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    fe_json_key(writer, name);
    if (text.len == 0) {
        fe_json_put_null(writer);
    } else {
        fe_json_put_string(writer, text);
    }
}

static void put_apps(struct fe_json_writer *writer, const struct fe_runtime *runtime)
{
    const struct fe_deployed_app *app = NULL;
    fe_json_key(writer, "deployed_apps");
    fe_json_begin_array(writer);
    TAILQ_FOREACH (app, &runtime->apps, link) {
        fe_json_begin_object(writer);
        fe_json_member_string(writer, "deployed_app_rid", app->rid);
        fe_json_member_string(writer, "branch", app->branch);
        put_optional(writer, "display_name", app->display_name);
        fe_json_member_bool(writer, "active", app->active);
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
}

void fe_put_runtime(struct fe_json_writer *writer, const struct fe_runtime *runtime)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "runtime_id", runtime->id);
    fe_json_member_string(writer, "module_auth_token", runtime->auth_token);
    fe_json_member_bool(writer, "connected", runtime->polled_ns != 0);
    put_time(writer, "created_at", runtime->created_ns);
    put_time(writer, "last_poll_at", runtime->polled_ns);
    put_time(writer, "last_schemas_at", runtime->schemas_ns);
    fe_json_member_int(writer, "polls_waiting", (int64_t)fe_polls_waiting(runtime));
    fe_json_member_int(writer, "jobs_queued", (int64_t)runtime->queue.waiting_count);
    put_apps(writer, runtime);
    fe_json_end_object(writer);
}

void fe_put_schemas(struct fe_json_writer *writer, const struct fe_runtime *runtime)
{
    fe_json_put_raw(writer,
                    runtime->schemas.len > 0 ? fe_buf_slice(&runtime->schemas) : FE_SLICE("[]"));
}

static void put_facts(struct fe_json_writer *writer, const struct fe_job *job)
{
    fe_json_member_string(writer, "job_id", fe_slice_cstr(job->id));
    fe_json_member_string(writer, "status", fe_slice_cstr(fe_job_state_name(job->state)));
    fe_json_member_string(writer, "query_type", job->request.query_type);
    put_optional(writer, "deployed_app_rid", job->request.app_rid);
    put_optional(writer, "branch", job->request.app_branch);
    put_optional(writer, "user_id", job->request.user_id);
    put_time(writer, "submitted_at", job->submitted_ns);
    put_time(writer, "dispatched_at", job->dispatched_ns);
    put_time(writer, "finished_at", job->finished_ns);
    fe_json_key(writer, "result_bytes");
    if (job->result) {
        fe_json_put_int(writer, fe_spool_length(job->result));
    } else {
        fe_json_put_null(writer);
    }
}

void fe_put_job_line(struct fe_json_writer *writer, const struct fe_job *job)
{
    fe_json_begin_object(writer);
    put_facts(writer, job);
    fe_json_end_object(writer);
}

void fe_put_job(struct fe_json_writer *writer, const struct fe_job *job)
{
    fe_json_begin_object(writer);
    put_facts(writer, job);
    fe_json_key(writer, "query");
    fe_json_put_raw(writer, job->request.query);
    fe_json_key(writer, "result_body_utf8");
    if (job->result && fe_spool_fd(job->result) < 0 && fe_utf8_valid(fe_spool_bytes(job->result))) {
        fe_json_put_string(writer, fe_spool_bytes(job->result));
    } else {
        fe_json_put_null(writer);
    }
    fe_json_end_object(writer);
}

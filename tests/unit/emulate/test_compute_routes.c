/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "emulate/compute/environment.h"
#include "http/exchange_engine.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/spool.h"

static struct fe_job *job_of(struct fixture *f, const char *id)
{
    return fe_jobs_find(f->state->jobs, fe_slice_cstr(id));
}

/* The id of a job that a module is working on. */
static void take_job(struct fixture *f, char id[FE_UUID_TEXT_BYTES])
{
    submit_job(f, "f", id);
    fe_loopback_free(POLL(f));
    assert_int_equal(job_of(f, id)->state, FE_JOB_IN_PROGRESS);
}

/* ── runtimes ── */

static void creating_a_runtime_says_how_to_reach_it(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *c =
        ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"new\",\"deployedAppRid\":\"ri.new\"}");
    assert_int_equal(fe_loopback_status(c), 200);
    const struct fe_runtime *runtime = fe_runtimes_find(f->state->runtimes, FE_SLICE("new"));
    assert_non_null(runtime);
    ASSERT_MEMBER(c, "runtimeId", "\"new\"");
    struct fe_slice token = json_at(fe_loopback_body(c), "moduleAuthToken");
    assert_true(fe_slice_eq((struct fe_slice){token.ptr + 1, token.len - 2}, runtime->auth_token));
    ASSERT_MEMBER(c, "getJobUri", "\"http://localhost" RUNTIMES "/new/job\"");
    ASSERT_MEMBER(c, "postResultUri", "\"http://localhost" RUNTIMES "/new/results\"");
    ASSERT_MEMBER(c, "postSchemaUri", "\"http://localhost" RUNTIMES "/new/schemas\"");
    ASSERT_MEMBER(c, "env.GET_JOB_URI", "\"http://localhost" RUNTIMES "/new/job\"");
    ASSERT_MEMBER(c, "env.POST_RESULT_URI", "\"http://localhost" RUNTIMES "/new/results\"");
    ASSERT_MEMBER(c, "env.POST_SCHEMA_URI", "\"http://localhost" RUNTIMES "/new/schemas\"");
    ASSERT_MEMBER(c, "env.GET_JOB_PATH", "\"" RUNTIMES "/new/job\"");
    ASSERT_MEMBER(c, "env.POST_RESULT_PATH", "\"" RUNTIMES "/new/results\"");
    ASSERT_MEMBER(c, "env.RUNTIME_HOST", "\"localhost\"");
    ASSERT_MEMBER(c, "env.RUNTIME_PORT", "\"80\"");
    ASSERT_MEMBER(c, "env.RUNTIME_API", "\"localhost\"");
    ASSERT_MEMBER(c, "env.MAX_CONCURRENT_TASKS", "\"1\"");
    ASSERT_MEMBER(c, "env.FOUNDRY_COMPUTE_MODULE_RID", "\"ri.new\"");
    ASSERT_MEMBER(c, "env.MODULE_AUTH_TOKEN", "");
    fe_loopback_free(c);
    const struct fe_deployed_app *app =
        fe_runtimes_app(f->state->runtimes, FE_SLICE("ri.new"), FE_SLICE("master"));
    assert_ptr_equal(app->runtime, runtime);
}

static void ids_are_percent_encoded_in_urls_and_found_again(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *c =
        ask(f, FE_POST, RUNTIMES, NULL,
            "{\"runtimeId\":\"a/b c%\\u00e9\",\"moduleAuthToken\":\"t\",\"pollTimeout\":\"0\"}");
    ASSERT_MEMBER(c, "getJobUri", "\"http://localhost" RUNTIMES "/a%2Fb%20c%25%C3%A9/job\"");
    ASSERT_MEMBER(c, "env.FOUNDRY_COMPUTE_MODULE_RID", "");
    fe_loopback_free(c);
    c = ask(f, FE_GET, RUNTIMES "/a%2Fb%20c%25%c3%a9", NULL, "");
    ASSERT_MEMBER(c, "runtime.runtime_id", "\"a/b c%\xc3\xa9\"");
    fe_loopback_free(c);
}

static void modules_are_given_the_url_that_is_set_for_them(void **state)
{
    struct fixture *f = *state;
    f->state->settings.module_url = FE_SLICE("https://[::1]:8945/under/");
    struct fe_loopback *c = ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"x\"}");
    ASSERT_MEMBER(c, "getJobUri", "\"https://[::1]:8945/under" RUNTIMES "/x/job\"");
    ASSERT_MEMBER(c, "env.GET_JOB_PATH", "\"/under" RUNTIMES "/x/job\"");
    ASSERT_MEMBER(c, "env.RUNTIME_HOST", "\"::1\"");
    ASSERT_MEMBER(c, "env.RUNTIME_PORT", "\"8945\"");
    ASSERT_MEMBER(c, "env.RUNTIME_API", "\"[::1]:8945\"");
    fe_loopback_free(c);
    f->state->settings.module_url = FE_SLICE("https://stack.example");
    c = ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"x\"}");
    ASSERT_MEMBER(c, "env.RUNTIME_HOST", "\"stack.example\"");
    ASSERT_MEMBER(c, "env.RUNTIME_PORT", "\"443\"");
    fe_loopback_free(c);
}

static void creating_again_resets(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_job(f, "f", id);
    struct fe_loopback *c = ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"rt\"}");
    assert_int_equal(fe_loopback_status(c), 200);
    fe_loopback_free(c);
    assert_int_equal(job_of(f, id)->state, FE_JOB_CANCELED);
    assert_error(POLL(f), 401, "Default:Unauthorized");
    assert_non_null(fe_runtimes_app(f->state->runtimes, FE_SLICE("ri.app"), FE_SLICE("")));
}

static void an_app_named_takes_the_place_of_the_others(void **state)
{
    struct fixture *f = *state;
    fe_loopback_free(ask(f, FE_POST, RUNTIMES, NULL,
                         "{\"runtimeId\":\"rt\",\"deployedAppRid\":\"ri.b\",\"branch\":\"dev\"}"));
    assert_null(fe_runtimes_app(f->state->runtimes, FE_SLICE("ri.app"), FE_SLICE("")));
    assert_non_null(fe_runtimes_app(f->state->runtimes, FE_SLICE("ri.b"), FE_SLICE("dev")));
    fe_loopback_free(ask(f, FE_POST, RUNTIMES, NULL,
                         "{\"runtimeId\":\"b\",\"deployedAppRid\":\"ri.b\",\"branch\":\"dev\"}"));
    assert_true(TAILQ_EMPTY(&f->runtime->apps));
}

static void refuses_runtimes_that_make_no_sense(void **state)
{
    static const struct {
        const char *body;
        const char *reason;
    } rows[] = {
        {"", "\"The body is not JSON: see byte 0.\""},
        {"{\"runtimeId\":}", "\"The body is not JSON: see byte 13.\""},
        {"[]", "\"The body must be a JSON object.\""},
        {"{}", "\"runtimeId is required.\""},
        {"{\"runtimeId\":null}", "\"runtimeId is required.\""},
        {"{\"runtimeId\":\"\"}", "\"runtimeId is required.\""},
        {"{\"runtimeId\":7}", "\"runtimeId must be a string.\""},
        {"{\"runtimeId\":\"\\ud800\"}", "\"runtimeId escapes half a surrogate pair.\""},
        {"{\"runtimeId\":\"..\"}",
         "\"runtimeId must be at most 256 bytes, without NUL, and neither \\\".\\\" nor "
         "\\\"..\\\".\""},
        {"{\"runtimeId\":\"x\",\"branch\":{}}", "\"branch must be a string.\""},
        {"{\"runtimeId\":\"x\",\"pollTimeout\":\"soon\"}",
         "\"pollTimeout must be a duration such as \\\"500ms\\\" or \\\"5s\\\".\""},
        {"{\"runtimeId\":\"x\",\"moduleAuthToken\":\"a b\"}",
         "\"moduleAuthToken must be at most 1024 visible ASCII characters.\""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fe_loopback *c = ask(f, FE_POST, RUNTIMES, NULL, rows[i].body);
        ASSERT_MEMBER(c, "parameters.reason", rows[i].reason);
        assert_error(c, 400, "Default:InvalidArgument");
    }
    assert_null(fe_runtimes_find(f->state->runtimes, FE_SLICE("x")));
}

static void the_body_may_not_be_nested_without_end(void **state)
{
    struct fixture *f = *state;
    char body[2048];
    memset(body, '[', sizeof(body));
    body[sizeof(body) - 1] = '\0';
    struct fe_loopback *c = ask(f, FE_POST, RUNTIMES, NULL, body);
    ASSERT_MEMBER(c, "parameters.reason", "\"The body is nested too deep.\"");
    assert_error(c, 400, "Default:InvalidArgument");
}

static void there_may_be_no_more_runtimes_than_the_limit(void **state)
{
    struct fixture *f = *state;
    char id[32];
    struct fe_runtime *runtime = NULL;
    for (unsigned i = 1; i < FE_LIMIT_RUNTIMES; i++) {
        (void)snprintf(id, sizeof(id), "r%u", i);
        const struct fe_runtime_request request = {
            .id = fe_slice_cstr(id), .auth_token = FE_SLICE("t"), .poll_timeout_ms = -1};
        assert_int_equal(fe_runtimes_open(f->state->runtimes, &request, &runtime), 0);
    }
    assert_error(ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"more\"}"), 429,
                 "Default:TooManyRequests");
}

static void runtimes_are_listed_and_inspected(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *poll = POLL(f);
    struct fe_loopback *c = ask(f, FE_GET, RUNTIMES "/rt", NULL, "");
    assert_int_equal(fe_loopback_status(c), 200);
    ASSERT_MEMBER(c, "runtime.runtime_id", "\"rt\"");
    ASSERT_MEMBER(c, "runtime.module_auth_token", "\"secret\"");
    ASSERT_MEMBER(c, "runtime.connected", "true");
    ASSERT_MEMBER(c, "runtime.created_at", "1700000000000");
    ASSERT_MEMBER(c, "runtime.last_poll_at", "1700000000000");
    ASSERT_MEMBER(c, "runtime.last_schemas_at", "null");
    ASSERT_MEMBER(c, "runtime.polls_waiting", "1");
    ASSERT_MEMBER(c, "runtime.jobs_queued", "0");
    ASSERT_MEMBER(c, "runtime.deployed_apps",
                  "[{\"deployed_app_rid\":\"ri.app\",\"branch\":\"master\",\"display_name\":"
                  "\"App\",\"active\":true}]");
    ASSERT_MEMBER(c, "schemas", "[]");
    struct fe_slice record = json_at(fe_loopback_body(c), "runtime");
    struct fe_loopback *list = ask(f, FE_GET, RUNTIMES, NULL, "");
    struct fe_slice all = json_at(fe_loopback_body(list), "runtimes");
    assert_true(fe_slice_eq((struct fe_slice){all.ptr + 1, all.len - 2}, record));
    fe_loopback_free(list);
    fe_loopback_free(c);
    fe_loopback_free(poll);
}

static void nobody_is_told_of_runtimes_that_are_not_there(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum fe_method method;
        const char *target;
    } rows[] = {
        {FE_GET, RUNTIMES "/no"},
        {FE_DELETE, RUNTIMES "/no"},
        {FE_GET, RUNTIMES "/no/job"},
        {FE_POST, RUNTIMES "/no/schemas"},
        {FE_POST, RUNTIMES "/no/results/x"},
        {FE_POST, RUNTIMES "/no/jobs"},
        {FE_GET, RUNTIMES "/no/jobs"},
        {FE_GET, RUNTIMES "/no/jobs/x"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, rows[i].method, rows[i].target, NULL, "{}"), 404,
                     "ComputeModules:RuntimeNotFound");
    }
}

static void modules_must_show_their_token(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum fe_method method;
        const char *target;
    } rows[] = {{FE_GET, RUNTIMES "/rt/job"},
                {FE_POST, RUNTIMES "/rt/schemas"},
                {FE_POST, RUNTIMES "/rt/results/x"}};
    static const char *const wrong[] = {"Module-Auth-Token", "secre", NULL};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fe_loopback *c = ask(f, rows[i].method, rows[i].target, NULL, "{}");
        ASSERT_MEMBER(c, "parameters.error", "\"MISSING\"");
        assert_error(c, 401, "Default:Unauthorized");
        const struct fe_loopback_request request = {rows[i].method, rows[i].target, wrong,
                                                    FE_SLICE("{}")};
        c = fe_loopback_send(&f->app, &f->env, f->loop, &request);
        ASSERT_MEMBER(c, "parameters.error", "\"INVALID\"");
        assert_error(c, 401, "Default:Unauthorized");
    }
    assert_int_equal(f->runtime->polled_ns, 0);
}

/* ── schemas ── */

static void schemas_are_kept_as_they_were_posted(void **state)
{
    struct fixture *f = *state;
    assert_empty(ask_as_module(f, FE_POST, "/schemas", FE_SLICE(" [ {\"b\":1.0,\"a\":1e400} ]\n")),
                 204);
    struct fe_loopback *c = ask(f, FE_GET, RUNTIMES "/rt", NULL, "");
    ASSERT_MEMBER(c, "schemas", "[ {\"b\":1.0,\"a\":1e400} ]");
    ASSERT_MEMBER(c, "runtime.last_schemas_at", "1700000000000");
    fe_loopback_free(c);
    assert_empty(ask_as_module(f, FE_POST, "/schemas", FE_SLICE("[]")), 204);
    c = ask(f, FE_GET, RUNTIMES "/rt", NULL, "");
    ASSERT_MEMBER(c, "schemas", "[]");
    fe_loopback_free(c);
}

static void schemas_must_be_json(void **state)
{
    struct fixture *f = *state;
    assert_error(ask_as_module(f, FE_POST, "/schemas", FE_SLICE("")), 400,
                 "Default:InvalidArgument");
    assert_error(ask_as_module(f, FE_POST, "/schemas", FE_SLICE("[1,]")), 400,
                 "Default:InvalidArgument");
    assert_int_equal(f->runtime->schemas_ns, 0);
}

/* ── results ── */

static void a_result_is_kept_byte_for_byte(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char path[FE_JOB_ID_BYTES + 16];
    struct fe_slice bytes = FE_SLICE("{\"a\":1}\0\xff\n{\"b\":2} ");
    take_job(f, id);
    (void)snprintf(path, sizeof(path), "/results/%s", id);
    assert_empty(ask_as_module(f, FE_POST, path, bytes), 204);
    const struct fe_job *job = job_of(f, id);
    assert_int_equal(job->state, FE_JOB_SUCCEEDED);
    assert_true(fe_slice_eq(fe_spool_bytes(job->result), bytes));
}

static void a_result_may_be_empty(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    post_result(f, id, "");
    assert_int_equal(job_of(f, id)->state, FE_JOB_SUCCEEDED);
    assert_int_equal(fe_spool_length(job_of(f, id)->result), 0);
}

static void a_second_result_changes_nothing(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    post_result(f, id, "first");
    post_result(f, id, "second");
    assert_true(fe_slice_eq(fe_spool_bytes(job_of(f, id)->result), FE_SLICE("first")));
}

static void a_result_for_a_canceled_job_is_swallowed(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    fe_queue_reset(&f->runtime->queue);
    post_result(f, id, "late");
    assert_int_equal(job_of(f, id)->state, FE_JOB_CANCELED);
}

static void a_result_needs_a_job_of_that_runtime(void **state)
{
    struct fixture *f = *state;
    const struct fe_runtime_request request = {
        .id = FE_SLICE("other"), .auth_token = FE_SLICE("t"), .poll_timeout_ms = -1};
    const struct fe_job_request job_request = {.query = FE_SLICE("{}")};
    struct fe_runtime *other = NULL;
    struct fe_job *job = NULL;
    char path[FE_JOB_ID_BYTES + 16];
    assert_int_equal(fe_runtimes_open(f->state->runtimes, &request, &other), 0);
    assert_int_equal(fe_queue_submit(&other->queue, &job_request, &job), 0);
    (void)snprintf(path, sizeof(path), "/results/%s", job->id);
    assert_error(ask_as_module(f, FE_POST, path, FE_SLICE("x")), 404, "ComputeModules:JobNotFound");
    assert_error(ask_as_module(f, FE_POST, "/results/nobody", FE_SLICE("x")), 404,
                 "ComputeModules:JobNotFound");
    assert_int_equal(job->state, FE_JOB_QUEUED);
}

/* An engine that feeds a body in pieces and may hang up between them. */
static void on_answer(struct fe_exchange *x)
{
    (void)x;
}

static const struct fe_engine_ops pieces = {.answer = on_answer, .resume = on_answer};

static struct fe_exchange *begin_upload(struct fixture *f, const char *id)
{
    struct fe_exchange *x = fe_exchange_new(&pieces, NULL, &f->app, &f->env, f->loop);
    x->request.method = FE_POST;
    x->request.path = fe_arena_printf(&x->arena, RUNTIMES "/rt/results/%s", id);
    assert_int_equal(fe_headers_add(&x->request.headers, &x->arena, FE_SLICE("Module-Auth-Token"),
                                    FE_SLICE("secret")),
                     0);
    fe_exchange_start(x);
    return x;
}

static void a_module_that_dies_half_way_leaves_the_job_to_be_answered(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    struct fe_exchange *x = begin_upload(f, id);
    fe_exchange_feed(x, FE_SLICE("half of "));
    fe_exchange_end(x, FE_GONE);
    assert_int_equal(job_of(f, id)->state, FE_JOB_IN_PROGRESS);
    post_result(f, id, "whole");
    assert_true(fe_slice_eq(fe_spool_bytes(job_of(f, id)->result), FE_SLICE("whole")));
}

static void of_two_results_on_their_way_the_first_whole_one_counts(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    struct fe_exchange *a = begin_upload(f, id);
    struct fe_exchange *b = begin_upload(f, id);
    fe_exchange_feed(a, FE_SLICE("a1"));
    fe_exchange_feed(b, FE_SLICE("b1"));
    fe_exchange_feed(b, FE_SLICE("b2"));
    fe_exchange_feed_end(b);
    fe_exchange_feed(a, FE_SLICE("a2"));
    fe_exchange_feed_end(a);
    assert_int_equal(fe_exchange_status(a), 204);
    assert_int_equal(fe_exchange_status(b), 204);
    fe_exchange_end(a, FE_SENT);
    fe_exchange_end(b, FE_SENT);
    assert_true(fe_slice_eq(fe_spool_bytes(job_of(f, id)->result), FE_SLICE("b1b2")));
}

static void a_result_may_outlive_its_runtime_on_the_way(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    struct fe_exchange *x = begin_upload(f, id);
    fe_exchange_feed(x, FE_SLICE("some"));
    fe_runtimes_remove(f->state->runtimes, f->runtime);
    fe_exchange_feed_end(x);
    assert_int_equal(fe_exchange_status(x), 204);
    fe_exchange_end(x, FE_SENT);
    assert_int_equal(job_of(f, id)->state, FE_JOB_CANCELED);
    assert_null(job_of(f, id)->result);
}

static void a_result_that_is_too_large_fails_its_job_and_not_its_module(void **state)
{
    struct fixture *f = *state;
    size_t piece = 32 << 20;
    char *bytes = fe_xalloc(piece);
    char id[FE_UUID_TEXT_BYTES];
    take_job(f, id);
    struct fe_exchange *x = begin_upload(f, id);
    for (int64_t at = 0; at < FE_LIMIT_RESULT_BYTES; at += (int64_t)piece) {
        fe_exchange_feed(x, (struct fe_slice){bytes, piece});
    }
    assert_int_equal(job_of(f, id)->state, FE_JOB_IN_PROGRESS);
    fe_exchange_feed(x, FE_SLICE("x"));
    assert_int_equal(fe_exchange_status(x), 204);
    fe_exchange_feed(x, FE_SLICE("and more"));
    fe_exchange_feed_end(x);
    fe_exchange_end(x, FE_SENT);
    assert_int_equal(job_of(f, id)->state, FE_JOB_FAILED);
    assert_int_equal(job_of(f, id)->reason, FE_JOB_RESULT_TOO_LARGE);
    free(bytes);
}

static void a_result_without_room_fails_its_job_and_not_its_module(void **state)
{
    struct fixture *f = *state;
    char *bytes = fe_xalloc(FE_LIMIT_RESULT_MEMORY_BYTES + 1);
    char id[FE_UUID_TEXT_BYTES];
    char path[FE_JOB_ID_BYTES + 16];
    take_job(f, id);
    (void)snprintf(path, sizeof(path), "/results/%s", id);
    assert_int_equal(setenv("TMPDIR", "/nonexistent/folder", 1), 0);
    assert_empty(
        ask_as_module(f, FE_POST, path, (struct fe_slice){bytes, FE_LIMIT_RESULT_MEMORY_BYTES + 1}),
        204);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    assert_int_equal(job_of(f, id)->state, FE_JOB_FAILED);
    assert_int_equal(job_of(f, id)->reason, FE_JOB_RESULT_NOT_STORED);
    free(bytes);
}

/* ── jobs ── */

static void refuses_jobs_that_make_no_sense(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {
        "", "7", "{}", "{\"queryType\":\"\"}", "{\"queryType\":[]}", "{\"queryType\":\"f\",}"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, FE_POST, RUNTIMES "/rt/jobs", NULL, rows[i]), 400,
                     "Default:InvalidArgument");
    }
    assert_int_equal(f->runtime->queue.waiting_count, 0);
}

static void a_full_queue_is_429(void **state)
{
    struct fixture *f = *state;
    const struct fe_job_request request = {.query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    for (size_t i = 0; i < FE_LIMIT_QUEUED_JOBS; i++) {
        assert_int_equal(fe_queue_submit(&f->runtime->queue, &request, &job), 0);
    }
    assert_error(ask(f, FE_POST, RUNTIMES "/rt/jobs", NULL, "{\"queryType\":\"f\"}"), 429,
                 "Default:TooManyRequests");
}

static void jobs_are_inspected(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char target[160];
    submit_job(f, "f", id);
    (void)snprintf(target, sizeof(target), RUNTIMES "/rt/jobs/%s", id);
    struct fe_loopback *c = ask(f, FE_GET, target, NULL, "");
    ASSERT_MEMBER(c, "runtime.runtime_id", "\"rt\"");
    ASSERT_MEMBER(c, "schemas", "[]");
    ASSERT_MEMBER(c, "job.status", "\"queued\"");
    ASSERT_MEMBER(c, "job.query", "{}");
    ASSERT_MEMBER(c, "job.deployed_app_rid", "null");
    ASSERT_MEMBER(c, "job.submitted_at", "1700000000000");
    ASSERT_MEMBER(c, "job.dispatched_at", "null");
    ASSERT_MEMBER(c, "job.result_bytes", "null");
    ASSERT_MEMBER(c, "job.result_body_utf8", "null");
    fe_loopback_free(c);
    post_result(f, id, "{\"ok\":true}");
    c = ask(f, FE_GET, target, NULL, "");
    ASSERT_MEMBER(c, "job.status", "\"succeeded\"");
    ASSERT_MEMBER(c, "job.finished_at", "1700000000000");
    ASSERT_MEMBER(c, "job.result_bytes", "11");
    ASSERT_MEMBER(c, "job.result_body_utf8", "\"{\\\"ok\\\":true}\"");
    fe_loopback_free(c);
    assert_error(ask(f, FE_GET, RUNTIMES "/rt/jobs/nobody", NULL, ""), 404,
                 "ComputeModules:JobNotFound");
}

static void a_result_that_is_no_text_is_inspected_by_its_length(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char target[160];
    submit_job(f, "f", id);
    post_result(f, id, "\xff\xfe");
    (void)snprintf(target, sizeof(target), RUNTIMES "/rt/jobs/%s", id);
    struct fe_loopback *c = ask(f, FE_GET, target, NULL, "");
    ASSERT_MEMBER(c, "job.result_bytes", "2");
    ASSERT_MEMBER(c, "job.result_body_utf8", "null");
    fe_loopback_free(c);
}

static void jobs_are_listed_newest_first(void **state)
{
    struct fixture *f = *state;
    char a[FE_UUID_TEXT_BYTES];
    char b[FE_UUID_TEXT_BYTES];
    submit_job(f, "a", a);
    submit_job(f, "b", b);
    struct fe_loopback *c = ask(f, FE_GET, RUNTIMES "/rt/jobs", NULL, "");
    const char *body = fe_loopback_body(c).ptr;
    const char *at_a = strstr(body, a);
    const char *at_b = strstr(body, b);
    assert_non_null(at_a);
    assert_non_null(at_b);
    assert_true(at_b < at_a);
    assert_null(strstr(body, "\"query\":"));
    fe_loopback_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(creating_a_runtime_says_how_to_reach_it),
        TEST(ids_are_percent_encoded_in_urls_and_found_again),
        TEST(modules_are_given_the_url_that_is_set_for_them),
        TEST(creating_again_resets),
        TEST(an_app_named_takes_the_place_of_the_others),
        TEST(refuses_runtimes_that_make_no_sense),
        TEST(the_body_may_not_be_nested_without_end),
        TEST(there_may_be_no_more_runtimes_than_the_limit),
        TEST(runtimes_are_listed_and_inspected),
        TEST(nobody_is_told_of_runtimes_that_are_not_there),
        TEST(modules_must_show_their_token),
        TEST(schemas_are_kept_as_they_were_posted),
        TEST(schemas_must_be_json),
        TEST(a_result_is_kept_byte_for_byte),
        TEST(a_result_may_be_empty),
        TEST(a_second_result_changes_nothing),
        TEST(a_result_for_a_canceled_job_is_swallowed),
        TEST(a_result_needs_a_job_of_that_runtime),
        TEST(a_module_that_dies_half_way_leaves_the_job_to_be_answered),
        TEST(of_two_results_on_their_way_the_first_whole_one_counts),
        TEST(a_result_may_outlive_its_runtime_on_the_way),
        TEST(a_result_that_is_too_large_fails_its_job_and_not_its_module),
        TEST(a_result_without_room_fails_its_job_and_not_its_module),
        TEST(refuses_jobs_that_make_no_sense),
        TEST(a_full_queue_is_429),
        TEST(jobs_are_inspected),
        TEST(a_result_that_is_no_text_is_inspected_by_its_length),
        TEST(jobs_are_listed_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/exchange_engine.h"
#include "util/alloc.h"
#include "util/limits.h"

#define JOB_BODY "{\"deployedAppRid\":\"ri.app\",\"queryType\":\"f\",\"query\":{\"n\":1}}"

/* Submits a job as `user`; its id is written to `id`. */
static void submit_as(struct fixture *f, const char *user, char id[FE_UUID_TEXT_BYTES])
{
    struct fe_loopback *c = ask(f, FE_POST, SUBMIT, user, JOB_BODY);
    assert_int_equal(fe_loopback_status(c), 200);
    memcpy(id, json_at(fe_loopback_body(c), "id").ptr + 1, FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(c);
}

static struct fe_loopback *status_of(struct fixture *f, const char *user, const char *id)
{
    char target[160];
    (void)snprintf(target, sizeof(target), CONTOUR "/jobs/%s/status", id);
    return ask(f, FE_GET, target, user, "");
}

static struct fe_loopback *result_of(struct fixture *f, const char *user, const char *id)
{
    char body[64];
    (void)snprintf(body, sizeof(body), "{\"id\":\"%s\"}", id);
    return ask(f, FE_PUT, RESULT, user, body);
}

/* The module takes the next job; its id is written to `id`. */
static void take_job(struct fixture *f, char id[FE_UUID_TEXT_BYTES])
{
    struct fe_loopback *poll = POLL(f);
    struct fe_slice quoted = json_at(fe_loopback_body(poll), "computeModuleJobV1.jobId");
    assert_int_equal(quoted.len, FE_UUID_TEXT_BYTES + 1);
    memcpy(id, quoted.ptr + 1, FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(poll);
}

static void assert_bytes(struct fe_loopback *client, const char *bytes)
{
    assert_int_equal(fe_loopback_status(client), 200);
    assert_slice(fe_loopback_header(client, "Content-Type"), "application/octet-stream");
    assert_slice(fe_loopback_body(client), bytes);
    fe_loopback_free(client);
}

/* ── execute ── */

static void execute_gives_the_result_raw(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *poll = POLL(f);
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    ASSERT_MEMBER(poll, "computeModuleJobV1.query", "{\"n\":1}");
    ASSERT_MEMBER(poll, "computeModuleJobV1.userId", "\"jane\"");
    memcpy(id, json_at(fe_loopback_body(poll), "computeModuleJobV1.jobId").ptr + 1, 36);
    id[36] = '\0';
    assert_false(fe_loopback_done(c));
    post_result(f, id, "{\"a\":1}{\"b\":2}\n");
    assert_true(fe_loopback_done(c));
    settle(f);
    assert_bytes(c, "{\"a\":1}{\"b\":2}\n");
    fe_loopback_free(poll);
}

static void delivery_alone_does_not_end_an_execute(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    take_job(f, id);
    settle(f);
    assert_false(fe_loopback_done(c));
    post_result(f, id, "");
    settle(f);
    assert_bytes(c, "");
}

static void execute_gives_a_spilled_result_whole(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char path[64];
    size_t len = 2 * (size_t)FE_LIMIT_RESULT_MEMORY_BYTES + 3;
    char *bytes = fe_xalloc(len);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(i % 253);
    }
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    take_job(f, id);
    (void)snprintf(path, sizeof(path), "/results/%s", id);
    assert_empty(ask_as_module(f, FE_POST, path, (struct fe_slice){bytes, len}), 204);
    settle(f);
    assert_int_equal(fe_loopback_status(c), 200);
    assert_true(fe_slice_eq(fe_loopback_body(c), (struct fe_slice){bytes, len}));
    fe_loopback_free(c);
    c = result_of(f, "jane", id);
    assert_slice(fe_loopback_header(c, "Content-Type"), "application/octet-stream");
    assert_true(fe_slice_eq(fe_loopback_body(c), (struct fe_slice){bytes, len}));
    fe_loopback_free(c);
    free(bytes);
}

static void execute_that_takes_too_long_names_its_job(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char quoted[64];
    f->state->settings.execute_timeout_ms = 1;
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    wait_for(f, c);
    take_job(f, id);
    (void)snprintf(quoted, sizeof(quoted), "\"%s\"", id);
    ASSERT_MEMBER(c, "errorCode", "\"TIMEOUT\"");
    ASSERT_MEMBER(c, "parameters.jobId", quoted);
    assert_error(c, 504, "Default:Timeout");
    post_result(f, id, "late but fine");
    assert_bytes(result_of(f, "jane", id), "late but fine");
}

/* An engine whose answers take long to leave. */
static void on_answer(struct fe_exchange *x)
{
    (void)x;
}

static void mark(void *arg)
{
    *(bool *)arg = true;
}

static void an_answer_in_time_is_the_only_one(void **state)
{
    static const struct fe_engine_ops slow = {.answer = on_answer, .resume = on_answer};
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.execute_timeout_ms = 1;
    struct fe_exchange *x = fe_exchange_new(&slow, NULL, &f->app, &f->env, f->loop);
    x->request.method = FE_POST;
    x->request.path = FE_SLICE(EXECUTE);
    assert_int_equal(fe_headers_add(&x->request.headers, &x->arena, FE_SLICE("Authorization"),
                                    FE_SLICE("Bearer jane")),
                     0);
    fe_exchange_start(x);
    fe_exchange_feed(x, FE_SLICE(JOB_BODY));
    fe_exchange_feed_end(x);
    take_job(f, id);
    post_result(f, id, "x");
    assert_int_equal(fe_exchange_status(x), 200);
    /* Another timer, set later, shows that the time of the first is over. */
    bool over = false;
    struct fe_timer *later = fe_timer_new(f->loop, mark, &over);
    fe_timer_start(later, 2);
    while (!over) {
        fe_loop_turn(f->loop);
    }
    fe_timer_free(later);
    assert_int_equal(fe_exchange_status(x), 200);
    fe_exchange_end(x, FE_SENT);
}

static void the_caller_who_hangs_up_leaves_the_job_to_complete(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    fe_loopback_hang_up(c);
    fe_loopback_free(c);
    take_job(f, id);
    post_result(f, id, "done");
    assert_bytes(result_of(f, "jane", id), "done");
}

static void a_reset_ends_an_execute(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    fe_loopback_free(ask(f, FE_POST, RUNTIMES, NULL, "{\"runtimeId\":\"rt\"}"));
    settle(f);
    ASSERT_MEMBER(c, "parameters.status", "\"canceled\"");
    assert_error(c, 409, "Default:Conflict");
}

static void a_reset_of_the_stack_ends_all_that_waits(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    struct fe_loopback *execute = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    struct fe_loopback *status = status_of(f, "jane", id);
    assert_false(fe_loopback_done(status));
    fe_state_reset(f->state);
    settle(f);
    assert_error(execute, 409, "Default:Conflict");
    ASSERT_MEMBER(status, "type", "\"canceled\"");
    fe_loopback_free(status);
    assert_error(status_of(f, "jane", id), 404, "Default:NotFound");
}

static void a_job_that_failed_is_an_error_to_its_caller(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *c = ask(f, FE_POST, EXECUTE, "jane", JOB_BODY);
    take_job(f, id);
    fe_job_fail(fe_jobs_find(f->state->jobs, fe_slice_cstr(id)), FE_JOB_RESULT_TOO_LARGE);
    settle(f);
    ASSERT_MEMBER(c, "parameters.status", "\"failed\"");
    assert_error(c, 500, "Default:Internal");
    assert_error(result_of(f, "jane", id), 500, "Default:Internal");
}

/* ── what cannot be submitted ── */

static void refuses_what_is_no_request(void **state)
{
    static const struct {
        const char *body;
        const char *reason;
    } rows[] = {
        {"{", "\"The body is not JSON: see byte 1.\""},
        {"null", "\"The body must be a JSON object.\""},
        {"{\"queryType\":\"f\"}", "\"deployedAppRid is required.\""},
        {"{\"deployedAppRid\":1,\"queryType\":\"f\"}", "\"deployedAppRid must be a string.\""},
        {"{\"deployedAppRid\":\"ri.app\"}", "\"queryType is required.\""},
        {"{\"deployedAppRid\":\"ri.app\",\"queryType\":{}}", "\"queryType must be a string.\""},
        {"{\"deployedAppRid\":\"ri.app\",\"queryType\":\"f\",\"deployedAppBranch\":[]}",
         "\"deployedAppBranch must be a string.\""},
    };
    static const char *const targets[] = {EXECUTE, SUBMIT};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t j = 0; j < 2; j++) {
            struct fe_loopback *c = ask(f, FE_POST, targets[j], "jane", rows[i].body);
            ASSERT_MEMBER(c, "parameters.reason", rows[i].reason);
            assert_error(c, 400, "Default:InvalidArgument");
        }
    }
    assert_int_equal(f->runtime->queue.waiting_count, 0);
}

static void an_app_nobody_deployed_is_403(void **state)
{
    struct fixture *f = *state;
    const struct fe_app_binding inactive = {FE_SLICE("ri.off"), FE_SLICE(""), FE_SLICE(""), false};
    static const char *const rows[] = {
        "{\"deployedAppRid\":\"ri.nobody\",\"queryType\":\"f\"}",
        "{\"deployedAppRid\":\"ri.app\",\"deployedAppBranch\":\"dev\",\"queryType\":\"f\"}",
        "{\"deployedAppRid\":\"ri.off\",\"queryType\":\"f\"}",
        "{\"deployedAppRid\":\"ri.off\",\"deployedAppBranch\":\"master\",\"queryType\":\"f\"}",
    };
    assert_int_equal(fe_runtimes_bind(f->state->runtimes, f->runtime, &inactive), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, FE_POST, EXECUTE, "jane", rows[i]), 403,
                     "Contour:InsufficientPermission");
        assert_error(ask(f, FE_POST, SUBMIT, "jane", rows[i]), 403,
                     "Contour:InsufficientPermission");
    }
}

static void a_full_queue_is_429(void **state)
{
    struct fixture *f = *state;
    const struct fe_job_request request = {.query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    for (size_t i = 0; i < FE_LIMIT_QUEUED_JOBS; i++) {
        assert_int_equal(fe_queue_submit(&f->runtime->queue, &request, &job), 0);
    }
    assert_error(ask(f, FE_POST, EXECUTE, "jane", JOB_BODY), 429, "Default:TooManyRequests");
}

static void a_job_knows_its_app_and_branch(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    const struct fe_job *job = fe_jobs_find(f->state->jobs, fe_slice_cstr(id));
    assert_slice(job->request.app_rid, "ri.app");
    assert_slice(job->request.app_branch, "master");
}

/* ── Job and JobStatus ── */

static void submit_gives_a_job_with_its_handle(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *c = ask(f, FE_POST, SUBMIT, "jane", JOB_BODY);
    char expected[512];
    struct fe_slice quoted = json_at(fe_loopback_body(c), "id");
    (void)snprintf(expected, sizeof(expected),
                   "{\"id\":" FE_PRI ",\"nodeId\":null,\"moduleId\":null,\"jobHandle\":"
                   "\"{\\\"type\\\":\\\"v1\\\",\\\"jobId\\\":\\\"" FE_PRI "\\\",\\\"nodeId\\\":"
                   "null,\\\"moduleId\\\":null,\\\"persistJobResult\\\":null}\","
                   "\"persistJobResult\":null,\"status\":{\"type\":\"queued\",\"queued\":"
                   "{\"queueInfo\":\"SCALING_UP_FROM_0\"}}}",
                   FE_ARG(quoted), (int)quoted.len - 2, quoted.ptr + 1);
    assert_slice(fe_loopback_body(c), expected);
    fe_loopback_free(c);
    struct fe_loopback *poll = POLL(f);
    c = ask(f, FE_POST, SUBMIT, "jane", JOB_BODY);
    ASSERT_MEMBER(c, "status.queued.queueInfo", "\"NORMAL_OPERATION\"");
    fe_loopback_free(c);
    fe_loopback_free(poll);
}

static void every_state_has_its_shape(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.status_timeout_ms = 0;
    submit_as(f, "jane", id);
    struct fe_loopback *c = status_of(f, "jane", id);
    assert_slice(fe_loopback_body(c),
                 "{\"type\":\"queued\",\"queued\":{\"queueInfo\":\"SCALING_UP_FROM_0\"}}");
    fe_loopback_free(c);
    fe_clock_advance(&f->env.clock, 5 * FE_NS_PER_MS);
    take_job(f, id);
    c = status_of(f, "jane", id);
    assert_slice(fe_loopback_body(c),
                 "{\"type\":\"inProgress\",\"inProgress\":{\"completedTasks\":0}}");
    fe_loopback_free(c);
    post_result(f, id, "x");
    c = status_of(f, "jane", id);
    assert_slice(fe_loopback_body(c),
                 "{\"type\":\"succeeded\",\"succeeded\":{\"metadata\":null,"
                 "\"intermediateJobInfoList\":[],\"multiplexerJobTiming\":{\"type\":\"queuedJob\","
                 "\"queuedJob\":{\"moduleSubmitTimeMillis\":1700000000005,"
                 "\"multiplexerSubmitTimeMillis\":1700000000000,"
                 "\"queuedJobDispatchTimeMillis\":1700000000005,"
                 "\"queueSubmitTimeMillis\":1700000000000}}}}");
    fe_loopback_free(c);
}

static void a_job_never_dispatched_has_no_dispatch_time(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    post_result(f, id, "x");
    struct fe_loopback *c = status_of(f, "jane", id);
    ASSERT_MEMBER(c, "succeeded.multiplexerJobTiming.queuedJob",
                  "{\"moduleSubmitTimeMillis\":1700000000000,\"multiplexerSubmitTimeMillis\":"
                  "1700000000000,\"queueSubmitTimeMillis\":1700000000000}");
    fe_loopback_free(c);
}

static void failures_carry_an_exception_that_stays_the_same(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    fe_job_fail(fe_jobs_find(f->state->jobs, fe_slice_cstr(id)), FE_JOB_RESULT_NOT_STORED);
    struct fe_loopback *c = status_of(f, "jane", id);
    struct fe_loopback *again = status_of(f, "jane", id);
    assert_true(fe_slice_eq(fe_loopback_body(c), fe_loopback_body(again)));
    ASSERT_MEMBER(c, "type", "\"failed\"");
    char args[128];
    (void)snprintf(args, sizeof(args),
                   "[{\"type\":\"safe\",\"safe\":{\"key\":\"jobId\",\"value\":\"%s\"}}]", id);
    ASSERT_MEMBER(c, "failed.exception.args", args);
    ASSERT_MEMBER(c, "failed.exception.errorType",
                  "{\"code\":\"INTERNAL\",\"name\":\"Default:Internal\"}");
    ASSERT_MEMBER(c, "failed.exception.message",
                  "\"The emulator had no room to store the result.\"");
    assert_int_equal(json_at(fe_loopback_body(c), "failed.exception.errorInstanceId").len, 38);
    ASSERT_MEMBER(c, "failed.multiplexerJobTiming.type", "\"queuedJob\"");
    fe_loopback_free(c);
    fe_loopback_free(again);
}

static void a_canceled_job_carries_an_exception(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    fe_runtimes_remove(f->state->runtimes, f->runtime);
    struct fe_loopback *c = status_of(f, "jane", id);
    ASSERT_MEMBER(c, "type", "\"canceled\"");
    ASSERT_MEMBER(c, "canceled.exception.errorType.code", "\"CONFLICT\"");
    ASSERT_MEMBER(c, "canceled.multiplexerJobTiming", "");
    fe_loopback_free(c);
    assert_error(result_of(f, "jane", id), 409, "Default:Conflict");
}

static void a_status_is_held_until_it_changes(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    struct fe_loopback *queued = status_of(f, "jane", id);
    assert_false(fe_loopback_done(queued));
    take_job(f, id);
    settle(f);
    ASSERT_MEMBER(queued, "type", "\"inProgress\"");
    fe_loopback_free(queued);
    struct fe_loopback *running = status_of(f, "jane", id);
    struct fe_loopback *gone = status_of(f, "jane", id);
    assert_false(fe_loopback_done(running));
    fe_loopback_free(gone);
    post_result(f, id, "x");
    assert_true(fe_loopback_done(running));
    ASSERT_MEMBER(running, "type", "\"succeeded\"");
    settle(f);
    fe_loopback_free(running);
}

static void an_unchanged_status_is_answered_in_time(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.status_timeout_ms = 1;
    submit_as(f, "jane", id);
    struct fe_loopback *c = status_of(f, "jane", id);
    assert_false(fe_loopback_done(c));
    wait_for(f, c);
    ASSERT_MEMBER(c, "type", "\"queued\"");
    fe_loopback_free(c);
}

/* ── whose job, and its result ── */

static void a_job_is_its_submitters_alone(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    post_result(f, id, "janes");
    assert_error(status_of(f, "joe", id), 403, "Contour:InsufficientPermission");
    assert_error(result_of(f, "joe", id), 403, "Contour:InsufficientPermission");
    assert_bytes(result_of(f, "jane", id), "janes");
}

static void a_job_submitted_without_a_token_is_everybodys(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_job(f, "f", id);
    post_result(f, id, "ours");
    assert_bytes(result_of(f, "joe", id), "ours");
}

static void a_result_is_found_by_the_job_sent_back_or_by_its_handle(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char body[256];
    struct fe_loopback *c = ask(f, FE_POST, SUBMIT, "jane", JOB_BODY);
    char *job = fe_xstrdup(fe_loopback_body(c));
    fe_loopback_free(c);
    take_job(f, id);
    post_result(f, id, "bytes");
    assert_bytes(ask(f, FE_PUT, RESULT, "jane", job), "bytes");
    (void)snprintf(body, sizeof(body),
                   "{\"id\":null,\"jobHandle\":\"{\\\"type\\\":\\\"v1\\\",\\\"jobId\\\":"
                   "\\\"%s\\\"}\"}",
                   id);
    assert_bytes(ask(f, FE_PUT, RESULT, "jane", body), "bytes");
    free(job);
}

static void refuses_to_find_a_result_without_a_job(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {
        "",
        "[]",
        "{}",
        "{\"id\":7}",
        "{\"jobHandle\":\"no JSON\"}",
        "{\"jobHandle\":\"{}\"}",
        "{\"jobHandle\":\"{\\\"jobId\\\":1}\"}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, FE_PUT, RESULT, "jane", rows[i]), 400, "Default:InvalidArgument");
    }
    assert_error(result_of(f, "jane", "nobody"), 404, "Default:NotFound");
    assert_error(status_of(f, "jane", "nobody"), 404, "Default:NotFound");
}

static void an_unfinished_job_has_no_result_yet(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    struct fe_loopback *c = result_of(f, "jane", id);
    ASSERT_MEMBER(c, "parameters.status", "\"queued\"");
    assert_error(c, 409, "Default:Conflict");
    take_job(f, id);
    c = result_of(f, "jane", id);
    ASSERT_MEMBER(c, "parameters.status", "\"inProgress\"");
    assert_error(c, 409, "Default:Conflict");
}

static void a_job_is_forgotten_an_hour_after_its_end(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit_as(f, "jane", id);
    post_result(f, id, "x");
    fe_clock_advance(&f->env.clock, FE_LIMIT_JOB_KEPT_MS * FE_NS_PER_MS);
    assert_error(status_of(f, "jane", id), 404, "Default:NotFound");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(execute_gives_the_result_raw),
        TEST(delivery_alone_does_not_end_an_execute),
        TEST(execute_gives_a_spilled_result_whole),
        TEST(execute_that_takes_too_long_names_its_job),
        TEST(an_answer_in_time_is_the_only_one),
        TEST(the_caller_who_hangs_up_leaves_the_job_to_complete),
        TEST(a_reset_ends_an_execute),
        TEST(a_reset_of_the_stack_ends_all_that_waits),
        TEST(a_job_that_failed_is_an_error_to_its_caller),
        TEST(refuses_what_is_no_request),
        TEST(an_app_nobody_deployed_is_403),
        TEST(a_full_queue_is_429),
        TEST(a_job_knows_its_app_and_branch),
        TEST(submit_gives_a_job_with_its_handle),
        TEST(every_state_has_its_shape),
        TEST(a_job_never_dispatched_has_no_dispatch_time),
        TEST(failures_carry_an_exception_that_stays_the_same),
        TEST(a_canceled_job_carries_an_exception),
        TEST(a_status_is_held_until_it_changes),
        TEST(an_unchanged_status_is_answered_in_time),
        TEST(a_job_is_its_submitters_alone),
        TEST(a_job_submitted_without_a_token_is_everybodys),
        TEST(a_result_is_found_by_the_job_sent_back_or_by_its_handle),
        TEST(refuses_to_find_a_result_without_a_job),
        TEST(an_unfinished_job_has_no_result_yet),
        TEST(a_job_is_forgotten_an_hour_after_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

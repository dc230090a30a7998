/* SPDX-License-Identifier: MIT */
/* The routes that speak of a job that was submitted, in all their versions, and the submission to a
 * module group. */
#include "compute_fixture.h"

#include <stdio.h>

#include "util/limits.h"

#define JOB_BODY "{\"deployedAppRid\":\"ri.app\",\"queryType\":\"f\",\"query\":{\"n\":1}}"
#define GROUP_BODY                                                                                 \
    "{\"extraResourceManagementAttributionRids\":[],\"moduleGroupName\":\"rt\",\"query\":1.0,"     \
    "\"queryType\":\"f\",\"resourceManagementAttributionRid\":\"ri.r\","                           \
    "\"resourceManagementMetadata\":[]"

static void take_id(struct fe_loopback *client, const char *path, char id[FE_UUID_TEXT_BYTES])
{
    struct fe_slice quoted = json_at(fe_loopback_body(client), path);
    assert_int_equal(quoted.len, FE_UUID_TEXT_BYTES + 1);
    memcpy(id, quoted.ptr + 1, FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(client);
}

static void submit(struct fixture *f, char id[FE_UUID_TEXT_BYTES])
{
    take_id(ask(f, FE_POST, SUBMIT, "jane", JOB_BODY), "id", id);
}

static void take_job(struct fixture *f, char id[FE_UUID_TEXT_BYTES])
{
    take_id(POLL(f), "computeModuleJobV1.jobId", id);
}

/* The id takes the place of the star in `path`; without a star it is sent, in a Job. */
static struct fe_loopback *ask_of(struct fixture *f, enum fe_method method, const char *path,
                                  const char *user, const char *id)
{
    struct fe_arena arena = {0};
    ptrdiff_t mark = fe_slice_index(fe_slice_cstr(path), '*');
    const char *target =
        mark < 0
            ? fe_arena_printf(&arena, CONTOUR "%s", path).ptr
            : fe_arena_printf(&arena, CONTOUR "%.*s%s%s", (int)mark, path, id, path + mark + 1).ptr;
    const char *body =
        mark < 0 ? fe_arena_printf(&arena, "{\"id\":\"%s\",\"status\":{}}", id).ptr : "";
    struct fe_loopback *client = ask(f, method, target, user, body);
    fe_arena_done(&arena);
    return client;
}

struct version {
    enum fe_method method;
    const char *path; /* with the job's id in the place of the star; without one, it is sent */
};

static const struct version statuses[] = {
    {FE_GET, "/jobs/*/status"}, {FE_PUT, "/jobs/status/v2"}, {FE_PUT, "/jobs/status/v3"}};
static const struct version results[] = {
    {FE_GET, "/jobs/*/result"}, {FE_PUT, "/jobs/result/v2"}, {FE_PUT, "/jobs/result/v3"}};
static const struct version cancels[] = {
    {FE_DELETE, "/jobs/*"}, {FE_DELETE, "/jobs"}, {FE_DELETE, "/jobs/v3"}};
static const struct version soft_cancel = {FE_PUT, "/jobs/*/soft-cancel"};

static struct fe_loopback *ask_version(struct fixture *f, const struct version *version,
                                       const char *user, const char *id)
{
    return ask_of(f, version->method, version->path, user, id);
}

static void assert_state(struct fixture *f, const char *id, const char *quoted_type)
{
    f->state->settings.status_timeout_ms = 0;
    struct fe_loopback *c = ask_version(f, &statuses[0], "jane", id);
    ASSERT_MEMBER(c, "type", quoted_type);
    fe_loopback_free(c);
}

/* ── status and result ── */

static void every_version_of_the_status_says_the_same(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.status_timeout_ms = 0;
    submit(f, id);
    for (size_t i = 0; i < 3; i++) {
        struct fe_loopback *c = ask_version(f, &statuses[i], "jane", id);
        assert_int_equal(fe_loopback_status(c), 200);
        assert_slice(fe_loopback_body(c),
                     "{\"type\":\"queued\",\"queued\":{\"queueInfo\":\"SCALING_UP_FROM_0\"}}");
        fe_loopback_free(c);
    }
}

static void every_version_of_the_status_is_held(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *held[3];
    submit(f, id);
    for (size_t i = 0; i < 3; i++) {
        held[i] = ask_version(f, &statuses[i], "jane", id);
        assert_false(fe_loopback_done(held[i]));
    }
    fe_loopback_free(ask_version(f, &cancels[0], "jane", id));
    settle(f);
    for (size_t i = 0; i < 3; i++) {
        ASSERT_MEMBER(held[i], "type", "\"canceled\"");
        fe_loopback_free(held[i]);
    }
}

static void every_version_of_the_result_gives_the_bytes(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit(f, id);
    for (size_t i = 0; i < 3; i++) {
        assert_error(ask_version(f, &results[i], "jane", id), 409, "Default:Conflict");
    }
    post_result(f, id, " 1.0 ");
    for (size_t i = 0; i < 3; i++) {
        struct fe_loopback *c = ask_version(f, &results[i], "jane", id);
        assert_int_equal(fe_loopback_status(c), 200);
        assert_slice(fe_loopback_header(c, "Content-Type"), "application/octet-stream");
        assert_slice(fe_loopback_body(c), " 1.0 ");
        fe_loopback_free(c);
    }
}

static void nobody_learns_of_others_jobs_or_of_none(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    const struct version *const all[] = {&statuses[0], &statuses[1], &statuses[2], &results[0],
                                         &results[1],  &results[2],  &cancels[0],  &cancels[1],
                                         &cancels[2],  &soft_cancel};
    submit(f, id);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_error(ask_version(f, all[i], "john", id), 403, "Contour:InsufficientPermission");
        assert_error(ask_version(f, all[i], "jane", "nobody"), 404, "Default:NotFound");
    }
    assert_state(f, id, "\"queued\"");
}

static void what_is_sent_back_must_be_a_job(void **state)
{
    static const struct version sent[] = {
        {FE_PUT, "/jobs/status/v2"}, {FE_PUT, "/jobs/status/v3"}, {FE_PUT, "/jobs/result/v2"},
        {FE_PUT, "/jobs/result/v3"}, {FE_DELETE, "/jobs"},        {FE_DELETE, "/jobs/v3"},
    };
    static const char *const bodies[] = {"", "[]", "{}", "{\"id\":7}", "{\"jobHandle\":\"{}\"}"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        for (size_t j = 0; j < sizeof(bodies) / sizeof(bodies[0]); j++) {
            struct fe_arena arena = {0};
            const char *target = fe_arena_printf(&arena, CONTOUR "%s", sent[i].path).ptr;
            assert_error(ask(f, sent[i].method, target, "jane", bodies[j]), 400,
                         "Default:InvalidArgument");
            fe_arena_done(&arena);
        }
    }
}

/* ── calling off ── */

static void a_queued_job_that_is_canceled_reaches_no_module(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char kept[FE_UUID_TEXT_BYTES];
    char taken[FE_UUID_TEXT_BYTES];
    for (size_t i = 0; i < 3; i++) {
        submit(f, id);
        submit(f, kept);
        assert_empty(ask_version(f, &cancels[i], "jane", id), 204);
        take_job(f, taken);
        assert_string_equal(taken, kept);
        assert_state(f, id, "\"canceled\"");
    }
    assert_int_equal(f->runtime->queue.waiting_count, 0);
}

static void a_running_job_is_canceled_and_its_result_swallowed(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit(f, id);
    take_job(f, id);
    assert_empty(ask_version(f, &cancels[0], "jane", id), 204);
    post_result(f, id, "late");
    struct fe_loopback *c = ask_version(f, &statuses[0], "jane", id);
    ASSERT_MEMBER(c, "type", "\"canceled\"");
    ASSERT_MEMBER(c, "canceled.exception.message", "\"The job was canceled by its caller.\"");
    fe_loopback_free(c);
    assert_error(ask_version(f, &results[0], "jane", id), 409, "Default:Conflict");
}

/* Canceled between the module's answer and its arrival there: it stays so, delivered or not. */
static void a_job_on_its_way_to_a_module_is_canceled(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *poll = POLL(f);
    submit(f, id);
    assert_int_equal(fe_jobs_find(f->state->jobs, fe_slice_cstr(id))->state, FE_JOB_LEASED);
    assert_empty(ask_version(f, &cancels[0], "jane", id), 204);
    settle(f);
    assert_state(f, id, "\"canceled\"");
    post_result(f, id, "late");
    assert_state(f, id, "\"canceled\"");
    fe_loopback_free(poll);
    assert_int_equal(f->runtime->queue.waiting_count, 0);
}

static void a_cancel_ends_the_execute_that_waits(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    struct fe_loopback *c =
        ask(f, FE_POST, CONTOUR "/deployed-apps/jobs/execute", "jane", JOB_BODY);
    take_job(f, id);
    assert_empty(ask_version(f, &cancels[0], "jane", id), 204);
    settle(f);
    ASSERT_MEMBER(c, "parameters.status", "\"canceled\"");
    assert_error(c, 409, "Default:Conflict");
}

static void what_has_ended_is_not_canceled(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    submit(f, id);
    post_result(f, id, "x");
    assert_empty(ask_version(f, &cancels[0], "jane", id), 204);
    assert_empty(ask_version(f, &soft_cancel, "jane", id), 204);
    assert_state(f, id, "\"succeeded\"");
}

static void a_soft_cancel_leaves_a_job_to_its_module(void **state)
{
    struct fixture *f = *state;
    char queued[FE_UUID_TEXT_BYTES];
    char running[FE_UUID_TEXT_BYTES];
    submit(f, running);
    take_job(f, running);
    submit(f, queued);
    assert_empty(ask_version(f, &soft_cancel, "jane", running), 204);
    assert_empty(ask_version(f, &soft_cancel, "jane", queued), 204);
    assert_state(f, running, "\"inProgress\"");
    assert_state(f, queued, "\"canceled\"");
    post_result(f, running, "done");
    assert_state(f, running, "\"succeeded\"");
}

/* ── time-outs ── */

static void pass(struct fixture *f, int64_t ms)
{
    fe_clock_advance(&f->env.clock, ms * FE_NS_PER_MS);
    fe_jobs_clock_changed(f->state->jobs);
}

static void a_job_that_is_not_answered_fails_with_an_exception(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->state->settings.job_timeout_ms = 100;
    submit(f, id);
    take_job(f, id);
    pass(f, 100);
    struct fe_loopback *c = ask_version(f, &statuses[0], "jane", id);
    ASSERT_MEMBER(c, "type", "\"failed\"");
    ASSERT_MEMBER(c, "failed.exception.errorType",
                  "{\"code\":\"TIMEOUT\",\"name\":\"Default:Timeout\"}");
    fe_loopback_free(c);
    post_result(f, id, "late");
    assert_error(ask_version(f, &results[0], "jane", id), 504, "Default:Timeout");
}

static void a_job_that_no_module_takes_is_canceled(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    fe_loopback_free(ask(f, FE_POST, RUNTIMES, NULL,
                         "{\"runtimeId\":\"rt\",\"moduleAuthToken\":\"secret\","
                         "\"queueTimeout\":\"1s\",\"jobTimeout\":\"0\"}"));
    submit(f, id);
    pass(f, 1000);
    struct fe_loopback *c = ask_version(f, &statuses[0], "jane", id);
    ASSERT_MEMBER(c, "type", "\"canceled\"");
    ASSERT_MEMBER(c, "canceled.exception.errorType.code", "\"TIMEOUT\"");
    fe_loopback_free(c);
    assert_error(ask_version(f, &results[0], "jane", id), 504, "Default:Timeout");
}

/* ── to a module group ── */

static void a_module_group_is_a_runtime(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_id(ask(f, FE_POST, CONTOUR "/jobs", "jane", GROUP_BODY "}"), "id", id);
    struct fe_loopback *poll = POLL(f);
    ASSERT_MEMBER(poll, "computeModuleJobV1.query", "1.0");
    fe_loopback_free(poll);
    post_result(f, id, "x");
    assert_state(f, id, "\"succeeded\"");
}

static void the_same_id_is_the_same_job(void **state)
{
    static const char body[] = GROUP_BODY ",\"jobId\":\"my-job\",\"cacheKey\":\"k\"}";
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        struct fe_loopback *c = ask(f, FE_POST, CONTOUR "/jobs", "jane", body);
        ASSERT_MEMBER(c, "id", "\"my-job\"");
        fe_loopback_free(c);
    }
    assert_int_equal(f->runtime->queue.waiting_count, 1);
    assert_error(ask(f, FE_POST, CONTOUR "/jobs", "john", body), 403,
                 "Contour:InsufficientPermission");
    post_result(f, "my-job", "x");
    struct fe_loopback *c = ask(f, FE_POST, CONTOUR "/jobs", "jane", body);
    ASSERT_MEMBER(c, "status.type", "\"succeeded\"");
    fe_loopback_free(c);
}

static void refuses_what_is_no_submission(void **state)
{
    static const struct {
        const char *body;
        int status;
        const char *name;
    } rows[] = {
        {"", 400, "Default:InvalidArgument"},
        {"{\"queryType\":\"f\"}", 400, "Default:InvalidArgument"},
        {"{\"moduleGroupName\":\"rt\"}", 400, "Default:InvalidArgument"},
        {"{\"moduleGroupName\":\"rt\",\"queryType\":\"f\",\"jobId\":\"a/b\"}", 400,
         "Default:InvalidArgument"},
        {"{\"moduleGroupName\":\"rt\",\"queryType\":\"f\",\"jobId\":7}", 400,
         "Default:InvalidArgument"},
        {"{\"moduleGroupName\":\"nobody\",\"queryType\":\"f\"}", 403,
         "Contour:InsufficientPermission"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, FE_POST, CONTOUR "/jobs", "jane", rows[i].body), rows[i].status,
                     rows[i].name);
    }
}

/* ── schemas ── */

static void assert_schemas(struct fixture *f, const char *expected)
{
    struct fe_loopback *c = ask(f, FE_GET, CONTOUR "/schemas?rid=ri.app&branch=master", "jane", "");
    assert_int_equal(fe_loopback_status(c), 200);
    assert_slice(fe_loopback_body(c), expected);
    fe_loopback_free(c);
}

static void post_schemas(struct fixture *f, const char *text)
{
    assert_empty(ask_as_module(f, FE_POST, "/schemas", fe_slice_cstr(text)), 204);
}

static void schemas_are_null_before_they_are_reported(void **state)
{
    struct fixture *f = *state;
    assert_schemas(f, "null");
    post_schemas(f, "[]");
    assert_schemas(f, "[]");
}

static void schemas_are_passed_on_as_they_were_reported(void **state)
{
    struct fixture *f = *state;
    post_schemas(f, " [ {\"output\": {\"type\" : 1.0}, \"functionName\":\"\\u0061dd\",\"more\":1,"
                    "\"inputs\":[ {\"n\":1e3} ]},"
                    "{\"functionName\":\"p\",\"inputs\":[],\"output\":{},"
                    "\"ontologyProvenance\":{\"a\": null}} ] ");
    assert_schemas(f, "[{\"functionName\":\"\\u0061dd\",\"inputs\":[ {\"n\":1e3} ],"
                      "\"output\":{\"type\" : 1.0},\"issues\":[]},"
                      "{\"functionName\":\"p\",\"inputs\":[],\"output\":{},\"issues\":[],"
                      "\"ontologyProvenance\":{\"a\": null}}]");
}

static void schemas_that_lack_something_say_so(void **state)
{
    struct fixture *f = *state;
    post_schemas(f, "[{\"functionName\":\"f\",\"inputs\":{},\"output\":null},{\"inputs\":[]},7]");
    assert_schemas(f, "[{\"functionName\":\"f\",\"inputs\":[],\"output\":{},\"issues\":"
                      "[\"CANNOT_PARSE_INPUTS\",\"CANNOT_PARSE_OUTPUT\"]}]");
    post_schemas(f, "{}");
    assert_schemas(f, "[]");
}

static void schemas_are_of_one_app(void **state)
{
    struct fixture *f = *state;
    assert_error(ask(f, FE_GET, CONTOUR "/schemas", "jane", ""), 400, "Default:InvalidArgument");
    assert_error(ask(f, FE_GET, CONTOUR "/schemas?rid=a&rid=b", "jane", ""), 400,
                 "Default:InvalidArgument");
    assert_error(ask(f, FE_GET, CONTOUR "/schemas?rid=ri.app&branch=dev", "jane", ""), 403,
                 "Contour:InsufficientPermission");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_version_of_the_status_says_the_same),
        TEST(every_version_of_the_status_is_held),
        TEST(every_version_of_the_result_gives_the_bytes),
        TEST(nobody_learns_of_others_jobs_or_of_none),
        TEST(what_is_sent_back_must_be_a_job),
        TEST(a_queued_job_that_is_canceled_reaches_no_module),
        TEST(a_running_job_is_canceled_and_its_result_swallowed),
        TEST(a_job_on_its_way_to_a_module_is_canceled),
        TEST(a_cancel_ends_the_execute_that_waits),
        TEST(what_has_ended_is_not_canceled),
        TEST(a_soft_cancel_leaves_a_job_to_its_module),
        TEST(a_job_that_is_not_answered_fails_with_an_exception),
        TEST(a_job_that_no_module_takes_is_canceled),
        TEST(a_module_group_is_a_runtime),
        TEST(the_same_id_is_the_same_job),
        TEST(refuses_what_is_no_submission),
        TEST(schemas_are_null_before_they_are_reported),
        TEST(schemas_are_passed_on_as_they_were_reported),
        TEST(schemas_that_lack_something_say_so),
        TEST(schemas_are_of_one_app),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

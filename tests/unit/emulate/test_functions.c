/* SPDX-License-Identifier: MIT */
#include "emulate/functions/functions.h"

#include <stdlib.h>

#include "compute_fixture.h"
#include "emulate/state/jobs.h"
#include "util/alloc.h"

#define QUERIES "/api/v2/functions/queries"
#define SCHEMAS "[{\"functionName\":\"other\"},{\"inputs\":[]},{\"functionName\":\"\\u0061dd\"}]"

static int setup(void **state)
{
    (void)fixture_setup(state);
    struct fixture *f = *state;
    fe_router_add(f->router, fe_functions_feature.routes, fe_functions_feature.route_count,
                  fe_functions_feature.open(f->state));
    assert_empty(ask_as_module(f, FE_POST, "/schemas", FE_SLICE(SCHEMAS)), 204);
    return 0;
}

static struct fe_loopback *call(struct fixture *f, const char *path, const char *body)
{
    struct fe_arena arena = {0};
    const char *target = fe_arena_printf(&arena, QUERIES "/%s", path).ptr;
    struct fe_loopback *client = ask(f, FE_POST, target, "jane", body);
    fe_arena_done(&arena);
    return client;
}

/* Takes the one job that waits; gives its id. */
static void take_job(struct fixture *f, const char *query_type, const char *query,
                     char id[FE_JOB_ID_BYTES])
{
    struct fe_loopback *poll = POLL(f);
    assert_int_equal(fe_loopback_status(poll), 200);
    ASSERT_MEMBER(poll, "computeModuleJobV1.queryType", query_type);
    ASSERT_MEMBER(poll, "computeModuleJobV1.query", query);
    struct fe_slice quoted = json_at(fe_loopback_body(poll), "computeModuleJobV1.jobId");
    memcpy(id, quoted.ptr + 1, quoted.len - 2);
    id[quoted.len - 2] = '\0';
    settle(f);
    fe_loopback_free(poll);
}

/* Calls, runs it as a module would, and gives what the caller is answered. */
static struct fe_loopback *run(struct fixture *f, const char *path, const char *result)
{
    char id[FE_JOB_ID_BYTES];
    struct fe_loopback *client = call(f, path, "{\"parameters\":{\"n\":1.0}}");
    assert_false(fe_loopback_done(client));
    take_job(f, "\"add\"", "{\"n\":1.0}", id);
    post_result(f, id, result);
    wait_for(f, client);
    return client;
}

static void expect_body(struct fe_loopback *client, int status, const char *type, const char *body)
{
    assert_int_equal(fe_loopback_status(client), status);
    assert_slice(fe_loopback_header(client, "Content-Type"), type);
    assert_slice(fe_loopback_body(client), body);
    fe_loopback_free(client);
}

static void gives_the_value_byte_for_byte(void **state)
{
    expect_body(run(*state, "add/execute", " {\"big\":12345678901234567890}\n"), 200,
                "application/json", "{\"value\":{\"big\":12345678901234567890}}");
    expect_body(run(*state, "add/execute", ""), 200, "application/json", "{\"value\":null}");
}

/* So large that it is in a file by the time that it is whole. */
static void gives_a_large_value_whole(void **state)
{
    enum {
        VALUE_BYTES = 3 << 20
    };
    static const char front[] = "{\"value\":";
    char *value = fe_xalloc(VALUE_BYTES + 1);
    memset(value, 'x', VALUE_BYTES);
    value[0] = value[VALUE_BYTES - 1] = '"';
    struct fe_loopback *client = run(*state, "add/execute", value);
    assert_int_equal(fe_loopback_status(client), 200);
    struct fe_slice body = fe_loopback_body(client);
    assert_int_equal(body.len, strlen(front) + VALUE_BYTES + strlen("}"));
    assert_memory_equal(body.ptr, front, strlen(front));
    assert_memory_equal(body.ptr + strlen(front), value, VALUE_BYTES);
    fe_loopback_free(client);
    free(value);
}

static void takes_the_name_bare_or_whole(void **state)
{
    expect_body(run(*state, "com.foundry.computemodules.add/execute", "1"), 200, "application/json",
                "{\"value\":1}");
    expect_body(run(*state, "com.a.b.computemodules.add/execute", "2"), 200, "application/json",
                "{\"value\":2}");
}

static void what_a_function_throws_is_its_value(void **state)
{
    expect_body(run(*state, "add/execute", "{\"error\":\"TypeError\",\"reason\":\"bad\"}"), 200,
                "application/json", "{\"value\":{\"error\":\"TypeError\",\"reason\":\"bad\"}}");
}

static void what_is_not_one_value_is_an_error(void **state)
{
    static const char *const results[] = {"plain text", "1 2", "{\"a\":"};
    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        assert_error(run(*state, "add/execute", results[i]), 400, "QueryRuntimeError");
    }
}

static void an_unknown_function_is_not_found(void **state)
{
    static const char *const names[] = {"sub",
                                        "ADD",
                                        "com.add",
                                        "com.x.computemodules.",
                                        "com.x.computemodules.sub",
                                        "x.computemodules.add"};
    struct fe_arena arena = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *path = fe_arena_printf(&arena, "%s/execute", names[i]).ptr;
        assert_error(call(*state, path, "{\"parameters\":{}}"), 404, "QueryNotFound");
        path = fe_arena_printf(&arena, "%s/streamingExecute", names[i]).ptr;
        struct fe_loopback *client = call(*state, path, "{\"parameters\":{}}");
        ASSERT_MEMBER(client, "parameters.queryApiName",
                      fe_arena_printf(&arena, "\"%s\"", names[i]).ptr);
        assert_error(client, 404, "QueryNotFound");
    }
    fe_arena_done(&arena);
}

static void there_is_one_version(void **state)
{
    struct fe_loopback *client =
        call(*state, "add/execute", "{\"parameters\":{},\"version\":\"1.2.3\"}");
    ASSERT_MEMBER(client, "parameters", "{\"apiName\":\"add\",\"version\":\"1.2.3\"}");
    assert_error(client, 404, "QueryVersionNotFound");
    client = call(*state, "add/execute",
                  "{\"parameters\":{},\"version\":\"0.0.0\",\"branch\":\"master\"}");
    assert_false(fe_loopback_done(client));
    fe_loopback_free(client);
}

static void refuses_bodies_that_it_does_not_understand(void **state)
{
    static const char *const bodies[] = {"", "[]", "{\"parameters\":1}", "{\"version\":1}"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_error(call(*state, "add/execute", bodies[i]), 400, "Default:InvalidArgument");
    }
}

static void refuses_jobs_past_the_limit(void **state)
{
    struct fixture *f = *state;
    f->state->settings.execute_timeout_ms = 60000;
    struct fe_job_request request = {.query_type = FE_SLICE("q"), .query = FE_SLICE("1")};
    struct fe_job *job = NULL;
    while (fe_queue_submit(&f->runtime->queue, &request, &job) == 0) {
    }
    assert_error(call(f, "add/execute", "{}"), 429, "Default:TooManyRequests");
}

static void a_job_that_is_canceled_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *client = call(f, "add/execute", "{}");
    struct fe_loopback *lines = call(f, "add/streamingExecute", "{}");
    fe_runtimes_remove(f->state->runtimes, f->runtime);
    wait_for(f, client);
    wait_for(f, lines);
    assert_error(client, 400, "QueryRuntimeError");
    assert_int_equal(fe_loopback_status(lines), 200);
    ASSERT_MEMBER(lines, "type", "\"error\"");
    ASSERT_MEMBER(lines, "errorName", "\"QueryRuntimeError\"");
    fe_loopback_free(lines);
}

static void a_function_that_takes_too_long_is_an_error(void **state)
{
    struct fixture *f = *state;
    f->state->settings.execute_timeout_ms = 0;
    struct fe_loopback *client = call(f, "add/execute", "{}");
    wait_for(f, client);
    assert_error(client, 504, "QueryTimeExceededLimit");
    client = call(f, "add/streamingExecute", "{}");
    wait_for(f, client);
    assert_int_equal(fe_loopback_status(client), 200);
    ASSERT_MEMBER(client, "errorName", "\"QueryTimeExceededLimit\"");
    fe_loopback_free(client);
}

#define LINE(value) "{\"type\":\"data\",\"value\":" value "}\n"

static void each_value_is_a_line(void **state)
{
    static const struct {
        const char *result;
        const char *lines;
    } cases[] = {
        {"", ""},
        {"1", LINE("1")},
        {"{\"a\":1}{\"a\":2}\n3", LINE("{\"a\":1}") LINE("{\"a\":2}") LINE("3")},
        {"[\n 1,\r\n \"\\n\"\n]\n", LINE("[  1,   \"\\n\" ]")},
        {"\"}\\\"{\" null", LINE("\"}\\\"{\"") LINE("null")},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_body(run(*state, "add/streamingExecute", cases[i].result), 200,
                    "application/octet-stream", cases[i].lines);
    }
}

static void an_error_line_is_the_last(void **state)
{
    struct fe_loopback *client = run(*state, "add/streamingExecute", "1 oops 2");
    struct fe_slice rest = fe_loopback_body(client);
    struct fe_slice line = FE_SLICE("");
    assert_true(fe_slice_split(&rest, '\n', &line));
    assert_slice(line, "{\"type\":\"data\",\"value\":1}");
    assert_true(fe_slice_split(&rest, '\n', &line));
    assert_slice(json_at(line, "type"), "\"error\"");
    assert_slice(json_at(line, "errorCode"), "\"INVALID_ARGUMENT\"");
    assert_slice(json_at(line, "errorName"), "\"QueryRuntimeError\"");
    assert_slice(json_at(line, "parameters"), "{}");
    assert_int_equal(json_at(line, "errorInstanceId").len, FE_UUID_TEXT_BYTES + 1);
    assert_int_equal(rest.len, 0);
    fe_loopback_free(client);
}

static void a_caller_who_leaves_does_not_end_the_job(void **state)
{
    struct fixture *f = *state;
    char id[FE_JOB_ID_BYTES];
    struct fe_loopback *client = call(f, "add/streamingExecute", "{}");
    fe_loopback_hang_up(client);
    settle(f);
    fe_loopback_free(client);
    take_job(f, "\"add\"", "{}", id);
    post_result(f, id, "1");
    assert_int_equal(fe_jobs_find(f->state->jobs, fe_slice_cstr(id))->state, FE_JOB_SUCCEEDED);
}

#define STACK(test) cmocka_unit_test_setup_teardown(test, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STACK(gives_the_value_byte_for_byte),
        STACK(gives_a_large_value_whole),
        STACK(takes_the_name_bare_or_whole),
        STACK(what_a_function_throws_is_its_value),
        STACK(what_is_not_one_value_is_an_error),
        STACK(an_unknown_function_is_not_found),
        STACK(there_is_one_version),
        STACK(refuses_bodies_that_it_does_not_understand),
        STACK(refuses_jobs_past_the_limit),
        STACK(a_job_that_is_canceled_is_an_error),
        STACK(a_function_that_takes_too_long_is_an_error),
        STACK(each_value_is_a_line),
        STACK(an_error_line_is_the_last),
        STACK(a_caller_who_leaves_does_not_end_the_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

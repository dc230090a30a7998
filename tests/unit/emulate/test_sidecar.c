/* SPDX-License-Identifier: MIT */
/* The sidecar's own paths, which find the runtime by its token, and the token of a job's caller. */
#include "compute_fixture.h"

#include <stdio.h>

#include "emulate/state/principal.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"

#define SIDECAR "/interactive-module/api/internal-query"

/* `token` may be NULL. */
static struct fe_loopback *ask_with(struct fixture *f, enum fe_method method, const char *path,
                                    const char *token, const char *body)
{
    const char *const headers[] = {token ? "Module-Auth-Token" : NULL, token, NULL};
    const struct fe_loopback_request request = {method, path, headers, fe_slice_cstr(body)};
    return fe_loopback_send(&f->app, &f->env, f->loop, &request);
}

static struct fe_runtime *open_other(struct fixture *f, const char *id, const char *token)
{
    struct fe_runtime *other = NULL;
    struct fe_runtime_request request = fe_runtime_defaults(fe_slice_cstr(id));
    request.auth_token = fe_slice_cstr(token);
    assert_int_equal(fe_runtimes_open(f->state->runtimes, &request, &other), 0);
    return other;
}

static void the_token_alone_finds_the_runtime(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char path[128];
    (void)open_other(f, "other", "another");
    submit_job(f, "f", id);
    struct fe_loopback *poll = ask_with(f, FE_GET, SIDECAR "/job", "secret", "");
    ASSERT_MEMBER(poll, "computeModuleJobV1.queryType", "\"f\"");
    fe_loopback_free(poll);
    (void)snprintf(path, sizeof(path), SIDECAR "/results/%s", id);
    assert_error(ask_with(f, FE_POST, path, "another", "x"), 404, "ComputeModules:JobNotFound");
    assert_empty(ask_with(f, FE_POST, path, "secret", "JobId: plain text"), 204);
    assert_int_equal(fe_jobs_find(f->state->jobs, fe_slice_cstr(id))->state, FE_JOB_SUCCEEDED);
    assert_empty(ask_with(f, FE_POST, SIDECAR "/schemas", "secret", "[1]"), 204);
    assert_slice(fe_buf_slice(&f->runtime->schemas), "[1]");
}

static void the_java_sdk_is_given_the_bare_job(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    char path[128];
    submit_job(f, "f", id);
    struct fe_loopback *poll = ask_with(f, FE_GET, "/job", "secret", "");
    ASSERT_MEMBER(poll, "type", "");
    ASSERT_MEMBER(poll, "queryType", "\"f\"");
    ASSERT_MEMBER(poll, "query", "{}");
    assert_memory_equal(json_at(fe_loopback_body(poll), "jobId").ptr + 1, id, 36);
    fe_loopback_free(poll);
    (void)snprintf(path, sizeof(path), "/results/%s", id);
    assert_empty(ask_with(f, FE_POST, path, "secret", ""), 204);
    assert_int_equal(fe_jobs_find(f->state->jobs, fe_slice_cstr(id))->state, FE_JOB_SUCCEEDED);
}

static void a_restart_takes_no_job_away(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *client =
        ask_with(f, FE_POST, SIDECAR "/restart-notification", "secret", "");
    assert_int_equal(fe_loopback_status(client), 200);
    assert_slice(fe_loopback_header(client, "Content-Type"), "application/json");
    assert_slice(fe_loopback_body(client), "[]");
    fe_loopback_free(client);
    client = ask_with(f, FE_POST, RUNTIMES "/rt/restart-notification", "secret", "");
    assert_slice(fe_loopback_body(client), "[]");
    fe_loopback_free(client);
}

static void nobodys_token_is_401_everywhere(void **state)
{
    static const struct {
        enum fe_method method;
        const char *path;
    } routes[] = {
        {FE_GET, SIDECAR "/job"},
        {FE_POST, SIDECAR "/results/any"},
        {FE_POST, SIDECAR "/schemas"},
        {FE_POST, SIDECAR "/restart-notification"},
        {FE_GET, "/job"},
        {FE_POST, "/results/any"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        struct fe_loopback *client = ask_with(f, routes[i].method, routes[i].path, "nobodys", "");
        ASSERT_MEMBER(client, "parameters.error", "\"INVALID\"");
        assert_error(client, 401, "Default:Unauthorized");
        client = ask_with(f, routes[i].method, routes[i].path, NULL, "");
        ASSERT_MEMBER(client, "parameters.error", "\"MISSING\"");
        assert_error(client, 401, "Default:Unauthorized");
    }
}

static void a_token_is_forgotten_with_its_runtime(void **state)
{
    struct fixture *f = *state;
    struct fe_runtimes *runtimes = f->state->runtimes;
    struct fe_runtime *other = open_other(f, "other", "secret");
    assert_ptr_equal(fe_runtimes_find_token(runtimes, FE_SLICE("secret")), f->runtime);
    fe_runtimes_remove(runtimes, f->runtime);
    assert_ptr_equal(fe_runtimes_find_token(runtimes, FE_SLICE("secret")), other);
    assert_ptr_equal(open_other(f, "other", "changed"), other);
    assert_null(fe_runtimes_find_token(runtimes, FE_SLICE("secret")));
    assert_ptr_equal(fe_runtimes_find_token(runtimes, FE_SLICE("changed")), other);
    fe_runtimes_remove(runtimes, other);
    assert_null(fe_runtimes_find_token(runtimes, FE_SLICE("changed")));
}

/* ── authHeader ── */

static void submit_by(struct fixture *f, const struct fe_principal *principal)
{
    struct fe_job *job = NULL;
    struct fe_job_request request = {.query_type = FE_SLICE("f"), .query = FE_SLICE("{}")};
    fe_job_request_by(&request, principal);
    assert_int_equal(fe_queue_submit(&f->runtime->queue, &request, &job), 0);
}

static void the_callers_token_is_live_and_no_stronger_than_the_caller(void **state)
{
    struct fixture *f = *state;
    const struct fe_user *jane = NULL;
    const struct fe_user described = {.username = FE_SLICE("jane")};
    struct fe_arena arena = {0};
    const struct fe_principal *found = NULL;
    assert_int_equal(fe_users_add(f->state->users, &described, &jane), 0);
    const struct fe_principal principal = {
        .user_id = jane->id, .client_id = FE_SLICE("app"), .scopes = FE_SLICE("api:admin-read")};
    f->runtime->extras.auth_header = true;
    submit_by(f, &principal);
    struct fe_loopback *poll = POLL(f);
    struct fe_slice header = json_at(fe_loopback_body(poll), "computeModuleJobV1.authHeader");
    const struct fe_slice prefix = FE_SLICE("\"Bearer ");
    assert_true(fe_slice_starts(header, prefix));
    const struct fe_slice token = {header.ptr + prefix.len, header.len - prefix.len - 1};
    assert_int_equal(fe_tokens_find(f->state->tokens, token, &arena, &found), 0);
    assert_true(fe_slice_eq(found->user_id, jane->id));
    assert_slice(found->username, "jane");
    assert_slice(found->client_id, "app");
    assert_slice(found->scopes, "api:admin-read");
    assert_false(found->all_scopes);
    assert_true(found->expires_ns > 0);
    fe_loopback_free(poll);
    fe_arena_done(&arena);
}

static void nobodys_job_has_no_caller_to_speak_for(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    f->runtime->extras.auth_header = true;
    submit_job(f, "f", id);
    struct fe_loopback *poll = POLL(f);
    ASSERT_MEMBER(poll, "computeModuleJobV1.authHeader", "");
    fe_loopback_free(poll);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_token_alone_finds_the_runtime),
        TEST(the_java_sdk_is_given_the_bare_job),
        TEST(a_restart_takes_no_job_away),
        TEST(nobodys_token_is_401_everywhere),
        TEST(a_token_is_forgotten_with_its_runtime),
        TEST(the_callers_token_is_live_and_no_stronger_than_the_caller),
        TEST(nobodys_job_has_no_caller_to_speak_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What emulation takes over from a recording, as its routes then tell of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emulate/adoption.h"
#include "emulate/emulate.h"
#include "http/loop.h"
#include "http/loopback.h"
#include "util/alloc.h"
#include "util/json.h"

#define JOBS "/contour-backend-multiplexer/api/module-group-multiplexer/jobs"
#define RUNTIMES "/_emulate/foundry/compute-modules/runtimes"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_emulate *emulate;
    struct fe_app app;
    struct fe_arena arena;
};

static void on_request(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    fe_exchange_set_source(x, FE_SLICE("emulate;miss=7"));
    fe_emulate_handle(f->emulate, x);
}

static int setup(void **state)
{
    static const struct fe_settings settings = {.poll_timeout_ms = 0, .status_timeout_ms = 0};
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_init(&f->env.clock);
    fe_clock_freeze(&f->env.clock, fe_clock_now_ns(&f->env.clock));
    fe_random_init_deterministic(&f->env.random, 1);
    f->env.log.level = FE_LOG_ERROR;
    f->loop = fe_loop_new();
    f->emulate = fe_emulate_new(&f->env, f->loop, &settings);
    f->app = (struct fe_app){.self = f, .source = "emulate", .on_request = on_request};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_emulate_reset(f->emulate);
    fe_emulate_free(f->emulate);
    fe_loop_free(f->loop);
    fe_arena_done(&f->arena);
    free(f);
    return 0;
}

/* The status; the body, in the arena, in *body_out unless that is NULL. */
static int ask(struct fixture *f, enum fe_method method, const char *target, const char *token,
               struct fe_slice body, struct fe_slice *body_out)
{
    const char *bearer = token ? fe_arena_printf(&f->arena, "Bearer %s", token).ptr : "none";
    const char *const headers[] = {"Authorization",
                                   bearer,
                                   "Module-Auth-Token",
                                   "module-secret",
                                   "Content-Type",
                                   method == FE_POST && body.len > 0 && body.ptr[0] == 'g'
                                       ? "application/x-www-form-urlencoded"
                                       : "application/json",
                                   NULL};
    const struct fe_loopback_request request = {method, target, headers, body};
    struct fe_loopback *client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
    for (int i = 0; i < 1000 && !fe_loopback_done(client); i++) {
        fe_loop_turn(f->loop);
    }
    int status = fe_loopback_status(client);
    if (body_out) {
        *body_out = fe_arena_copy(&f->arena, fe_loopback_body(client));
    }
    fe_loopback_free(client);
    return status;
}

static int get(struct fixture *f, const char *target, const char *token, struct fe_slice *body_out)
{
    return ask(f, FE_GET, target, token, FE_SLICE(""), body_out);
}

static void assert_has(struct fe_slice text, const char *part)
{
    if (strstr(text.ptr, part) == NULL) {
        fail_msg("no %s in %s", part, text.ptr);
    }
}

#define CURRENT "/api/v2/admin/users/getCurrent"

static const struct fe_user jane = {
    .id = FE_SLICE_INIT("11111111-2222-3333-4444-555555555555"),
    .username = FE_SLICE_INIT("jane.recorded"),
    .given_name = FE_SLICE_INIT("Jane"),
};

/* ── grants ── */

static void issues_tokens_that_open_and_can_be_refreshed(void **state)
{
    struct fixture *f = *state;
    struct fe_adopted_tokens tokens;
    struct fe_slice body;
    fe_emulate_adopt_user(f->emulate, &jane);
    const struct fe_adopted_grant grant = {.client_id = FE_SLICE("recorded-client"),
                                           .user_id = jane.id,
                                           .lifetime_s = 43200,
                                           .refreshable = true};
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), 0);
    assert_int_equal(get(f, CURRENT, tokens.access_token.ptr, &body), 200);
    assert_has(body, "jane.recorded");
    struct fe_slice refresh_token = tokens.refresh_token;
    for (int i = 0; i < 10; i++) {
        struct fe_json answer;
        struct fe_slice form = fe_arena_printf(
            &f->arena, "grant_type=refresh_token&client_id=recorded-client&refresh_token=%s",
            refresh_token.ptr);
        assert_int_equal(ask(f, FE_POST, "/multipass/api/oauth2/token", NULL, form, &body), 200);
        assert_has(body, "\"expires_in\":43200");
        assert_int_equal(fe_json_parse(body, &answer, NULL), 0);
        struct fe_slice next = fe_json_member_text(&answer, "refresh_token", &f->arena);
        struct fe_slice token = fe_json_member_text(&answer, "access_token", &f->arena);
        assert_false(fe_slice_eq(next, refresh_token));
        refresh_token = fe_arena_copy(&f->arena, next);
        assert_int_equal(get(f, CURRENT, fe_arena_copy(&f->arena, token).ptr, NULL), 200);
    }
}

static void lets_tokens_live_as_long_as_they_were_to(void **state)
{
    struct fixture *f = *state;
    struct fe_adopted_tokens tokens;
    const struct fe_adopted_grant grant = {.client_id = FE_SLICE("service"), .lifetime_s = 60};
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), 0);
    assert_int_equal(tokens.refresh_token.len, 0);
    fe_clock_advance(&f->env.clock, 59 * FE_NS_PER_S);
    assert_int_equal(get(f, CURRENT, tokens.access_token.ptr, NULL), 200);
    fe_clock_advance(&f->env.clock, 2 * FE_NS_PER_S);
    assert_int_equal(get(f, CURRENT, tokens.access_token.ptr, NULL), 401);
}

static void grants_what_was_granted_and_no_more(void **state)
{
    struct fixture *f = *state;
    struct fe_adopted_tokens tokens;
    struct fe_adopted_grant grant = {.client_id = FE_SLICE("service"),
                                     .scopes = FE_SLICE("api:ontologies-read"),
                                     .lifetime_s = 60};
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), 0);
    assert_int_equal(get(f, CURRENT, tokens.access_token.ptr, NULL), 403);
    assert_int_equal(get(f, "/api/v2/ontologies", tokens.access_token.ptr, NULL), 200);
    grant.scopes = FE_SLICE("not \"a\" scope");
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), -EINVAL);
}

static void says_when_there_is_nobody_a_token_could_be_for(void **state)
{
    struct fixture *f = *state;
    struct fe_adopted_tokens tokens;
    const struct fe_adopted_grant grant = {.lifetime_s = 60};
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), -ENOSPC);
}

static void makes_a_clients_own_token_known(void **state)
{
    struct fixture *f = *state;
    struct fe_slice body;
    const struct fe_adopted_grant grant = {.user_id = jane.id};
    fe_emulate_adopt_user(f->emulate, &jane);
    assert_false(fe_emulate_knows_token(f->emulate, FE_SLICE("my-own-token")));
    assert_int_equal(fe_emulate_adopt_token(f->emulate, &grant, FE_SLICE("my-own-token")), 0);
    assert_true(fe_emulate_knows_token(f->emulate, FE_SLICE("my-own-token")));
    assert_int_equal(get(f, CURRENT, "my-own-token", &body), 200);
    assert_has(body, "jane.recorded");
    fe_emulate_revoke_token(f->emulate, FE_SLICE("my-own-token"));
    assert_int_equal(get(f, CURRENT, "my-own-token", NULL), 401);
}

/* ── jobs ── */

#define JOB "0123-adopted"

static const char *token_of_somebody(struct fixture *f)
{
    struct fe_adopted_tokens tokens;
    const struct fe_adopted_grant grant = {.client_id = FE_SLICE("service"), .lifetime_s = 60};
    assert_int_equal(fe_emulate_adopt_grant(f->emulate, &grant, &f->arena, &tokens), 0);
    return tokens.access_token.ptr;
}

static void assert_status(struct fixture *f, const char *token, const char *type)
{
    struct fe_slice body;
    assert_int_equal(get(f, JOBS "/" JOB "/status", token, &body), 200);
    assert_has(body, fe_arena_printf(&f->arena, "{\"type\":\"%s\"", type).ptr);
}

static void knows_a_job_by_its_recorded_result(void **state)
{
    struct fixture *f = *state;
    struct fe_slice body;
    const struct fe_slice result = FE_SLICE("{\"sum\":42}");
    const struct fe_adopted_job job = {.id = FE_SLICE(JOB),
                                       .state = FE_ADOPTED_SUCCEEDED,
                                       .app_rid = FE_SLICE("ri.foundry.main.deployed-app.x"),
                                       .query_type = FE_SLICE("add"),
                                       .query = FE_SLICE("{\"a\":40}"),
                                       .result = &result};
    const char *token = token_of_somebody(f);
    assert_int_equal(fe_emulate_job_state(f->emulate, job.id), FE_ADOPTED_NONE);
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    assert_int_equal(fe_emulate_job_state(f->emulate, job.id), FE_ADOPTED_SUCCEEDED);
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), -EEXIST);
    assert_status(f, token, "succeeded");
    assert_int_equal(get(f, JOBS "/" JOB "/result", token, &body), 200);
    assert_true(fe_slice_eq(body, result));
}

static void says_which_miss_it_was_where_the_result_is_missing(void **state)
{
    struct fixture *f = *state;
    struct fe_slice body;
    const char *token = token_of_somebody(f);
    const struct fe_adopted_job job = {
        .id = FE_SLICE(JOB), .state = FE_ADOPTED_SUCCEEDED, .runtime_id = FE_SLICE("rt")};
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    assert_status(f, token, "succeeded");
    assert_int_equal(get(f, JOBS "/" JOB "/result", token, &body), 500);
    assert_has(body, "\"source\":\"emulate;miss=7\"");
}

static void ends_a_job_as_it_was_recorded(void **state)
{
    struct fixture *f = *state;
    const char *token = token_of_somebody(f);
    struct fe_adopted_job job = {
        .id = FE_SLICE(JOB), .state = FE_ADOPTED_FAILED, .runtime_id = FE_SLICE("rt")};
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    assert_status(f, token, "failed");
    assert_int_equal(get(f, JOBS "/" JOB "/result", token, NULL), 500);
    job.id = FE_SLICE("another");
    job.state = FE_ADOPTED_CANCELED;
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    assert_int_equal(get(f, JOBS "/another/result", token, NULL), 409);
}

/* A module that comes later computes what is queued; one that was given the job before it was
 * adopted may still answer it. */
static void lets_a_module_compute_it(void **state)
{
    struct fixture *f = *state;
    struct fe_slice body;
    const char *token = token_of_somebody(f);
    const struct fe_slice runtime =
        FE_SLICE("{\"runtimeId\":\"rt\",\"moduleAuthToken\":\"module-secret\"}");
    const struct fe_adopted_job queued = {.id = FE_SLICE(JOB),
                                          .state = FE_ADOPTED_QUEUED,
                                          .runtime_id = FE_SLICE("rt"),
                                          .query_type = FE_SLICE("add"),
                                          .query = FE_SLICE("{\"a\":40}")};
    assert_int_equal(ask(f, FE_POST, RUNTIMES, NULL, runtime, &body), 200);
    assert_false(fe_emulate_knows_module(f->emulate, FE_SLICE("")));
    struct fe_json made;
    assert_int_equal(fe_json_parse(body, &made, NULL), 0);
    struct fe_slice module_token = fe_json_member_text(&made, "moduleAuthToken", &f->arena);
    assert_true(fe_emulate_knows_module(f->emulate, module_token));
    assert_false(fe_emulate_has_job_for(f->emulate, module_token));
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &queued), 0);
    assert_true(fe_emulate_has_job_for(f->emulate, module_token));
    assert_status(f, token, "queued");

    const struct fe_adopted_job running = {
        .id = FE_SLICE("running"), .state = FE_ADOPTED_RUNNING, .module_token = module_token};
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &running), 0);
    assert_int_equal(get(f, JOBS "/running/status", token, &body), 200);
    assert_has(body, "{\"type\":\"inProgress\"");
}

static void ends_one_that_has_not_ended(void **state)
{
    struct fixture *f = *state;
    struct fe_slice body;
    const char *token = token_of_somebody(f);
    struct fe_adopted_job job = {
        .id = FE_SLICE(JOB), .state = FE_ADOPTED_QUEUED, .runtime_id = FE_SLICE("rt")};
    assert_false(fe_emulate_knows_target(f->emulate, &job));
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    assert_true(fe_emulate_knows_target(f->emulate, &job));
    assert_int_equal(fe_emulate_job_state(f->emulate, job.id), FE_ADOPTED_QUEUED);
    const struct fe_slice results[] = {FE_SLICE("42"), FE_SLICE("43")};
    fe_emulate_end_job(f->emulate, job.id, FE_ADOPTED_QUEUED, NULL);
    assert_int_equal(fe_emulate_job_state(f->emulate, job.id), FE_ADOPTED_QUEUED);
    fe_emulate_end_job(f->emulate, job.id, FE_ADOPTED_SUCCEEDED, &results[0]);
    fe_emulate_end_job(f->emulate, job.id, FE_ADOPTED_SUCCEEDED, &results[1]);
    fe_emulate_end_job(f->emulate, job.id, FE_ADOPTED_CANCELED, NULL);
    assert_int_equal(get(f, JOBS "/" JOB "/result", token, &body), 200);
    assert_true(fe_slice_eq(body, FE_SLICE("42")));
    job.id = FE_SLICE("another");
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), 0);
    fe_emulate_end_job(f->emulate, job.id, FE_ADOPTED_CANCELED, NULL);
    assert_int_equal(fe_emulate_job_state(f->emulate, job.id), FE_ADOPTED_CANCELED);
    fe_emulate_end_job(f->emulate, FE_SLICE("unknown"), FE_ADOPTED_CANCELED, NULL);
    assert_int_equal(fe_emulate_job_state(f->emulate, FE_SLICE("unknown")), FE_ADOPTED_NONE);
}

static void refuses_what_cannot_be_a_job(void **state)
{
    struct fixture *f = *state;
    struct fe_adopted_job job = {.id = FE_SLICE("not/an/id"), .runtime_id = FE_SLICE("rt")};
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), -EINVAL);
    job = (struct fe_adopted_job){.id = FE_SLICE(JOB), .module_token = FE_SLICE("nobody's")};
    assert_int_equal(fe_emulate_adopt_job(f->emulate, &job), -EINVAL);
    assert_int_equal(fe_emulate_job_state(f->emulate, FE_SLICE(JOB)), FE_ADOPTED_NONE);
}

static void knows_what_it_has_a_route_for(void **state)
{
    struct fixture *f = *state;
    assert_true(fe_emulate_has_route(f->emulate, FE_GET, FE_SLICE(CURRENT)));
    assert_true(fe_emulate_has_route(f->emulate, FE_HEAD, FE_SLICE(CURRENT)));
    assert_false(fe_emulate_has_route(f->emulate, FE_POST, FE_SLICE(CURRENT)));
    assert_false(fe_emulate_has_route(f->emulate, FE_GET, FE_SLICE("/nowhere")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(issues_tokens_that_open_and_can_be_refreshed),
        TEST(lets_tokens_live_as_long_as_they_were_to),
        TEST(grants_what_was_granted_and_no_more),
        TEST(says_when_there_is_nobody_a_token_could_be_for),
        TEST(makes_a_clients_own_token_known),
        TEST(knows_a_job_by_its_recorded_result),
        TEST(says_which_miss_it_was_where_the_result_is_missing),
        TEST(ends_a_job_as_it_was_recorded),
        TEST(lets_a_module_compute_it),
        TEST(ends_one_that_has_not_ended),
        TEST(refuses_what_cannot_be_a_job),
        TEST(knows_what_it_has_a_route_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

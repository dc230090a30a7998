/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emulate/state/runtimes.h"
#include "http/loop.h"
#include "util/alloc.h"
#include "util/limits.h"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_settings settings;
    struct fe_jobs *jobs;
    struct fe_runtimes *runtimes;
};

static int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_init(&f->env.clock);
    fe_clock_freeze(&f->env.clock, FE_NS_PER_S);
    fe_random_init_deterministic(&f->env.random, 7);
    f->loop = fe_loop_new();
    f->jobs = fe_jobs_new(&f->env, f->loop, &f->settings);
    f->runtimes = fe_runtimes_new(&f->env, f->jobs);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_runtimes_free(f->runtimes);
    fe_jobs_free(f->jobs);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

static struct fe_runtime *open_runtime(struct fixture *f, const char *id, const char *token)
{
    const struct fe_runtime_request request = {
        .id = fe_slice_cstr(id), .auth_token = fe_slice_cstr(token), .poll_timeout_ms = -1};
    struct fe_runtime *runtime = NULL;
    assert_int_equal(fe_runtimes_open(f->runtimes, &request, &runtime), 0);
    return runtime;
}

static void bind_app(struct fixture *f, struct fe_runtime *runtime, const char *rid,
                     const char *branch, bool active)
{
    const struct fe_app_binding binding = {fe_slice_cstr(rid), fe_slice_cstr(branch),
                                           FE_SLICE("An app"), active};
    assert_int_equal(fe_runtimes_bind(f->runtimes, runtime, &binding), 0);
}

static const struct fe_runtime *runtime_of(const struct fixture *f, const char *rid,
                                           const char *branch)
{
    const struct fe_deployed_app *app =
        fe_runtimes_app(f->runtimes, fe_slice_cstr(rid), fe_slice_cstr(branch));
    return app ? app->runtime : NULL;
}

static void a_runtime_is_found_by_any_text(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *a = open_runtime(f, "a/b c%é", NULL);
    struct fe_runtime *b = open_runtime(f, "b", NULL);
    assert_ptr_equal(fe_runtimes_find(f->runtimes, FE_SLICE("a/b c%é")), a);
    assert_ptr_equal(fe_runtimes_find(f->runtimes, FE_SLICE("b")), b);
    assert_null(fe_runtimes_find(f->runtimes, FE_SLICE("c")));
    assert_ptr_equal(fe_runtimes_first(f->runtimes), a);
    assert_ptr_equal(TAILQ_NEXT(a, link), b);
}

static void ids_are_valid_when_a_path_can_carry_them(void **state)
{
    (void)state;
    char longest[FE_LIMIT_RUNTIME_ID_BYTES + 1];
    memset(longest, 'x', sizeof(longest));
    assert_true(fe_runtime_id_valid((struct fe_slice){longest, sizeof(longest) - 1}));
    assert_false(fe_runtime_id_valid((struct fe_slice){longest, sizeof(longest)}));
    assert_true(fe_runtime_id_valid(FE_SLICE("...")));
    assert_false(fe_runtime_id_valid(FE_SLICE("")));
    assert_false(fe_runtime_id_valid(FE_SLICE(".")));
    assert_false(fe_runtime_id_valid(FE_SLICE("..")));
    assert_false(fe_runtime_id_valid(FE_SLICE("a\0b")));
    assert_false(fe_runtime_id_valid(FE_SLICE("\xff")));
}

static void tokens_are_valid_when_a_header_can_carry_them(void **state)
{
    (void)state;
    char longest[1025];
    memset(longest, '~', sizeof(longest));
    assert_true(fe_runtime_token_valid((struct fe_slice){longest, 1024}));
    assert_false(fe_runtime_token_valid((struct fe_slice){longest, 1025}));
    assert_false(fe_runtime_token_valid(FE_SLICE("")));
    assert_false(fe_runtime_token_valid(FE_SLICE("a b")));
    assert_false(fe_runtime_token_valid(FE_SLICE("a\r\n")));
    assert_false(fe_runtime_token_valid(FE_SLICE("\xc3\xa9")));
}

static void a_token_is_as_given_or_drawn(void **state)
{
    struct fixture *f = *state;
    const struct fe_runtime *given = open_runtime(f, "a", "secret");
    const struct fe_runtime *drawn = open_runtime(f, "b", NULL);
    assert_true(fe_slice_eq(given->auth_token, FE_SLICE("secret")));
    assert_true(drawn->auth_token.len > 43);
    assert_true(fe_runtime_token_valid(drawn->auth_token));
    assert_true(fe_runtime_token_valid(drawn->credentials_token));
    assert_false(fe_slice_eq(drawn->auth_token, drawn->credentials_token));
}

static void a_reset_begins_anew_and_keeps_the_apps(void **state)
{
    struct fixture *f = *state;
    const struct fe_job_request request = {.query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    struct fe_runtime *runtime = open_runtime(f, "a", NULL);
    char before[64] = {0};
    memcpy(before, runtime->auth_token.ptr, runtime->auth_token.len);
    bind_app(f, runtime, "ri.1", "", true);
    assert_int_equal(fe_buf_puts(&runtime->schemas, "[]"), 0);
    runtime->polled_ns = runtime->schemas_ns = 5;
    assert_int_equal(fe_queue_submit(&runtime->queue, &request, &job), 0);
    fe_clock_advance(&f->env.clock, FE_NS_PER_S);
    assert_ptr_equal(open_runtime(f, "a", NULL), runtime);
    assert_false(fe_slice_eq(runtime->auth_token, fe_slice_cstr(before)));
    assert_int_equal(job->state, FE_JOB_CANCELED);
    assert_int_equal(runtime->schemas.len, 0);
    assert_int_equal(runtime->polled_ns + runtime->schemas_ns, 0);
    assert_int_equal(runtime->created_ns, 2 * FE_NS_PER_S);
    assert_ptr_equal(runtime_of(f, "ri.1", "master"), runtime);
}

static void an_app_leads_to_one_runtime_a_branch(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *a = open_runtime(f, "a", NULL);
    struct fe_runtime *b = open_runtime(f, "b", NULL);
    bind_app(f, a, "ri.1", "", true);
    bind_app(f, b, "ri.1", "dev", true);
    assert_ptr_equal(runtime_of(f, "ri.1", "master"), a);
    assert_ptr_equal(runtime_of(f, "ri.1", "dev"), b);
    assert_null(runtime_of(f, "ri.1", "other"));
    assert_null(runtime_of(f, "ri.2", ""));
    bind_app(f, b, "ri.1", "master", true);
    assert_ptr_equal(runtime_of(f, "ri.1", "master"), b);
    assert_true(TAILQ_EMPTY(&a->apps));
}

static void no_branch_means_the_first_active_one(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *a = open_runtime(f, "a", NULL);
    struct fe_runtime *b = open_runtime(f, "b", NULL);
    bind_app(f, a, "ri.1", "master", false);
    assert_null(runtime_of(f, "ri.1", ""));
    bind_app(f, b, "ri.1", "dev", true);
    assert_ptr_equal(runtime_of(f, "ri.1", ""), b);
    /* An inactive one is still found by its name, for whoever wants to say so. */
    assert_ptr_equal(runtime_of(f, "ri.1", "master"), a);
}

static void a_removed_runtime_takes_its_apps_along(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *a = open_runtime(f, "a", NULL);
    struct fe_runtime *b = open_runtime(f, "b", NULL);
    bind_app(f, a, "ri.1", "one", true);
    bind_app(f, b, "ri.1", "two", true);
    bind_app(f, b, "ri.1", "four", true);
    bind_app(f, a, "ri.1", "three", true);
    fe_runtimes_remove(f->runtimes, a);
    assert_null(fe_runtimes_find(f->runtimes, FE_SLICE("a")));
    assert_null(runtime_of(f, "ri.1", "one"));
    assert_null(runtime_of(f, "ri.1", "three"));
    assert_ptr_equal(runtime_of(f, "ri.1", "two"), b);
    assert_ptr_equal(runtime_of(f, "ri.1", "four"), b);
    fe_runtimes_remove(f->runtimes, b);
    assert_null(runtime_of(f, "ri.1", ""));
}

static void there_may_be_so_many_runtimes(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *runtime = NULL;
    struct fe_arena arena = {0};
    for (unsigned i = 0; i < FE_LIMIT_RUNTIMES; i++) {
        runtime = open_runtime(f, fe_arena_printf(&arena, "runtime-%u", i).ptr, "t");
    }
    const struct fe_runtime_request more = {
        .id = FE_SLICE("more"), .auth_token = FE_SLICE("t"), .poll_timeout_ms = -1};
    assert_int_equal(fe_runtimes_open(f->runtimes, &more, &runtime), -ENOBUFS);
    (void)open_runtime(f, "runtime-0", "t");
    fe_arena_done(&arena);
}

static void there_may_be_so_many_apps(void **state)
{
    struct fixture *f = *state;
    struct fe_runtime *runtime = open_runtime(f, "a", NULL);
    struct fe_arena arena = {0};
    for (unsigned i = 0; i < FE_LIMIT_RUNTIMES; i++) {
        bind_app(f, runtime, fe_arena_printf(&arena, "ri.%u", i).ptr, "", true);
    }
    const struct fe_app_binding more = {.rid = FE_SLICE("more")};
    assert_int_equal(fe_runtimes_bind(f->runtimes, runtime, &more), -ENOBUFS);
    bind_app(f, runtime, "ri.0", "", false);
    fe_runtimes_unbind_all(f->runtimes, runtime);
    bind_app(f, runtime, "more", "", true);
    fe_arena_done(&arena);
}

static void clearing_forgets_all(void **state)
{
    struct fixture *f = *state;
    bind_app(f, open_runtime(f, "a", NULL), "ri.1", "", true);
    fe_runtimes_clear(f->runtimes);
    assert_null(fe_runtimes_first(f->runtimes));
    assert_null(runtime_of(f, "ri.1", ""));
    fe_runtimes_clear(f->runtimes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_runtime_is_found_by_any_text),
        TEST(ids_are_valid_when_a_path_can_carry_them),
        TEST(tokens_are_valid_when_a_header_can_carry_them),
        TEST(a_token_is_as_given_or_drawn),
        TEST(a_reset_begins_anew_and_keeps_the_apps),
        TEST(an_app_leads_to_one_runtime_a_branch),
        TEST(no_branch_means_the_first_active_one),
        TEST(a_removed_runtime_takes_its_apps_along),
        TEST(there_may_be_so_many_runtimes),
        TEST(there_may_be_so_many_apps),
        TEST(clearing_forgets_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdlib.h>

#include "emulate/compute/compute_seed.h"
#include "util/alloc.h"

struct seeding {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_settings settings;
    struct fe_jobs *jobs;
    struct fe_runtimes *runtimes;
    struct fe_errors errors;
};

static int setup(void **state)
{
    struct seeding *s = fe_xalloc(sizeof(*s));
    fe_clock_init(&s->env.clock);
    fe_random_init_deterministic(&s->env.random, 3);
    s->loop = fe_loop_new();
    s->jobs = fe_jobs_new(&s->env, s->loop, &s->settings);
    s->runtimes = fe_runtimes_new(&s->env, s->jobs);
    fe_errors_init(&s->errors);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct seeding *s = *state;
    fe_errors_done(&s->errors);
    fe_runtimes_free(s->runtimes);
    fe_jobs_free(s->jobs);
    fe_loop_free(s->loop);
    free(s);
    return 0;
}

/* One file; `text` is what stands under foundry:. */
static void seed(struct seeding *s, const char *text)
{
    struct fe_config config;
    struct fe_fields foundry;
    assert_int_equal(fe_config_parse(&config, "x.yaml", fe_slice_cstr(text), &s->errors), 0);
    fe_fields_init(&foundry, &config, config.root, &s->errors);
    fe_compute_seed(s->runtimes, &foundry);
    fe_fields_done(&foundry);
    fe_config_done(&config);
}

static const struct fe_runtime *runtime(struct seeding *s, const char *id)
{
    return fe_runtimes_find(s->runtimes, fe_slice_cstr(id));
}

static const struct fe_deployed_app *app(struct seeding *s, const char *rid, const char *branch)
{
    return fe_runtimes_app(s->runtimes, fe_slice_cstr(rid), fe_slice_cstr(branch));
}

static void makes_runtimes_and_apps(void **state)
{
    struct seeding *s = *state;
    seed(s,
         "compute_modules:\n"
         "  deployed_apps:\n"
         "    - {deployed_app_rid: ri.1, runtime_id: a, display_name: One}\n"
         "    - {deployed_app_rid: ri.1, branch: dev, runtime_id: implied, active: false}\n"
         "  runtimes:\n"
         "    - {runtime_id: a, module_auth_token: secret, poll_timeout: 500ms, job_timeout: 2s,\n"
         "       queue_timeout: 0}\n"
         "    - runtime_id: b\n");
    assert_int_equal(s->errors.count, 0);
    assert_slice(runtime(s, "a")->auth_token, "secret");
    assert_int_equal(runtime(s, "a")->poll_timeout_ms, 500);
    assert_int_equal(runtime(s, "a")->queue.job_timeout_ms, 2000);
    assert_int_equal(runtime(s, "a")->queue.queue_timeout_ms, 0);
    assert_int_equal(runtime(s, "b")->poll_timeout_ms, -1);
    assert_int_equal(runtime(s, "b")->queue.job_timeout_ms, -1);
    assert_int_equal(runtime(s, "b")->queue.queue_timeout_ms, -1);
    assert_true(runtime(s, "b")->auth_token.len > 43);
    assert_ptr_equal(app(s, "ri.1", "master")->runtime, runtime(s, "a"));
    assert_slice(app(s, "ri.1", "master")->display_name, "One");
    assert_true(app(s, "ri.1", "master")->active);
    assert_ptr_equal(app(s, "ri.1", "dev")->runtime, runtime(s, "implied"));
    assert_false(app(s, "ri.1", "dev")->active);
}

static void a_runtime_may_ask_for_more_in_its_container(void **state)
{
    struct seeding *s = *state;
    seed(s, "compute_modules:\n"
            "  runtimes:\n"
            "    - runtime_id: a\n"
            "      auth_header: true\n"
            "      client_id: app\n"
            "      source_credentials: {db: {user: u, port: '5'}}\n"
            "      resource_aliases: {in: {rid: ri.x}}\n"
            "    - {runtime_id: b, source_credentials: null}\n");
    assert_int_equal(s->errors.count, 0);
    const struct fe_runtime_extras *extras = &runtime(s, "a")->extras;
    assert_true(extras->auth_header);
    assert_slice(extras->client_id, "app");
    assert_slice(extras->source_credentials, "{\"db\":{\"user\":\"u\",\"port\":\"5\"}}");
    assert_slice(extras->resource_aliases, "{\"in\":{\"rid\":\"ri.x\"}}");
    extras = &runtime(s, "b")->extras;
    assert_false(extras->auth_header);
    assert_int_equal(extras->client_id.len + extras->source_credentials.len, 0);
}

static void a_seed_without_the_section_makes_nothing(void **state)
{
    struct seeding *s = *state;
    seed(s, "{}");
    seed(s, "compute_modules:\n");
    seed(s, "compute_modules: {runtimes: [], deployed_apps: []}\n");
    assert_int_equal(s->errors.count, 0);
    assert_null(fe_runtimes_first(s->runtimes));
}

static void a_later_file_may_list_what_an_app_implied(void **state)
{
    struct seeding *s = *state;
    seed(s, "compute_modules: {deployed_apps: [{deployed_app_rid: ri.1, runtime_id: a}]}\n");
    seed(s, "compute_modules: {runtimes: [{runtime_id: a, module_auth_token: secret}]}\n");
    seed(s, "compute_modules: {deployed_apps: [{deployed_app_rid: ri.2, runtime_id: a}]}\n");
    assert_int_equal(s->errors.count, 0);
    assert_slice(runtime(s, "a")->auth_token, "secret");
    assert_ptr_equal(app(s, "ri.1", "")->runtime, runtime(s, "a"));
    assert_ptr_equal(app(s, "ri.2", "")->runtime, runtime(s, "a"));
}

static void assert_reported(struct seeding *s, const char *text)
{
    if (s->errors.text.ptr == NULL || strstr(s->errors.text.ptr, text) == NULL) {
        fail_msg("expected %s in: %s", text, s->errors.text.ptr ? s->errors.text.ptr : "");
    }
}

static void reports_every_mistake_where_it_stands(void **state)
{
    struct seeding *s = *state;
    seed(s, "compute_modules:\n"
            "  runtimes:\n"
            "    - {runtime_id: a}\n"
            "    - {runtime_id: a}\n"
            "    - {runtime_id: ..}\n"
            "    - {module_auth_token: x}\n"
            "    - {runtime_id: b, module_auth_token: 'a b'}\n"
            "    - {runtime_id: c, poll_timeout: soon}\n"
            "    - {runtime_id: d, colour: red}\n"
            "  deployed_apps:\n"
            "    - {deployed_app_rid: ri.1, runtime_id: a}\n"
            "    - {deployed_app_rid: ri.1, branch: master, runtime_id: d}\n"
            "    - {runtime_id: a}\n"
            "    - {deployed_app_rid: ri.2}\n"
            "    - {deployed_app_rid: ri.3, runtime_id: a, active: perhaps}\n"
            "  wheels: 4\n");
    assert_reported(s, "x.yaml:4: compute_modules.runtimes[1].runtime_id: \"a\" is listed already");
    assert_reported(s, "x.yaml:5: compute_modules.runtimes[2].runtime_id: cannot be");
    assert_reported(s, "x.yaml:6: compute_modules.runtimes[3]");
    assert_reported(s, "x.yaml:7: compute_modules.runtimes[4].module_auth_token: cannot be sent");
    assert_reported(s, "x.yaml:8: compute_modules.runtimes[5].poll_timeout");
    assert_reported(s, "x.yaml:9: compute_modules.runtimes[6].colour");
    assert_reported(s,
                    "x.yaml:12: compute_modules.deployed_apps[1].deployed_app_rid: \"ri.1\" has");
    assert_reported(s, "x.yaml:13: compute_modules.deployed_apps[2]");
    assert_reported(s, "x.yaml:14: compute_modules.deployed_apps[3]");
    assert_reported(s, "x.yaml:15: compute_modules.deployed_apps[4].active");
    assert_reported(s, "x.yaml:16: compute_modules.wheels");
    assert_int_equal(s->errors.count, 11);
    assert_null(runtime(s, "b"));
}

static void extras_of_another_kind_are_mistakes(void **state)
{
    struct seeding *s = *state;
    seed(s, "compute_modules:\n"
            "  runtimes:\n"
            "    - runtime_id: a\n"
            "      source_credentials: {db: flat}\n"
            "      resource_aliases: [in]\n"
            "      auth_header: maybe\n");
    assert_reported(s, "x.yaml:4: compute_modules.runtimes[0].source_credentials: expected a");
    assert_reported(s, "x.yaml:5: compute_modules.runtimes[0].resource_aliases: expected a");
    assert_reported(s, "x.yaml:6: compute_modules.runtimes[0].auth_header");
    assert_int_equal(s->errors.count, 3);
}

static void a_runtime_in_two_files_is_a_mistake(void **state)
{
    struct seeding *s = *state;
    seed(s, "compute_modules: {runtimes: [{runtime_id: a}]}\n");
    seed(s, "compute_modules: {runtimes: [{runtime_id: a}]}\n");
    assert_int_equal(s->errors.count, 1);
    assert_reported(s, "is listed already");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(makes_runtimes_and_apps),
        TEST(a_runtime_may_ask_for_more_in_its_container),
        TEST(extras_of_another_kind_are_mistakes),
        TEST(a_seed_without_the_section_makes_nothing),
        TEST(a_later_file_may_list_what_an_app_implied),
        TEST(reports_every_mistake_where_it_stands),
        TEST(a_runtime_in_two_files_is_a_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

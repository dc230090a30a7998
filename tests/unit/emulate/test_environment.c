/* SPDX-License-Identifier: MIT */
/* What a module's container is given. */
#include "compute_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ENV RUNTIMES "/rt/env"

static struct fe_loopback *get(struct fixture *f, const char *target)
{
    const struct fe_loopback_request request = {FE_GET, target, NULL, FE_SLICE("")};
    return fe_loopback_send(&f->app, &f->env, f->loop, &request);
}

static void reset_runtime(struct fixture *f, const char *members)
{
    char body[512];
    (void)snprintf(body, sizeof(body), "{\"runtimeId\":\"rt\",\"moduleAuthToken\":\"secret\"%s}",
                   members);
    struct fe_loopback *client = ask(f, FE_POST, RUNTIMES, NULL, body);
    assert_int_equal(fe_loopback_status(client), 200);
    fe_loopback_free(client);
}

static void assert_line(struct fe_loopback *client, const char *line)
{
    struct fe_slice rest = fe_loopback_body(client);
    struct fe_slice each = FE_SLICE("");
    while (fe_slice_split(&rest, '\n', &each)) {
        if (fe_slice_eq(each, fe_slice_cstr(line))) {
            return;
        }
    }
    fail_msg("no line %s in " FE_PRI, line, FE_ARG(fe_loopback_body(client)));
}

static void assert_text(struct fixture *f, const char *target, const char *text)
{
    struct fe_loopback *client = get(f, target);
    assert_int_equal(fe_loopback_status(client), 200);
    assert_slice(fe_loopback_body(client), text);
    fe_loopback_free(client);
}

static void a_dotenv_file_has_values_and_paths(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *client = get(f, ENV "?dir=/tmp/it%20is");
    assert_int_equal(fe_loopback_status(client), 200);
    assert_line(client, "GET_JOB_URI=http://localhost" RUNTIMES "/rt/job");
    assert_line(client, "POST_RESULT_URI=http://localhost" RUNTIMES "/rt/results");
    assert_line(client, "POST_SCHEMA_URI=http://localhost" RUNTIMES "/rt/schemas");
    assert_line(client,
                "RESTART_NOTIFICATION_URI=http://localhost" RUNTIMES "/rt/restart-notification");
    assert_line(client, "GET_JOB_PATH=" RUNTIMES "/rt/job");
    assert_line(client, "RUNTIME_HOST=localhost");
    assert_line(client, "RUNTIME_PORT=80");
    assert_line(client, "MAX_CONCURRENT_TASKS=1");
    assert_line(client, "FOUNDRY_COMPUTE_MODULE_RID=ri.app");
    assert_line(client, "MODULE_AUTH_TOKEN=/tmp/it is/MODULE_AUTH_TOKEN");
    assert_line(client, "FOUNDRY_SERVICE_DISCOVERY_V2=/tmp/it is/FOUNDRY_SERVICE_DISCOVERY_V2");
    fe_loopback_free(client);
}

static void the_token_file_holds_the_token_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    assert_text(f, ENV "/files/MODULE_AUTH_TOKEN", "secret");
    assert_text(f, ENV "/files",
                "MODULE_AUTH_TOKEN\nCONNECTION_TO_RUNTIME\nFOUNDRY_SERVICE_DISCOVERY_V2\n");
    assert_error(get(f, ENV "/files/ca.pem"), 404, "ComputeModules:FileNotFound");
}

static void every_replica_has_a_session_of_its_own(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *one = get(f, ENV "?format=json");
    struct fe_loopback *two = get(f, ENV "?format=json");
    struct fe_slice first = json_at(fe_loopback_body(one), "variables.COMPUTE_SESSION_ID");
    struct fe_slice second = json_at(fe_loopback_body(two), "variables.COMPUTE_SESSION_ID");
    assert_true(fe_slice_starts(first, FE_SLICE("\"ses-")));
    assert_int_equal(first.len, second.len);
    assert_memory_not_equal(first.ptr, second.ptr, first.len);
    ASSERT_MEMBER(one, "files.MODULE_AUTH_TOKEN", "\"secret\"");
    fe_loopback_free(one);
    fe_loopback_free(two);
}

static void what_was_asked_for_is_there(void **state)
{
    struct fixture *f = *state;
    reset_runtime(f, ",\"clientId\":\"app\",\"sourceCredentials\":{\"db\": {\"user\":\"u\"}},"
                     "\"resourceAliasMap\":{\"in\":{\"rid\":\"ri.x\"}}");
    struct fe_loopback *client = get(f, ENV);
    assert_line(client, "CLIENT_ID=app");
    assert_line(client, "SOURCE_CREDENTIALS=/opt/foundry-emulator/SOURCE_CREDENTIALS");
    assert_line(client, "RESOURCE_ALIAS_MAP=/opt/foundry-emulator/RESOURCE_ALIAS_MAP");
    fe_loopback_free(client);
    assert_text(f, ENV "/files/SOURCE_CREDENTIALS", "{\"db\": {\"user\":\"u\"}}");
    assert_text(f, ENV "/files/RESOURCE_ALIAS_MAP", "{\"in\":{\"rid\":\"ri.x\"}}");
}

static void modules_are_sent_to_the_tls_listener_with_its_ca(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/test-environment-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "PEM", 3), 3);
    assert_int_equal(close(fd), 0);
    f->state->settings.ca_file = fe_slice_cstr(path);
    f->state->settings.tls_port = 8945;
    struct fe_loopback *client = get(f, ENV "?dir=/d");
    assert_line(client, "GET_JOB_URI=https://localhost:8945" RUNTIMES "/rt/job");
    assert_line(client, "RUNTIME_PORT=8945");
    assert_line(client, "RUNTIME_API=localhost:8945");
    assert_line(client, "DEFAULT_CA_PATH=/d/ca.pem");
    assert_line(client, "CONNECTIONS_TO_OTHER_PODS_CA_PATH=/d/ca.pem");
    fe_loopback_free(client);
    assert_text(f, ENV "/files/ca.pem", "PEM");
    assert_text(f, ENV "/files/CONNECTION_TO_RUNTIME?dir=/d",
                "{\"host\":\"localhost\",\"port\":\"8945\",\"getJobPath\":\"" RUNTIMES
                "/rt/job\",\"postResultPath\":\"" RUNTIMES
                "/rt/results\",\"moduleAuthToken\":\"secret\",\"trustStorePath\":\"/d/ca.pem\"}");
    assert_text(f, ENV "/files",
                "MODULE_AUTH_TOKEN\nCONNECTION_TO_RUNTIME\nca.pem\nFOUNDRY_SERVICE_DISCOVERY_V2\n");
    assert_int_equal(unlink(path), 0);
    assert_error(get(f, ENV), 500, "Default:Internal");
}

static void the_module_url_wins(void **state)
{
    struct fixture *f = *state;
    f->state->settings.tls_port = 8945;
    f->state->settings.module_url = FE_SLICE("https://host.docker.internal:9000");
    struct fe_loopback *client = get(f, ENV);
    assert_line(client, "RUNTIME_HOST=host.docker.internal");
    assert_line(client, "RUNTIME_PORT=9000");
    fe_loopback_free(client);
    assert_text(f, ENV "?format=docker&dir=/it's",
                "docker run --rm --user \"$(id -u):$(id -g)\" --env-file '/it'\\''s/module.env' "
                "--volume '/it'\\''s:/it'\\''s:ro' IMAGE\n");
}

static void without_it_a_container_is_on_the_hosts_network(void **state)
{
    struct fixture *f = *state;
    assert_text(f, ENV "?format=docker&dir=/d",
                "docker run --rm --user \"$(id -u):$(id -g)\" --network host --env-file "
                "'/d/module.env' --volume '/d:/d:ro' IMAGE\n");
}

static void refuses_what_it_cannot_write(void **state)
{
    static const char *const targets[] = {ENV "?format=yaml", ENV "?dir=relative",
                                          ENV "?dir=/a%0Ab", ENV "?dir=%zz"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        assert_error(get(f, targets[i]), 400, "Default:InvalidArgument");
    }
    assert_error(get(f, RUNTIMES "/nowhere/env"), 404, "ComputeModules:RuntimeNotFound");
    reset_runtime(f, ",\"clientId\":\"two\\nlines\"");
    assert_error(get(f, ENV), 400, "Default:InvalidArgument");
}

static void refuses_extras_of_another_kind(void **state)
{
    static const char *const bodies[] = {"{\"runtimeId\":\"rt\",\"authHeader\":\"yes\"}",
                                         "{\"runtimeId\":\"rt\",\"clientId\":1}",
                                         "{\"runtimeId\":\"rt\",\"sourceCredentials\":[]}",
                                         "{\"runtimeId\":\"rt\",\"resourceAliasMap\":\"x\"}"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_error(ask(f, FE_POST, RUNTIMES, NULL, bodies[i]), 400, "Default:InvalidArgument");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dotenv_file_has_values_and_paths),
        TEST(the_token_file_holds_the_token_and_nothing_else),
        TEST(every_replica_has_a_session_of_its_own),
        TEST(what_was_asked_for_is_there),
        TEST(modules_are_sent_to_the_tls_listener_with_its_ca),
        TEST(the_module_url_wins),
        TEST(without_it_a_container_is_on_the_hosts_network),
        TEST(refuses_what_it_cannot_write),
        TEST(refuses_extras_of_another_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

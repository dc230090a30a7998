/* SPDX-License-Identifier: MIT */
/* The control routes and the mode switch, by the loopback door. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/loopback.h"
#include "server/emulator_private.h"
#include "util/alloc.h"

static int setup(void **state)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    (void)fe_options_set(options, "log-level", "error", FE_OPTION_COMMAND_LINE, NULL, 0);
    int r = fe_emulator_new(options, &emulator, &errors);
    fe_options_free(options);
    *state = emulator;
    return r;
}

static int teardown(void **state)
{
    fe_emulator_free(*state);
    return 0;
}

static struct fe_loopback *request(struct fe_emulator *emulator, enum fe_method method,
                                   const char *target, const char *const *headers, const char *body)
{
    const struct fe_loopback_request r = {method, target, headers, fe_slice_cstr(body)};
    return fe_loopback_send(&emulator->app, &emulator->env, emulator->loop, &r);
}

static bool body_has(const struct fe_loopback *client, const char *part)
{
    struct fe_slice body = fe_loopback_body(client);
    char *text = fe_xstrdup(body);
    bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

static void expect(struct fe_emulator *emulator, enum fe_method method, const char *target,
                   const char *body, int status, const char *part)
{
    struct fe_loopback *client = request(emulator, method, target, NULL, body);
    assert_true(fe_loopback_done(client));
    assert_int_equal(fe_loopback_status(client), status);
    assert_true(body_has(client, part));
    assert_true(fe_slice_eq(fe_loopback_header(client, "X-Foundry-Emulator"), FE_SLICE("emulate")));
    fe_loopback_free(client);
}

static void says_that_it_is_alive(void **state)
{
    expect(*state, FE_GET, "/_emulate/health", "", 200, "\"status\":\"ok\"");
}

static void moves_and_stops_the_clock(void **state)
{
    struct fe_emulator *emulator = *state;
    expect(emulator, FE_PUT, "/_emulate/clock",
           "{\"mode\":\"frozen\",\"now\":\"2026-01-31T12:00:00Z\"}", 200,
           "{\"now\":\"2026-01-31T12:00:00.000Z\",\"mode\":\"frozen\"}");
    expect(emulator, FE_PUT, "/_emulate/clock", "{\"advance\":\"1h\"}", 200,
           "2026-01-31T13:00:00.000Z");
    expect(emulator, FE_GET, "/_emulate/clock", "", 200, "\"mode\":\"frozen\"");
    expect(emulator, FE_PUT, "/_emulate/clock", "{\"mode\":\"wall\"}", 200, "\"mode\":\"wall\"");
}

static void refuses_what_is_no_clock_setting(void **state)
{
    static const char *const bad[] = {"",
                                      "{",
                                      "[]",
                                      "{}",
                                      "{\"advance\":5}",
                                      "{\"advance\":\"soon\"}",
                                      "{\"mode\":\"fast\"}",
                                      "{\"mode\":\"frozen\",\"now\":\"today\"}",
                                      "{\"mode\":\"frozen\",\"advance\":\"1h\"}",
                                      "{\"now\":\"2026-01-31T12:00:00Z\"}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect(*state, FE_PUT, "/_emulate/clock", bad[i], 400, "Default:InvalidArgument");
    }
}

static void keeps_a_journal_without_secrets(void **state)
{
    struct fe_emulator *emulator = *state;
    expect(emulator, FE_GET, "/nowhere?code=verysecret&x=1", "", 404, "RouteNotMounted");
    expect(emulator, FE_GET, "/_emulate/journal?limit=1", "", 200,
           "\"target\":\"/nowhere?code=***&x=1\"");
    expect(emulator, FE_GET, "/_emulate/journal?limit=x", "", 400, "limit");
    expect(emulator, FE_POST, "/_emulate/reset", "", 204, "");
    struct fe_loopback *client = request(emulator, FE_GET, "/_emulate/journal", NULL, "");
    assert_true(body_has(client, "{\"exchanges\":[]}"));
    fe_loopback_free(client);
    expect(emulator, FE_GET, "/_emulate/journal", "", 200, "{\"exchanges\":[{\"id\":1,");
}

static void expect_foreign(struct fe_emulator *emulator, enum fe_method method, const char *target,
                           const char *const *headers)
{
    struct fe_loopback *client = request(emulator, method, target, headers, "");
    assert_int_equal(fe_loopback_status(client), 403);
    assert_true(body_has(client, "Emulator:ForeignHost"));
    assert_true(body_has(client, "--public-url"));
    fe_loopback_free(client);
}

static void refuses_foreign_hosts_and_origins_on_its_own_routes(void **state)
{
    const char *const host[] = {"Host", "evil.example", NULL};
    const char *const origin[] = {"Origin", "https://evil.example", NULL};
    expect_foreign(*state, FE_GET, "/_emulate/health", host);
    expect_foreign(*state, FE_POST, "/_emulate/reset", origin);
    expect_foreign(*state, FE_GET, "/_emulate/foundry/compute-modules/runtimes", host);
}

static void tells_unknown_public_routes_from_internal_ones(void **state)
{
    struct fe_loopback *client = request(*state, FE_GET, "/api/v2/nothing", NULL, "");
    assert_int_equal(fe_loopback_status(client), 404);
    assert_int_equal(fe_loopback_body(client).len, 0);
    fe_loopback_free(client);
    expect(*state, FE_GET, "/module-group/api/x", "", 404, "Route:RouteNotMounted");
    expect(*state, FE_DELETE, "/_emulate/health", "", 405, "Default:MethodNotAllowed");
}

static void answers_preflights_but_not_for_its_own_routes(void **state)
{
    const char *const headers[] = {
        "Origin", "http://localhost:3000",          "Access-Control-Request-Method",
        "POST",   "Access-Control-Request-Headers", "authorization, fetch-user-agent",
        NULL};
    struct fe_loopback *client =
        request(*state, FE_OPTIONS, "/multipass/api/oauth2/token", headers, "");
    assert_int_equal(fe_loopback_status(client), 204);
    assert_true(fe_slice_eq(fe_loopback_header(client, "Access-Control-Allow-Headers"),
                            FE_SLICE("authorization, fetch-user-agent")));
    assert_true(fe_slice_eq(fe_loopback_header(client, "Access-Control-Allow-Origin"),
                            FE_SLICE("http://localhost:3000")));
    fe_loopback_free(client);
    client = request(*state, FE_OPTIONS, "/_emulate/health", headers, "");
    assert_int_not_equal(fe_loopback_status(client), 204);
    assert_int_equal(fe_loopback_header(client, "Access-Control-Allow-Origin").len, 0);
    fe_loopback_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(says_that_it_is_alive, setup, teardown),
        cmocka_unit_test_setup_teardown(moves_and_stops_the_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_clock_setting, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_a_journal_without_secrets, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_foreign_hosts_and_origins_on_its_own_routes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(tells_unknown_public_routes_from_internal_ones, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(answers_preflights_but_not_for_its_own_routes, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Faults: which requests they hit, with what, and how often; by the loopback door. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/loopback.h"
#include "server/emulator_private.h"
#include "util/alloc.h"
#include "util/limits.h"

static const char current_user[] = "/api/v2/admin/users/getCurrent";
static const char *const admin[] = {"Authorization", "Bearer test_token_admin", NULL};

/* NULL, and the errors, if the seed is wrong. */
static struct fe_emulator *open_emulator(const char *seed_file, char **errors_out)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    (void)fe_options_set(options, "log-level", "error", FE_OPTION_COMMAND_LINE, NULL, 0);
    (void)fe_options_set(options, "deterministic", "7", FE_OPTION_COMMAND_LINE, NULL, 0);
    if (seed_file) {
        (void)fe_options_set(options, "seed", seed_file, FE_OPTION_COMMAND_LINE, NULL, 0);
    }
    (void)fe_emulator_new(options, &emulator, errors_out);
    fe_options_free(options);
    return emulator;
}

static int setup(void **state)
{
    char *errors = NULL;
    *state = open_emulator(NULL, &errors);
    return *state ? 0 : -1;
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
    char *text = fe_xstrdup(fe_loopback_body(client));
    bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

static void expect_answer(struct fe_loopback *client, int status, const char *part)
{
    assert_int_equal(fe_loopback_status(client), status);
    if (!body_has(client, part)) {
        fail_msg("no %s in %.*s", part, (int)fe_loopback_body(client).len,
                 fe_loopback_body(client).ptr);
    }
    fe_loopback_free(client);
}

static void expect(struct fe_emulator *emulator, enum fe_method method, const char *target,
                   const char *body, int status, const char *part)
{
    expect_answer(request(emulator, method, target, NULL, body), status, part);
}

static void inject(struct fe_emulator *emulator, const char *fault)
{
    expect(emulator, FE_POST, "/_emulate/faults", fault, 201, "\"hits\":0");
}

static int status_of(struct fe_emulator *emulator, const char *target)
{
    struct fe_loopback *client = request(emulator, FE_GET, target, admin, "");
    int status = fe_loopback_status(client);
    fe_loopback_free(client);
    return status;
}

/* "-": passed, "x": hit. */
static void ask(struct fe_emulator *emulator, size_t times, char *seen_out)
{
    for (size_t i = 0; i < times; i++) {
        seen_out[i] = status_of(emulator, current_user) == 200 ? '-' : 'x';
    }
    seen_out[times] = '\0';
}

static void expect_fault(struct fe_emulator *emulator, const char *id, const char *part)
{
    char target[64];
    (void)snprintf(target, sizeof(target), "/_emulate/faults/%s", id);
    expect(emulator, FE_GET, target, "", 200, part);
}

/* ── which ── */

static void hits_what_its_pattern_and_method_fit(void **state)
{
    inject(*state, "{\"path\":\"/api/*/admin/**\",\"method\":\"GET\",\"status\":500}");
    assert_int_equal(status_of(*state, current_user), 500);
    assert_int_equal(status_of(*state, "/api/v2/admin/users?x=/y"), 500);
    assert_int_equal(status_of(*state, "/multipass/api/me"), 200);
    expect_answer(request(*state, FE_POST, current_user, admin, ""), 405, "MethodNotAllowed");
    expect_fault(*state, "1", "\"seen\":2,\"hits\":2");
}

static void lets_some_through_first_and_ends_when_it_has_hit_enough(void **state)
{
    char seen[16];
    inject(*state, "{\"path\":\"/**\",\"status\":500,\"after\":2,\"count\":3}");
    ask(*state, 8, seen);
    assert_string_equal(seen, "--xxx---");
}

static void the_first_that_hits_is_the_only_one(void **state)
{
    inject(*state, "{\"path\":\"/**\",\"status\":503,\"count\":1}");
    inject(*state, "{\"path\":\"/api/**\",\"status\":500}");
    assert_int_equal(status_of(*state, current_user), 503);
    assert_int_equal(status_of(*state, current_user), 500);
    expect_fault(*state, "1", "\"seen\":2,\"hits\":1");
    expect_fault(*state, "2", "\"seen\":1,\"hits\":1");
}

static void a_seed_decides_what_is_drawn(void **state)
{
    static const char half[] = "{\"path\":\"/**\",\"status\":500,\"probability\":0.5,\"seed\":11}";
    static const char other[] = "{\"path\":\"/**\",\"status\":500,\"probability\":0.5,\"seed\":12}";
    char first[41];
    char again[41];
    inject(*state, half);
    ask(*state, 40, first);
    assert_non_null(strchr(first, 'x'));
    assert_non_null(strchr(first, '-'));

    expect(*state, FE_DELETE, "/_emulate/faults", "", 204, "");
    inject(*state, half);
    ask(*state, 40, again);
    assert_string_equal(first, again);

    expect(*state, FE_DELETE, "/_emulate/faults", "", 204, "");
    inject(*state, other);
    ask(*state, 40, again);
    assert_string_not_equal(first, again);
}

static void a_seed_that_nobody_says_is_drawn_and_told(void **state)
{
    struct fe_loopback *client =
        request(*state, FE_POST, "/_emulate/faults", NULL, "{\"path\":\"/**\",\"status\":500}");
    char *first = fe_xstrdup(fe_loopback_body(client));
    fe_loopback_free(client);
    assert_non_null(strstr(first, "\"seed\":"));
    expect(*state, FE_POST, "/_emulate/reset", "", 204, "");
    expect(*state, FE_POST, "/_emulate/faults", "{\"path\":\"/**\",\"status\":500}", 201, first);
    free(first);
}

static void draws_change_no_id(void **state)
{
    struct fe_loopback *client = request(*state, FE_GET, current_user, NULL, "");
    char *plain = fe_xstrdup(fe_loopback_body(client));
    fe_loopback_free(client);
    assert_non_null(strstr(plain, "errorInstanceId"));
    expect(*state, FE_POST, "/_emulate/reset", "", 204, "");
    inject(*state, "{\"path\":\"/**\",\"status\":500,\"probability\":0}");
    expect(*state, FE_GET, current_user, "", 401, plain);
    free(plain);
}

static void its_own_routes_do_not_fail_unless_they_are_a_modules(void **state)
{
    static const char runtimes[] = "/_emulate/foundry/compute-modules/runtimes";
    inject(*state, "{\"path\":\"/**\",\"status\":500}");
    expect(*state, FE_GET, "/_emulate/health", "", 200, "ok");
    expect(*state, FE_GET, runtimes, "", 200, "");
    inject(*state, "{\"path\":\"/_emulate/foundry/**\",\"status\":500}");
    expect(*state, FE_GET, "/_emulate/health", "", 200, "ok");
    expect(*state, FE_GET, runtimes, "", 500, "Default:Internal");
}

static void a_foreign_page_is_told_no_more_than_before(void **state)
{
    static const char *const foreign[] = {"Host", "evil.example", NULL};
    inject(*state, "{\"path\":\"/_emulate/foundry/**\",\"status\":500}");
    expect_answer(
        request(*state, FE_GET, "/_emulate/foundry/compute-modules/runtimes", foreign, ""), 403,
        "Emulator:ForeignHost");
    expect_fault(*state, "1", "\"seen\":0,");
}

static void a_preflight_fails_only_where_it_is_named(void **state)
{
    static const char *const preflight[] = {"Origin", "http://app.example",
                                            "Access-Control-Request-Method", "GET", NULL};
    inject(*state, "{\"path\":\"/**\",\"status\":500}");
    expect_answer(request(*state, FE_OPTIONS, current_user, preflight, ""), 204, "");
    inject(*state, "{\"path\":\"/**\",\"method\":\"OPTIONS\",\"status\":503}");
    expect_answer(request(*state, FE_OPTIONS, current_user, preflight, ""), 503,
                  "Default:Internal");
}

/* ── what ── */

static void a_status_has_the_body_of_its_api(void **state)
{
    static const struct {
        const char *path;
        int status;
        const char *part;
    } cases[] = {
        {"/api/v2/ontologies", 400, "{\"errorCode\":\"INVALID_ARGUMENT\",\"errorName\":\"Default:"},
        {"/api/v2/ontologies", 403, "\"errorCode\":\"PERMISSION_DENIED\""},
        {"/api/v2/ontologies", 404, "\"errorName\":\"Default:NotFound\""},
        {"/api/v2/ontologies", 418, "\"errorCode\":\"CUSTOM_CLIENT\""},
        {"/api/v2/ontologies", 429, "\"errorCode\":\"TOO_MANY_REQUESTS\""},
        {"/api/v2/ontologies", 502, "\"errorCode\":\"CUSTOM_SERVER\""},
        {"/nowhere", 504, "\"errorCode\":\"TIMEOUT\""},
        {"/multipass/api/me", 401, "\"errorName\":\"Default:Unauthorized\""},
        {"/multipass/api/oauth2/token", 400, "{\"error\":\"invalid_request\","},
        {"/multipass/api/oauth2/token", 401, "{\"error\":\"invalid_client\","},
        {"/multipass/api/oauth2/token", 403, "{\"error\":\"access_denied\","},
        {"/multipass/api/oauth2/token", 500, "{\"error\":\"server_error\","},
        {"/multipass/api/oauth2/revoke_token", 503, "{\"error\":\"temporarily_unavailable\","},
        {"/multipass/api/oauth2/authorize", 500, "<code>server_error</code>"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char fault[128];
        (void)snprintf(fault, sizeof(fault), "{\"path\":\"%s\",\"status\":%d}", cases[i].path,
                       cases[i].status);
        inject(*state, fault);
        expect(*state, FE_GET, cases[i].path, "", cases[i].status, cases[i].part);
        expect(*state, FE_DELETE, "/_emulate/faults", "", 204, "");
    }
}

static void a_status_may_have_a_name_of_ones_own(void **state)
{
    inject(*state, "{\"path\":\"/**\",\"status\":400,\"errorCode\":\"CUSTOM_CLIENT\","
                   "\"errorName\":\"invalid_grant\",\"retryAfter\":\"3s\"}");
    struct fe_loopback *client = request(*state, FE_GET, current_user, NULL, "");
    assert_true(
        body_has(client, "{\"errorCode\":\"CUSTOM_CLIENT\",\"errorName\":\"invalid_grant\","));
    assert_string_equal(fe_loopback_header(client, "retry-after").ptr, "3");
    assert_string_equal(fe_loopback_header(client, "x-foundry-emulator").ptr, "emulate;fault=1");
    fe_loopback_free(client);
    expect(*state, FE_POST, "/multipass/api/oauth2/token", "", 400,
           "{\"error\":\"invalid_grant\",");
    expect(*state, FE_GET, "/_emulate/journal?limit=1", "", 200, "\"source\":\"emulate;fault=1\"");
}

static void a_token_expires_where_it_is_looked_at(void **state)
{
    static const char *const module[] = {"Module-Auth-Token", "some", NULL};
    inject(*state, "{\"path\":\"/**\",\"expiredToken\":true}");
    expect_answer(request(*state, FE_GET, current_user, admin, ""), 401,
                  "\"parameters\":{\"error\":\"EXPIRED\"}");
    expect_answer(request(*state, FE_GET, "/no/such/path", admin, ""), 401,
                  "\"error\":\"EXPIRED\"");
    expect_answer(request(*state, FE_GET, "/interactive-module/api/internal-query/job", module, ""),
                  401, "\"error\":\"INVALID\"");
    expect_fault(*state, "1", "\"seen\":3,\"hits\":3");
    expect(*state, FE_GET, current_user, "", 401, "\"error\":\"MISSING\"");
    expect_answer(request(*state, FE_GET, "/multipass/api/oauth2/authorize", admin, ""), 400,
                  "client_id");
    expect_fault(*state, "1", "\"seen\":3,\"hits\":3");
}

static void a_reset_is_no_answer(void **state)
{
    inject(*state, "{\"path\":\"/api/**\",\"reset\":true}");
    inject(*state, "{\"path\":\"/multipass/**\",\"reset\":\"answer\"}");
    const char *const paths[] = {current_user, "/multipass/api/me"};
    for (size_t i = 0; i < 2; i++) {
        struct fe_loopback *client = request(*state, FE_GET, paths[i], admin, "");
        assert_true(fe_loopback_aborted(client));
        assert_int_equal(fe_loopback_status(client), 0);
        fe_loopback_free(client);
    }
    expect(*state, FE_GET, "/_emulate/journal?limit=10", "", 200,
           "\"status\":200,\"outcome\":\"gone\",\"source\":\"emulate;fault=2\"");
    expect(*state, FE_GET, "/_emulate/journal?limit=10", "", 200,
           "\"status\":0,\"outcome\":\"gone\",\"source\":\"emulate;fault=1\"");
}

static void latency_goes_with_all_else(void **state)
{
    struct fe_emulator *emulator = *state;
    inject(emulator, "{\"path\":\"/api/**\",\"latency\":\"1ms\",\"jitter\":\"2ms\","
                     "\"status\":503}");
    struct fe_loopback *client = request(emulator, FE_GET, current_user, NULL, "");
    assert_false(fe_loopback_done(client));
    while (!fe_loopback_done(client)) {
        fe_loop_turn(emulator->loop);
    }
    assert_int_equal(fe_loopback_status(client), 503);
    fe_loopback_free(client);
}

/* The reset forgets the fault, and the request goes on with its body. */
static void who_waits_goes_on_at_a_reset(void **state)
{
    static const char form[] = "grant_type=client_credentials&client_id=a&client_secret=b";
    static const char *const is_form[] = {"Content-Type", "application/x-www-form-urlencoded",
                                          NULL};
    struct fe_emulator *emulator = *state;
    inject(emulator, "{\"path\":\"/**\",\"latency\":\"1h\"}");
    struct fe_loopback *client =
        request(emulator, FE_POST, "/multipass/api/oauth2/token", is_form, form);
    assert_false(fe_loopback_done(client));
    expect(emulator, FE_POST, "/_emulate/reset", "", 204, "");
    assert_true(fe_loopback_done(client));
    assert_int_equal(fe_loopback_status(client), 200);
    assert_string_equal(fe_loopback_header(client, "x-foundry-emulator").ptr, "emulate;fault=1");
    fe_loopback_free(client);
    expect(emulator, FE_GET, "/_emulate/faults", "", 200, "{\"faults\":[]}");
}

static void who_leaves_is_not_waited_for(void **state)
{
    inject(*state, "{\"path\":\"/**\",\"latency\":\"1h\"}");
    struct fe_loopback *client = request(*state, FE_GET, current_user, admin, "");
    fe_loopback_hang_up(client);
    fe_loopback_free(client);
    expect(*state, FE_GET, "/_emulate/journal?limit=1", "", 200, "\"outcome\":\"gone\"");
}

/* ── saying them ── */

static void tells_a_fault_as_it_was_understood(void **state)
{
    expect(*state, FE_POST, "/_emulate/faults",
           "{\"path\":\"/**\",\"method\":\"PUT\",\"probability\":0.1,\"count\":3,\"seed\":5,"
           "\"latency\":\"1500ms\",\"jitter\":\"2s\",\"truncate\":0,"
           "\"drip\":{\"bytes\":7,\"every\":\"20ms\"},\"reset\":false}",
           201,
           "{\"id\":1,\"path\":\"/**\",\"method\":\"PUT\",\"probability\":0.1,\"after\":0,"
           "\"count\":3,\"seed\":5,\"latency\":\"1500ms\",\"jitter\":\"2s\",\"truncate\":0,"
           "\"drip\":{\"bytes\":7,\"every\":\"20ms\"},\"seen\":0,\"hits\":0}");
    expect(*state, FE_POST, "/_emulate/faults",
           "{\"path\":\"/a\",\"seed\":1,\"status\":429,\"retryAfter\":\"0\",\"errorName\":\"A:B\"}",
           201, "\"status\":429,\"errorName\":\"A:B\",\"retryAfter\":\"0s\",");
    expect(*state, FE_POST, "/_emulate/faults", "{\"path\":\"/a\",\"reset\":\"answer\"}", 201,
           "\"reset\":\"answer\"");
    expect(*state, FE_POST, "/_emulate/faults", "{\"path\":\"/a\",\"expiredToken\":true}", 201,
           "\"expiredToken\":true");
}

static void refuses_what_is_no_fault_and_names_the_member(void **state)
{
    static const struct {
        const char *fault;
        const char *part;
    } bad[] = {
        {"", "not JSON"},
        {"path: /a", "not JSON"},
        {"[]", "expected an object"},
        {"{}", "path: is missing"},
        {"{\"path\":\"a\",\"status\":500}", "path: expected a pattern"},
        {"{\"path\":\"/_emulate/**\",\"status\":500}", "path: of /_emulate"},
        {"{\"path\":\"/a\",\"method\":\"get\",\"status\":500}", "method: expected GET"},
        {"{\"path\":\"/a\",\"probability\":1.5,\"status\":500}", "probability: expected"},
        {"{\"path\":\"/a\",\"probability\":\"1\",\"status\":500}", "probability: expected"},
        {"{\"path\":\"/a\",\"count\":0,\"status\":500}", "count: expected"},
        {"{\"path\":\"/a\",\"after\":-1,\"status\":500}", "after: expected"},
        {"{\"path\":\"/a\",\"seed\":9007199254740992,\"status\":500}", "seed: expected"},
        {"{\"path\":\"/a\",\"latency\":5}", "latency: expected a duration"},
        {"{\"path\":\"/a\",\"jitter\":\"1s\",\"status\":500}", "jitter: is of use together"},
        {"{\"path\":\"/a\",\"status\":399}", "status: expected"},
        {"{\"path\":\"/a\",\"status\":500,\"retryAfter\":\"1500ms\"}", "retryAfter: expected"},
        {"{\"path\":\"/a\",\"truncate\":1,\"retryAfter\":\"1s\"}", "retryAfter: is of use"},
        {"{\"path\":\"/a\",\"truncate\":1,\"errorCode\":\"A\"}", "errorCode: is of use"},
        {"{\"path\":\"/a\",\"reset\":\"later\"}", "reset: expected one of"},
        {"{\"path\":\"/a\",\"reset\":true,\"truncate\":1}", "reset: cannot be together"},
        {"{\"path\":\"/a\",\"reset\":true,\"expiredToken\":true}", "with expiredToken"},
        {"{\"path\":\"/a\",\"status\":500,\"expiredToken\":true}", "expiredToken: cannot"},
        {"{\"path\":\"/a\",\"truncate\":-1}", "truncate: expected"},
        {"{\"path\":\"/a\",\"drip\":5}", "drip: expected"},
        {"{\"path\":\"/a\",\"drip\":{\"every\":\"1s\"}}", "drip.bytes: is missing"},
        {"{\"path\":\"/a\",\"drip\":{\"bytes\":1,\"every\":\"0\"}}", "drip.every: expected"},
        {"{\"path\":\"/a\",\"error_name\":\"A\",\"status\":500}", "error_name: is an unknown key"},
        {"{\"path\":\"/a\",\"status\":500,\"status\":501}", "status"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect(*state, FE_POST, "/_emulate/faults", bad[i].fault, 400, bad[i].part);
    }
    expect(*state, FE_GET, "/_emulate/faults", "", 200, "{\"faults\":[]}");
}

static void there_is_room_for_so_many(void **state)
{
    for (size_t i = 0; i < FE_LIMIT_FAULTS; i++) {
        inject(*state, "{\"path\":\"/a\",\"status\":500}");
    }
    expect(*state, FE_POST, "/_emulate/faults", "{\"path\":\"/a\",\"status\":500}", 429,
           "too many faults");
    expect(*state, FE_DELETE, "/_emulate/faults/7", "", 204, "");
    expect(*state, FE_DELETE, "/_emulate/faults/7", "", 404, "Emulator:FaultNotFound");
    expect(*state, FE_GET, "/_emulate/faults/x", "", 404, "Emulator:FaultNotFound");
    expect(*state, FE_POST, "/_emulate/faults", "{\"path\":\"/a\",\"status\":500}", 201,
           "{\"id\":101,");
}

/* ── seeds ── */

static struct fe_emulator *open_seeded(const char *yaml, char **errors_out)
{
    char path[] = "/tmp/fe-faults-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
    assert_int_equal(close(fd), 0);
    struct fe_emulator *emulator = open_emulator(path, errors_out);
    assert_int_equal(unlink(path), 0);
    return emulator;
}

static void a_seeds_faults_are_there_after_every_reset(void **state)
{
    char *errors = NULL;
    struct fe_emulator *emulator = open_seeded("server:\n"
                                               "  faults:\n"
                                               "    - path: /multipass/**\n"
                                               "      drip: {bytes: 10, every: 5ms}\n"
                                               "    - path: /api/**\n"
                                               "      status: 403\n"
                                               "      error_name: ApiUsageDenied\n",
                                               &errors);
    (void)state;
    assert_non_null(emulator);
    for (size_t i = 0; i < 2; i++) {
        expect_fault(emulator, "1", "\"drip\":{\"bytes\":10,\"every\":\"5ms\"}");
        expect_answer(request(emulator, FE_GET, current_user, admin, ""), 403, "ApiUsageDenied");
        expect_fault(emulator, "2", "\"hits\":1");
        expect(emulator, FE_DELETE, "/_emulate/faults", "", 204, "");
        expect(emulator, FE_POST, "/_emulate/reset", "", 204, "");
    }
    fe_emulator_free(emulator);
}

static void a_seeds_mistakes_are_told_by_their_line(void **state)
{
    char *errors = NULL;
    (void)state;
    assert_null(open_seeded("server:\n"
                            "  faults:\n"
                            "    - path: /api/**\n"
                            "      errorName: A\n"
                            "    - status: 200\n"
                            "    - path: /a\n"
                            "      reset: true\n"
                            "      expired_token: true\n"
                            "    - path: /a\n",
                            &errors));
    assert_non_null(strstr(errors, ":4: server.faults[0].errorName: is an unknown key, did you "
                                   "mean error_name?"));
    assert_non_null(strstr(errors, ":5: server.faults[1].path: is missing"));
    assert_non_null(strstr(errors, ":5: server.faults[1].status: expected a whole number"));
    assert_non_null(strstr(errors, ":7: server.faults[2].reset: cannot be together with "
                                   "expired_token"));
    assert_non_null(strstr(errors, ":9: server.faults[3]: does not say what is to happen"));
    free(errors);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hits_what_its_pattern_and_method_fit),
        TEST(lets_some_through_first_and_ends_when_it_has_hit_enough),
        TEST(the_first_that_hits_is_the_only_one),
        TEST(a_seed_decides_what_is_drawn),
        TEST(a_seed_that_nobody_says_is_drawn_and_told),
        TEST(draws_change_no_id),
        TEST(its_own_routes_do_not_fail_unless_they_are_a_modules),
        TEST(a_foreign_page_is_told_no_more_than_before),
        TEST(a_preflight_fails_only_where_it_is_named),
        TEST(a_status_has_the_body_of_its_api),
        TEST(a_status_may_have_a_name_of_ones_own),
        TEST(a_token_expires_where_it_is_looked_at),
        TEST(a_reset_is_no_answer),
        TEST(latency_goes_with_all_else),
        TEST(who_waits_goes_on_at_a_reset),
        TEST(who_leaves_is_not_waited_for),
        TEST(tells_a_fault_as_it_was_understood),
        TEST(refuses_what_is_no_fault_and_names_the_member),
        TEST(there_is_room_for_so_many),
        cmocka_unit_test(a_seeds_faults_are_there_after_every_reset),
        cmocka_unit_test(a_seeds_mistakes_are_told_by_their_line),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}

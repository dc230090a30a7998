/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdio.h>

#include "util/limits.h"

#define APP APPS "/ri.app"
#define MASTER APP "/master"

static struct fe_loopback *get(struct fixture *f, const char *target)
{
    return ask(f, FE_GET, target, "jane", "");
}

static void assert_replicas(struct fixture *f, int64_t total, int64_t responsive,
                            const char *set_state)
{
    char text[24];
    struct fe_loopback *c = get(f, MASTER "/status");
    (void)snprintf(text, sizeof(text), "%lld", (long long)total);
    ASSERT_MEMBER(c, "currentReplicaSet.totalReplicas", text);
    (void)snprintf(text, sizeof(text), "%lld", (long long)responsive);
    ASSERT_MEMBER(c, "currentReplicaSet.responsiveReplicas", text);
    ASSERT_MEMBER(c, "currentReplicaSet.state", set_state);
    fe_loopback_free(c);
}

/* The id of the first replica. */
static void take_replica_id(struct fixture *f, char id[FE_UUID_TEXT_BYTES])
{
    struct fe_loopback *c = get(f, MASTER "/status");
    struct fe_slice replicas = json_at(fe_loopback_body(c), "currentReplicaSet.replicas");
    const char *start = strstr(replicas.ptr, "\"replicaId\":\"");
    assert_non_null(start);
    memcpy(id, start + strlen("\"replicaId\":\""), FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(c);
}

static struct fe_loopback *diagnostics(struct fixture *f, const char *id)
{
    char target[160];
    (void)snprintf(target, sizeof(target), MASTER "/%s/diagnostics", id);
    return get(f, target);
}

static void replicas_are_driven_by_polls(void **state)
{
    struct fixture *f = *state;
    assert_replicas(f, 1, 0, "\"STARTING\"");
    struct fe_loopback *one = POLL(f);
    struct fe_loopback *two = POLL(f);
    assert_replicas(f, 2, 2, "\"ACTIVE\"");
    fe_clock_advance(&f->env.clock, 2 * FE_LIMIT_REPLICA_SILENT_MS * FE_NS_PER_MS);
    assert_replicas(f, 2, 2, "\"ACTIVE\"");
    fe_loopback_free(one);
    fe_loopback_free(two);
    assert_replicas(f, 1, 0, "\"WARNING\"");
    fe_loopback_free(POLL(f));
    assert_replicas(f, 1, 1, "\"ACTIVE\"");
}

static void a_status_has_the_shape_of_its_type(void **state)
{
    struct fixture *f = *state;
    struct fe_loopback *c = get(f, MASTER "/status");
    assert_int_equal(fe_loopback_status(c), 200);
    ASSERT_MEMBER(c, "computeModuleId", "\"ri.app\"");
    ASSERT_MEMBER(c, "currentReplicaSet.moduleGroupName", "\"rt\"");
    ASSERT_MEMBER(c, "previousUpdate", "\"2023-11-14T22:13:20.000Z\"");
    ASSERT_MEMBER(c, "resourceProgressStatus",
                  "{\"type\":\"applyingInCluster\",\"applyingInCluster\":{}}");
    ASSERT_MEMBER(c, "scalingConfig", "{\"maxNumModules\":1,\"minNumModules\":0}");
    fe_loopback_free(c);
}

static void a_replica_has_its_diagnostics(void **state)
{
    struct fixture *f = *state;
    char id[FE_UUID_TEXT_BYTES];
    take_replica_id(f, id);
    struct fe_loopback *c = diagnostics(f, id);
    assert_slice(fe_loopback_body(c), "{\"reason\":\"MODULE_STARTING\",\"state\":\"STARTING\"}");
    fe_loopback_free(c);
    fe_loopback_free(POLL(f));
    c = diagnostics(f, id);
    assert_slice(fe_loopback_body(c), "{\"reason\":\"MODULE_READY\",\"state\":\"READY\"}");
    fe_loopback_free(c);
    fe_clock_advance(&f->env.clock, FE_LIMIT_REPLICA_SILENT_MS * FE_NS_PER_MS);
    c = diagnostics(f, id);
    assert_slice(fe_loopback_body(c),
                 "{\"reason\":\"FAILED_TO_OBTAINED_STATUS\",\"state\":\"NOT_KNOWN\"}");
    fe_loopback_free(c);
    assert_error(diagnostics(f, "nobody"), 404, "Default:NotFound");
}

static void functions_are_what_the_module_reported(void **state)
{
    static const char reported[] = "[{\"functionName\":\"add\",\"inputs\":[],\"output\":{}}]";
    struct fixture *f = *state;
    struct fe_loopback *c = get(f, MASTER "/function-schemas");
    assert_slice(fe_loopback_body(c), "[]");
    fe_loopback_free(c);
    assert_empty(ask_as_module(f, FE_POST, "/schemas", fe_slice_cstr(reported)), 204);
    c = get(f, MASTER "/function-schemas?schemaType=FUNCTIONS");
    assert_slice(fe_loopback_body(c),
                 "[{\"functionName\":\"add\",\"inputs\":[],\"output\":{},\"issues\":[]}]");
    fe_loopback_free(c);
    c = get(f, MASTER "/function-schemas?schemaType=OPENAPI");
    assert_slice(fe_loopback_body(c), "[]");
    fe_loopback_free(c);
    assert_error(get(f, MASTER "/function-schemas?schemaType=A&schemaType=B"), 400,
                 "Default:InvalidArgument");
}

static void dev_mode_lasts_five_hours_at_most(void **state)
{
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        {"{\"automaticUpgradesUntil\":\"2023-11-15T03:13:20.001Z\"}", 400},
        {"{\"automaticUpgradesUntil\":\"soon\"}", 400},
        {"{\"automaticUpgradesUntil\":7}", 400},
        {"", 400},
        {"{\"automaticUpgradesUntil\":\"2023-11-15T03:13:20Z\"}", 204},
        {"{\"automaticUpgradesUntil\":\"1680-01-01T00:00:00Z\"}", 204},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fe_loopback *c = ask(f, FE_PUT, MASTER "/dev-mode", "jane", rows[i].body);
        assert_int_equal(fe_loopback_status(c), rows[i].status);
        fe_loopback_free(c);
    }
}

static void the_history_tells_what_is_known(void **state)
{
    static const char deployed[] =
        "{\"history\":[{\"type\":\"DEPLOYED\",\"timestamp\":\"2023-11-14T22:13:20.000Z\"}]}";
    struct fixture *f = *state;
    struct fe_loopback *c = ask(f, FE_POST, MASTER "/history", "jane", "{}");
    assert_slice(fe_loopback_body(c), deployed);
    fe_loopback_free(c);
    assert_empty(ask(f, FE_PUT, MASTER "/dev-mode", "jane",
                     "{\"automaticUpgradesUntil\":\"2023-11-14T23:00:00Z\"}"),
                 204);
    c = ask(f, FE_POST, MASTER "/history", "jane", "{}");
    assert_slice(fe_loopback_body(c),
                 "{\"history\":[{\"type\":\"DEPLOYED\",\"timestamp\":\"2023-11-14T22:13:20.000Z\"},"
                 "{\"type\":\"DEV_MODE\",\"automaticUpgradesUntil\":"
                 "\"2023-11-14T23:00:00.000Z\"}]}");
    fe_loopback_free(c);
    assert_empty(ask(f, FE_PUT, MASTER "/dev-mode", "jane", "{}"), 204);
    c = ask(f, FE_POST, MASTER "/history", "jane", "{}");
    assert_slice(fe_loopback_body(c), deployed);
    fe_loopback_free(c);
}

static void a_configuration_has_the_shape_of_its_type(void **state)
{
    static const char *const targets[] = {APP, APP "/v2"};
    struct fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        struct fe_loopback *c = get(f, targets[i]);
        assert_int_equal(fe_loopback_status(c), 200);
        ASSERT_MEMBER(c, "deployedAppRid", "\"ri.app\"");
        ASSERT_MEMBER(c, "computationParameters.type", "\"computationParamsV1\"");
        ASSERT_MEMBER(c, "runtimeParameters.runtimeParamsV1.scalingConfig",
                      "{\"maxReplicas\":1,\"minReplicas\":0}");
        fe_loopback_free(c);
    }
}

static void an_app_nobody_deployed_is_403(void **state)
{
    static const struct {
        enum fe_method method;
        const char *target;
    } rows[] = {
        {FE_GET, APPS "/ri.nobody"},
        {FE_GET, APPS "/ri.nobody/v2"},
        {FE_GET, APPS "/ri.nobody/master/status"},
        {FE_GET, APP "/dev/status"},
        {FE_GET, APP "/dev/x/diagnostics"},
        {FE_GET, APP "/dev/function-schemas"},
        {FE_PUT, APP "/dev/dev-mode"},
        {FE_POST, APP "/dev/history"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(ask(f, rows[i].method, rows[i].target, "jane", "{}"), 403,
                     "Contour:InsufficientPermission");
    }
}

/* ── all of them ── */

static void bind(struct fixture *f, const char *rid, const char *branch, bool active)
{
    const struct fe_app_binding binding = {fe_slice_cstr(rid), fe_slice_cstr(branch), FE_SLICE(""),
                                           active};
    assert_int_equal(fe_runtimes_bind(f->state->runtimes, f->runtime, &binding), 0);
}

static size_t count_of(struct fe_slice json, const char *word)
{
    size_t count = 0;
    for (const char *at = json.ptr; (at = strstr(at, word)) != NULL; at++) {
        count++;
    }
    return count;
}

static struct fe_loopback *page(struct fixture *f, const char *size, const char *token)
{
    char body[160];
    (void)snprintf(body, sizeof(body), "{\"pageSize\":%s,\"pageToken\":%s}", size, token);
    return ask(f, FE_POST, APPS "/running-paginated", "jane", body);
}

static void running_apps_come_in_pages(void **state)
{
    struct fixture *f = *state;
    char rid[16];
    char token[80] = "null";
    size_t sizes[4];
    size_t pages = 0;
    for (int i = 0; i < 120; i++) {
        (void)snprintf(rid, sizeof(rid), "ri.%d", i);
        bind(f, rid, "", true);
    }
    bind(f, "ri.app", "dev", true);
    bind(f, "ri.off", "", false);
    do {
        assert_in_range(pages, 0, 3);
        struct fe_loopback *c = page(f, "50", token);
        assert_int_equal(fe_loopback_status(c), 200);
        sizes[pages++] = count_of(json_at(fe_loopback_body(c), "deployedApps"), "deployedAppRid");
        struct fe_slice next = json_at(fe_loopback_body(c), "nextPageToken");
        (void)snprintf(token, sizeof(token), FE_PRI, FE_ARG(next));
        fe_loopback_free(c);
    } while (strcmp(token, "null") != 0);
    assert_int_equal(pages, 3);
    assert_int_equal(sizes[0], 50);
    assert_int_equal(sizes[1], 50);
    assert_int_equal(sizes[2], 21);
}

static void a_page_has_a_size_and_a_token_of_ours(void **state)
{
    static const char *const rows[][3] = {
        {"0", "null", "Default:InvalidArgument"},   {"51", "null", "Default:InvalidArgument"},
        {"1.5", "null", "Default:InvalidArgument"}, {"\"1\"", "null", "Default:InvalidArgument"},
        {"1", "7", "Default:InvalidArgument"},      {"1", "\"x\"", "InvalidPageToken"},
        {"1", "\"50\"", "InvalidPageToken"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_error(page(f, rows[i][0], rows[i][1]), 400, rows[i][2]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replicas_are_driven_by_polls),
        TEST(a_status_has_the_shape_of_its_type),
        TEST(a_replica_has_its_diagnostics),
        TEST(functions_are_what_the_module_reported),
        TEST(dev_mode_lasts_five_hours_at_most),
        TEST(the_history_tells_what_is_known),
        TEST(a_configuration_has_the_shape_of_its_type),
        TEST(an_app_nobody_deployed_is_403),
        TEST(running_apps_come_in_pages),
        TEST(a_page_has_a_size_and_a_token_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/errors.h"

struct fixture {
    struct fe_platform *platform;
    struct fe_errors errors;
};

static int open_platform(void **state)
{
    static struct fixture fixture;
    fixture.platform = fe_platform_feature.open(NULL);
    fe_errors_init(&fixture.errors);
    *state = &fixture;
    return 0;
}

static int close_platform(void **state)
{
    struct fixture *f = *state;
    fe_platform_feature.close(f->platform);
    fe_errors_done(&f->errors);
    return 0;
}

static size_t seed(struct fixture *f, const char *yaml)
{
    struct fe_config config;
    struct fe_fields root;
    struct fe_fields foundry;
    assert_int_equal(fe_config_parse(&config, "seed.yaml", fe_slice_cstr(yaml), &f->errors), 0);
    fe_fields_init(&root, &config, config.root, &f->errors);
    fe_fields_init(&foundry, &config, fe_fields_mapping(&root, "foundry"), &f->errors);
    fe_platform_feature.seed(f->platform, &root, &foundry);
    fe_fields_done(&foundry);
    fe_config_done(&config);
    return f->errors.count;
}

static void has_a_default_enrollment(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(seed(f, "foundry: {}"), 0);
    assert_string_equal(f->platform->enrollment.rid.ptr, "ri.enrollment..enrollment.default");
    assert_string_equal(f->platform->enrollment.name.ptr, "Default Enrollment");
    assert_null(f->platform->connections);
    assert_null(f->platform->ontologies);
}

static void reads_an_enrollment_in_part(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(seed(f, "foundry: {enrollment: {name: Acme}}"), 0);
    assert_string_equal(f->platform->enrollment.rid.ptr, "ri.enrollment..enrollment.default");
    assert_string_equal(f->platform->enrollment.name.ptr, "Acme");
}

static void reads_connections(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(seed(f, "foundry:\n"
                             "  connections:\n"
                             "    - rid: ri.magritte..source.1\n"
                             "      display_name: External API\n"
                             "      parent_folder_rid: ri.compass.main.folder.project\n"
                             "      oauth2_client_rid: ri.x\n"
                             "      domains:\n"
                             "        - {host: api.example.com, port: 443, scheme: HTTPS,\n"
                             "           auth: {type: basic, username: me, n: 1,\n"
                             "             password: {type: asPlaintextValue, value: p}}}\n"
                             "        - {host: plain.example.com, scheme: http}\n"
                             "        - {host: bare.example.com}\n"
                             "    - {display_name: Other, parent_folder_rid: ri.f}\n"),
                     0);
    const struct fe_connection *connection = f->platform->connections;
    assert_string_equal(connection->rid.ptr, "ri.magritte..source.1");
    assert_string_equal(connection->display_name.ptr, "External API");
    assert_string_equal(connection->oauth2_client_rid.ptr, "ri.x");
    assert_string_equal(connection->domains.ptr,
                        "[{\"host\":\"api.example.com\",\"port\":443,\"scheme\":\"HTTPS\","
                        "\"auth\":{\"type\":\"basic\",\"username\":\"me\",\"password\":"
                        "{\"type\":\"asSecretName\",\"value\":\"password\"}}},"
                        "{\"host\":\"plain.example.com\",\"scheme\":\"HTTP\"},"
                        "{\"host\":\"bare.example.com\"}]");
    assert_true(fe_slice_starts(connection->next->rid, FE_SLICE("ri.magritte..source.")));
    assert_string_equal(connection->next->domains.ptr, "[]");
    assert_null(connection->next->next);
}

static void reads_ontologies_and_any_result(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(seed(f, "foundry:\n"
                             "  ontologies:\n"
                             "    - api_name: system-health\n"
                             "      display_name: System Health\n"
                             "      description: Health checks\n"
                             "      queries:\n"
                             "        - {api_name: echo, result: {value: {status: ok}}}\n"
                             "        - {api_name: nothing, result: null}\n"
                             "        - {api_name: list, result: [1, true, \"1\"]}\n"),
                     0);
    const struct fe_ontology *ontology = f->platform->ontologies;
    assert_string_equal(ontology->description.ptr, "Health checks");
    assert_true(fe_slice_starts(ontology->rid, FE_SLICE("ri.ontology.main.ontology.")));
    assert_string_equal(ontology->queries->result.ptr, "{\"value\":{\"status\":\"ok\"}}");
    assert_string_equal(ontology->queries->next->result.ptr, "null");
    assert_string_equal(ontology->queries->next->next->result.ptr, "[1,true,\"1\"]");
}

static void a_reset_leaves_the_defaults(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(seed(f, "foundry: {enrollment: {rid: r, name: n},"
                             " ontologies: [{api_name: a, display_name: A}]}"),
                     0);
    fe_platform_feature.reset(f->platform);
    assert_string_equal(f->platform->enrollment.name.ptr, "Default Enrollment");
    assert_null(f->platform->ontologies);
}

static void reports_every_mistake(void **state)
{
    struct fixture *f = *state;
    static const char *const expected[] = {
        "seed.yaml:2: foundry.enrollment.colour",
        "seed.yaml:4: foundry.connections[0]",
        "seed.yaml:5: foundry.connections[1].parent_folder_rid",
        "seed.yaml:6: foundry.connections[2].domains[0].port",
        "seed.yaml:6: foundry.connections[2].domains[1].scheme",
        "seed.yaml:6: foundry.connections[2].domains[2]",
        "seed.yaml:8: foundry.connections[4].rid: \"r\" is defined already, at seed.yaml:7",
        "seed.yaml:10: foundry.ontologies[0]",
        "seed.yaml:11: foundry.ontologies[1].queries[0]",
        "seed.yaml:11: foundry.ontologies[1].queries[2].api_name: \"q\" is defined already",
        "seed.yaml:12: foundry.ontologies[2].api_name: \"o\" is defined already, at seed.yaml:11",
    };
    assert_int_equal(
        seed(f, "foundry:\n"
                "  enrollment: {colour: red}\n"
                "  connections:\n"
                "    - {parent_folder_rid: p}\n"
                "    - {display_name: d, parent_folder_rid: [p]}\n"
                "    - {display_name: e, parent_folder_rid: p, domains: [{host: h, port: 0}, "
                "{host: h, scheme: ftp}, {port: 1}]}\n"
                "    - {display_name: f, parent_folder_rid: p, rid: r}\n"
                "    - {display_name: g, parent_folder_rid: p, rid: r}\n"
                "  ontologies:\n"
                "    - {display_name: d}\n"
                "    - {api_name: o, display_name: d, queries: [{api_name: p}, {api_name: q, "
                "result: 1}, {api_name: q, result: 2}]}\n"
                "    - {api_name: o, display_name: e}\n"),
        sizeof(expected) / sizeof(expected[0]));
    const char *errors = fe_buf_slice(&f->errors.text).ptr;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (strstr(errors, expected[i]) == NULL) {
            print_message("expected: %s\nin:\n%s", expected[i], errors);
        }
        assert_non_null(strstr(errors, expected[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(has_a_default_enrollment, open_platform, close_platform),
        cmocka_unit_test_setup_teardown(reads_an_enrollment_in_part, open_platform, close_platform),
        cmocka_unit_test_setup_teardown(reads_connections, open_platform, close_platform),
        cmocka_unit_test_setup_teardown(reads_ontologies_and_any_result, open_platform,
                                        close_platform),
        cmocka_unit_test_setup_teardown(a_reset_leaves_the_defaults, open_platform, close_platform),
        cmocka_unit_test_setup_teardown(reports_every_mistake, open_platform, close_platform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

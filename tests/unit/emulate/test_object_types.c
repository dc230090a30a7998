/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform.h"

#include <string.h>

#include "identity.h"

#define TYPES "/api/v2/ontologies/health/objectTypes"
#define ALL_TYPES                                                                                  \
    "{s: string, i: integer, l: long, d: double, b: boolean, day: date, at: timestamp}"

static const char seed[] = "tokens: {app: {login: admin, scopes: [\"api:use-ontologies-read\"]}}\n"
                           "foundry:\n"
                           "  ontologies:\n"
                           "    - api_name: health\n"
                           "      display_name: Health\n"
                           "      object_types:\n"
                           "        - api_name: Ward\n"
                           "          plural_display_name: Wards of all kinds\n"
                           "          primary_key: id\n"
                           "          properties: {id: string, seen: timestamp}\n"
                           "        - {api_name: Empty, primary_key: id, properties: {id: long}}\n";

static int open_seeded(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, seed, NULL), 0);
    *state = &identity;
    return 0;
}

static int open_empty(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    *state = &identity;
    return 0;
}

static int close_opened(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *get(struct identity *identity, const char *target)
{
    struct fe_loopback *client = identity_get(identity, target, "Bearer app");
    const char *body = fe_arena_copy(&identity->arena, fe_loopback_body(client)).ptr;
    assert_int_equal(fe_loopback_status(client), 200);
    fe_loopback_free(client);
    return body;
}

static void describes_an_object_type(void **state)
{
    const char *body = get(*state, TYPES "/Ward/fullMetadata?preview=true");
    const char *type = identity_member(*state, body, "objectType");
    assert_string_equal(identity_member(*state, type, "apiName"), "Ward");
    assert_string_equal(identity_member(*state, type, "displayName"), "Ward");
    assert_string_equal(identity_member(*state, type, "pluralDisplayName"), "Wards of all kinds");
    assert_string_equal(identity_member(*state, type, "primaryKey"), "id");
    assert_string_equal(identity_member(*state, type, "titleProperty"), "id");
    const char *properties = identity_member(*state, type, "properties");
    const char *seen = identity_member(*state, properties, "seen");
    assert_string_equal(identity_member(*state, seen, "dataType"), "{\"type\":\"timestamp\"}");
    assert_string_equal(identity_member(*state, body, "linkTypes"), "[]");
    assert_string_equal(identity_member(*state, body, "implementsInterfaces"), "[]");
    assert_string_equal(identity_member(*state, body, "implementsInterfaces2"), "{}");
    assert_string_equal(identity_member(*state, body, "sharedPropertyTypeMapping"), "{}");
}

static void an_ontology_lists_its_object_types(void **state)
{
    const char *all = get(*state, "/api/v2/ontologies/health/fullMetadata");
    const char *types = identity_member(*state, all, "objectTypes");
    assert_string_equal(identity_member(*state, types, "Ward"),
                        get(*state, TYPES "/Ward/fullMetadata?preview=true"));
    assert_true(identity_member(*state, types, "Empty")[0] == '{');
}

/* ── the seed's mistakes ── */

static void expect_mistake(struct identity *identity, const char *type, const char *expected)
{
    const char *yaml = IDENTITY_FORMAT(identity,
                                       "foundry:\n"
                                       "  ontologies:\n"
                                       "    - api_name: o\n"
                                       "      display_name: O\n"
                                       "      object_types:\n"
                                       "        - %s\n",
                                       type);
    assert_true(identity_seed(identity, yaml, NULL) > 0);
    if (strstr(identity_errors(identity), expected) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", expected, identity_errors(identity));
    }
}

static void reports_mistakes_in_types(void **state)
{
    expect_mistake(*state, "{api_name: T, primary_key: id}", "properties: is missing");
    expect_mistake(*state, "{api_name: T, properties: {id: string}}", "primary_key: is missing");
    expect_mistake(*state, "{api_name: T, primary_key: no, properties: {id: string}}",
                   "primary_key: \"no\" is none of the properties");
    expect_mistake(*state, "{api_name: T, primary_key: id, properties: {id: boolean}}",
                   "primary_key: a boolean cannot be a primary key");
    expect_mistake(*state, "{api_name: T, primary_key: id, properties: {id: text}}",
                   "properties.id: expected string, integer, long");
    expect_mistake(*state, "{api_name: T, primary_key: __id, properties: {__id: string}}",
                   "properties.__id: expected a name of letters");
    expect_mistake(*state, "{api_name: T, primary_key: id, properties: {id: string}, object: []}",
                   "object: ");
    expect_mistake(*state,
                   "{api_name: T, primary_key: id, properties: {id: string}}\n"
                   "        - {api_name: T, primary_key: id, properties: {id: string}}",
                   "seed1.yaml:7: foundry.ontologies[0].object_types[1].api_name: \"T\" is defined "
                   "already in this ontology");
}

static void reports_mistakes_in_objects(void **state)
{
    static const char *const cases[][2] = {
        {"1", "objects[0]: expected a mapping"},
        {"{s: x, no: 1}", "objects[0].no: is none of the properties"},
        {"{i: 1}", "s is missing, which is the primary key"},
        {"{s: null}", "s is missing, which is the primary key"},
        {"{s: []}", "objects[0].s: expected a text"},
        {"{s: x, i: 1.5}", "objects[0].i: expected a whole number of 32 bits"},
        {"{s: x, i: 2147483648}", "objects[0].i: expected a whole number of 32 bits"},
        {"{s: x, l: 9223372036854775808}", "objects[0].l: expected a whole number of 64 bits"},
        {"{s: x, d: .inf}", "objects[0].d: expected a number"},
        {"{s: x, b: yes}", "objects[0].b: expected true or false"},
        {"{s: x, day: 2026-02-30}", "objects[0].day: expected a date like"},
        {"{s: x, at: 2026-01-31}", "objects[0].at: expected a time like"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_mistake(*state,
                       IDENTITY_FORMAT((struct identity *)*state,
                                       "{api_name: T, primary_key: s, properties: " ALL_TYPES
                                       ", objects: [%s]}",
                                       cases[i][0]),
                       cases[i][1]);
    }
}

static void reports_a_primary_key_that_comes_again(void **state)
{
    expect_mistake(*state,
                   "api_name: T\n"
                   "          primary_key: i\n"
                   "          properties: {i: integer}\n"
                   "          objects:\n"
                   "            - {i: 3}\n"
                   "            - {i: 1}\n"
                   "            - {i: 0x3}",
                   "seed1.yaml:12: foundry.ontologies[0].object_types[0].objects: \"3\" is "
                   "defined already, at seed1.yaml:10");
}

int main(void)
{
#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_opened)
#define EMPTY(test) cmocka_unit_test_setup_teardown(test, open_empty, close_opened)
    const struct CMUnitTest tests[] = {
        SEEDED(describes_an_object_type),
        SEEDED(an_ontology_lists_its_object_types),
        EMPTY(reports_mistakes_in_types),
        EMPTY(reports_mistakes_in_objects),
        EMPTY(reports_a_primary_key_that_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

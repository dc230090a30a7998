/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform.h"

#include <string.h>

#include "identity.h"

#define ENROLLMENTS "/api/v2/admin/enrollments"
#define ONTOLOGIES "/api/v2/ontologies"

static const char seed[] =
    "tokens: {t: {login: admin}, app: {login: admin, scopes: [\"api:use-ontologies-read\"]}}\n"
    "foundry:\n"
    "  enrollment: {rid: ri.e, name: Acme}\n"
    "  ontologies:\n"
    "    - rid: ri.o\n"
    "      api_name: health\n"
    "      display_name: Health\n"
    "      queries:\n"
    "        - {api_name: whole, result: {value: {status: ok}}}\n"
    "        - {api_name: bare, result: [1, 2]}\n"
    "        - {api_name: object, result: {value: 1, unit: m}}\n"
    "    - {rid: ri.p, api_name: other, display_name: Other, description: Empty}\n";

static int open_seeded(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, seed, NULL), 0);
    *state = &identity;
    return 0;
}

static int close_seeded(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *get(struct identity *identity, const char *target, int status)
{
    return identity_take(identity, identity_get(identity, target, "Bearer t"), status);
}

static const char *execute(struct identity *identity, const char *query, const char *body,
                           int status)
{
    const char *target = IDENTITY_FORMAT(identity, ONTOLOGIES "/%s/execute", query);
    return identity_take(identity, identity_post(identity, target, "Bearer app", body), status);
}

static void expect_error(struct identity *identity, const char *body, const char *name,
                         const char *parameters)
{
    assert_string_equal(identity_member(identity, body, "errorName"), name);
    assert_string_equal(identity_member(identity, body, "parameters"), parameters);
}

static void shows_the_enrollment_in_preview_mode(void **state)
{
    assert_string_equal(get(*state, ENROLLMENTS "/getCurrent?preview=true", 200),
                        "{\"rid\":\"ri.e\",\"name\":\"Acme\"}");
    assert_string_equal(get(*state, ENROLLMENTS "/ri.e?preview=true", 200),
                        "{\"rid\":\"ri.e\",\"name\":\"Acme\"}");
    expect_error(*state, get(*state, ENROLLMENTS "/ri.x?preview=true", 404), "EnrollmentNotFound",
                 "{\"enrollmentRid\":\"ri.x\"}");
}

static void says_what_preview_mode_is_for(void **state)
{
    static const char *const targets[] = {
        ENROLLMENTS "/getCurrent",
        ENROLLMENTS "/getCurrent?preview=false",
        ENROLLMENTS "/getCurrent?preview",
        ENROLLMENTS "/ri.e",
    };
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        expect_error(*state, get(*state, targets[i], 400), "ApiFeaturePreviewUsageOnly", "{}");
    }
    (void)get(*state, ENROLLMENTS "/getCurrent?preview=%ZZ", 400);
}

static void lists_ontologies(void **state)
{
    assert_string_equal(get(*state, ONTOLOGIES, 200),
                        "{\"data\":[{\"apiName\":\"health\",\"displayName\":\"Health\","
                        "\"description\":\"\",\"rid\":\"ri.o\"},{\"apiName\":\"other\","
                        "\"displayName\":\"Other\",\"description\":\"Empty\",\"rid\":\"ri.p\"}]}");
}

static void shows_an_ontology_by_rid_or_name(void **state)
{
    const char *body = get(*state, ONTOLOGIES "/ri.p", 200);
    assert_string_equal(identity_member(*state, body, "apiName"), "other");
    assert_string_equal(get(*state, ONTOLOGIES "/other", 200), body);
    body = get(*state, ONTOLOGIES "/other/fullMetadata", 200);
    assert_string_equal(body, "{\"ontology\":{\"apiName\":\"other\",\"displayName\":\"Other\","
                              "\"description\":\"Empty\",\"rid\":\"ri.p\"},\"objectTypes\":{},"
                              "\"actionTypes\":{},\"queryTypes\":{},\"interfaceTypes\":{},"
                              "\"sharedPropertyTypes\":{},\"valueTypes\":{}}");
}

static void an_unknown_ontology_is_not_found(void **state)
{
    expect_error(*state, get(*state, ONTOLOGIES "/no", 404), "OntologyNotFound",
                 "{\"apiName\":\"no\"}");
    expect_error(*state, get(*state, ONTOLOGIES "/ri.no/fullMetadata", 404), "OntologyNotFound",
                 "{\"ontologyRid\":\"ri.no\"}");
    expect_error(*state, execute(*state, "no/queries/whole", "{}", 404), "OntologyNotFound",
                 "{\"apiName\":\"no\"}");
}

static void answers_queries_as_the_seed_says(void **state)
{
    assert_string_equal(execute(*state, "health/queries/whole", "{\"parameters\":{}}", 200),
                        "{\"value\":{\"status\":\"ok\"}}");
    assert_string_equal(execute(*state, "ri.o/queries/bare", "{\"parameters\":{}}", 200),
                        "{\"value\":[1,2]}");
    assert_string_equal(execute(*state, "health/queries/object", "{\"parameters\":{}}", 200),
                        "{\"value\":{\"value\":1,\"unit\":\"m\"}}");
    expect_error(*state, execute(*state, "other/queries/whole", "{}", 404), "QueryNotFound",
                 "{\"query\":\"whole\"}");
    (void)execute(*state, "health/queries/bare", "", 400);
}

static void wants_the_scope(void **state)
{
    struct identity *identity = *state;
    struct fe_loopback *client =
        identity_get(identity, ENROLLMENTS "/getCurrent?preview=true", "Bearer app");
    expect_error(identity, identity_take(identity, client, 403), "ApiUsageDenied",
                 "{\"missingScope\":\"api:admin-read\"}");
}

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_seeded)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(shows_the_enrollment_in_preview_mode),
        SEEDED(says_what_preview_mode_is_for),
        SEEDED(lists_ontologies),
        SEEDED(shows_an_ontology_by_rid_or_name),
        SEEDED(an_unknown_ontology_is_not_found),
        SEEDED(answers_queries_as_the_seed_says),
        SEEDED(wants_the_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

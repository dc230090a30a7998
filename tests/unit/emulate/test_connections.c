/* SPDX-License-Identifier: MIT */
#include "emulate/platform/connections.h"

#include <string.h>

#include "emulate/platform/platform.h"
#include "identity.h"

#define CONNECTIONS "/api/v2/connectivity/connections"
#define SEEDED_ONE CONNECTIONS "/ri.magritte..source.1"

static const char seed[] =
    "tokens: {t: {login: admin}, reader: {login: admin,\n"
    "  scopes: [\"api:connectivity-connection-read\"]}, none: {login: admin, scopes: []}}\n"
    "foundry:\n"
    "  connections:\n"
    "    - rid: ri.magritte..source.1\n"
    "      display_name: External\n"
    "      parent_folder_rid: ri.f\n"
    "      domains: [{host: example.com, port: 8443, scheme: HTTPS}]\n";

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

static const char *post(struct identity *identity, const char *target, const char *body, int status)
{
    return identity_take(identity, identity_post(identity, target, "Bearer t", body), status);
}

static void shows_a_seeded_connection(void **state)
{
    assert_string_equal(get(*state, SEEDED_ONE, 200),
                        "{\"rid\":\"ri.magritte..source.1\",\"displayName\":\"External\","
                        "\"parentFolderRid\":\"ri.f\",\"exportSettings\":{\"exportsEnabled\":false,"
                        "\"exportEnabledWithoutMarkingsValidation\":false},"
                        "\"worker\":{\"type\":\"unknownWorker\"},"
                        "\"configuration\":{\"type\":\"rest\",\"domains\":[{\"host\":"
                        "\"example.com\",\"port\":8443,\"scheme\":\"HTTPS\"}]}}");
    assert_string_equal(get(*state, SEEDED_ONE "/getConfiguration", 200),
                        "{\"type\":\"rest\",\"domains\":[{\"host\":\"example.com\",\"port\":8443,"
                        "\"scheme\":\"HTTPS\"}]}");
}

static void an_unknown_connection_is_not_found(void **state)
{
    static const char *const targets[] = {CONNECTIONS "/ri.x",
                                          CONNECTIONS "/ri.x/getConfiguration"};
    for (size_t i = 0; i < 2; i++) {
        const char *body = get(*state, targets[i], 404);
        assert_string_equal(identity_member(*state, body, "errorName"), "ConnectionNotFound");
        assert_string_equal(identity_member(*state, body, "parameters"),
                            "{\"connectionRid\":\"ri.x\"}");
    }
    const char *body = post(*state, CONNECTIONS "/ri.x/updateSecrets", "{\"secrets\":{}}", 404);
    assert_string_equal(identity_member(*state, body, "errorName"), "ConnectionNotFound");
}

static void wants_the_scopes(void **state)
{
    struct identity *identity = *state;
    (void)identity_take(identity, identity_get(identity, SEEDED_ONE, "Bearer reader"), 200);
    const char *body =
        identity_take(identity, identity_get(identity, SEEDED_ONE, "Bearer none"), 403);
    assert_string_equal(identity_member(identity, body, "parameters"),
                        "{\"missingScope\":\"api:connectivity-connection-read\"}");
    static const char *const targets[] = {CONNECTIONS, SEEDED_ONE "/updateSecrets"};
    for (size_t i = 0; i < 2; i++) {
        body = identity_take(identity, identity_post(identity, targets[i], "Bearer reader", "{}"),
                             403);
        assert_string_equal(identity_member(identity, body, "parameters"),
                            "{\"missingScope\":\"api:connectivity-connection-write\"}");
    }
}

#define DRAFT(configuration)                                                                       \
    "{\"displayName\":\"New\",\"parentFolderRid\":\"ri.p\",\"configuration\":" configuration "}"
#define REST(domains) DRAFT("{\"type\":\"rest\",\"domains\":" domains "}")

static void makes_a_connection_and_never_shows_its_secrets(void **state)
{
    const char *made = post(
        *state, CONNECTIONS,
        "{\"displayName\":\"New\",\"parentFolderRid\":\"ri.p\",\"worker\":{\"type\":"
        "\"foundryWorker\",\"networkEgressPolicyRids\":[\"ri.n\"]},\"configuration\":{\"type\":"
        "\"rest\",\"oauth2ClientRid\":\"ri.o\",\"domains\":["
        "{\"host\":\"a\",\"auth\":{\"type\":\"bearerToken\",\"bearerToken\":"
        "{\"type\":\"asPlaintextValue\",\"value\":\"HIDDEN\"}}},"
        "{\"host\":\"b\",\"auth\":{\"type\":\"basic\",\"username\":\"u\",\"password\":"
        "{\"type\":\"asSecretName\",\"value\":\"mine\"},\"extra\":\"HIDDEN\"}},"
        "{\"host\":\"c\",\"auth\":{\"type\":\"apiKey\",\"location\":{\"type\":\"header\","
        "\"headerName\":\"X\"},\"apiKey\":{\"type\":\"asPlaintextValue\",\"value\":\"HIDDEN\"}}}],"
        "\"additionalSecrets\":{\"type\":\"asSecretsWithPlaintextValues\",\"secrets\":"
        "{\"z\":\"HIDDEN\",\"a\":\"HIDDEN\",\"ab\":\"HIDDEN\"}}}}",
        200);
    const char *rid = identity_member(*state, made, "rid");
    assert_non_null(strstr(rid, "ri.magritte..source."));
    assert_null(strstr(made, "HIDDEN"));
    assert_string_equal(
        identity_member(*state, made, "configuration"),
        "{\"type\":\"rest\",\"domains\":[{\"host\":\"a\",\"auth\":{\"type\":\"bearerToken\","
        "\"bearerToken\":{\"type\":\"asSecretName\",\"value\":\"bearerToken\"}}},"
        "{\"host\":\"b\",\"auth\":{\"type\":\"basic\",\"username\":\"u\",\"password\":"
        "{\"type\":\"asSecretName\",\"value\":\"mine\"}}},"
        "{\"host\":\"c\",\"auth\":{\"type\":\"apiKey\",\"location\":{\"type\":\"header\","
        "\"headerName\":\"X\"},\"apiKey\":{\"type\":\"asSecretName\",\"value\":\"apiKey\"}}}],"
        "\"oauth2ClientRid\":\"ri.o\",\"additionalSecrets\":{\"type\":\"asSecretsNames\","
        "\"secretNames\":[\"a\",\"ab\",\"z\"]}}");
    assert_string_equal(identity_member(*state, made, "worker"),
                        "{\"type\":\"foundryWorker\",\"networkEgressPolicyRids\":[\"ri.n\"]}");
    const char *target = IDENTITY_FORMAT((struct identity *)*state, CONNECTIONS "/%s", rid);
    assert_string_equal(get(*state, target, 200), made);
}

static void takes_secrets_and_tells_their_names(void **state)
{
    assert_string_equal(post(*state, SEEDED_ONE "/updateSecrets",
                             "{\"secrets\":{\"key\":\"HIDDEN\",\"again\":\"HIDDEN\"}}", 204),
                        "");
    (void)post(*state, SEEDED_ONE "/updateSecrets", "{\"secrets\":{\"key\":\"other\"}}", 204);
    const char *body = get(*state, SEEDED_ONE, 200);
    assert_null(strstr(body, "HIDDEN"));
    assert_non_null(strstr(body, "\"secretNames\":[\"again\",\"key\"]"));
}

static void a_reset_takes_back_what_was_made(void **state)
{
    struct identity *identity = *state;
    (void)post(identity, CONNECTIONS, REST("[]"), 200);
    (void)post(identity, SEEDED_ONE "/updateSecrets", "{\"secrets\":{\"key\":\"x\"}}", 204);
    for (size_t i = 0; i < identity->feature_count; i++) {
        identity->features[i]->reset(identity->selves[i]);
    }
    assert_int_equal(identity_seed(identity, seed, NULL), 0);
    assert_null(strstr(get(identity, SEEDED_ONE, 200), "secretNames"));
}

static void refuses_connections_that_are_none(void **state)
{
    static const struct {
        const char *body;
        const char *error;
    } cases[] = {
        {"", "Default:InvalidArgument"},
        {"{\"parentFolderRid\":\"ri.p\",\"configuration\":{\"type\":\"rest\",\"domains\":[]}}",
         "Default:InvalidArgument"},
        {"{\"displayName\":\"N\",\"configuration\":{\"type\":\"rest\",\"domains\":[]}}",
         "Default:InvalidArgument"},
        {"{\"displayName\":\"N\",\"parentFolderRid\":\"ri.p\"}", "Default:InvalidArgument"},
        {DRAFT("1"), "Default:InvalidArgument"},
        {DRAFT("{\"type\":\"rest\"}"), "Default:InvalidArgument"},
        {DRAFT("{\"type\":\"s3\"}"), "ConnectionTypeNotSupported"},
        {REST("[1]"), "Default:InvalidArgument"},
        {REST("[{\"host\":\"h\",\"port\":0}]"), "Default:InvalidArgument"},
        {REST("[{\"host\":\"h\",\"scheme\":\"FTP\"}]"), "Default:InvalidArgument"},
        {REST("[{\"host\":\"h\",\"auth\":{\"type\":\"magic\"}}]"), "Default:InvalidArgument"},
        {DRAFT("{\"type\":\"rest\",\"domains\":[],\"additionalSecrets\":{\"type\":"
               "\"asSecretsNames\",\"secretNames\":[\"a\"]}}"),
         "AdditionalSecretsMustBeSpecifiedAsPlaintextValueMap"},
        {DRAFT("{\"type\":\"rest\",\"domains\":[],\"additionalSecrets\":{\"type\":"
               "\"asSecretsWithPlaintextValues\",\"secrets\":{\"a\":1}}}"),
         "Default:InvalidArgument"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *body = post(*state, CONNECTIONS, cases[i].body, 400);
        assert_string_equal(identity_member(*state, body, "errorName"), cases[i].error);
    }
}

static void refuses_secrets_that_are_none(void **state)
{
    static const char *const bodies[] = {"", "{}", "{\"secrets\":[]}", "{\"secrets\":{\"a\":1}}"};
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        (void)post(*state, SEEDED_ONE "/updateSecrets", bodies[i], 400);
    }
}

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, open_seeded, close_seeded)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(shows_a_seeded_connection),
        SEEDED(an_unknown_connection_is_not_found),
        SEEDED(wants_the_scopes),
        SEEDED(makes_a_connection_and_never_shows_its_secrets),
        SEEDED(takes_secrets_and_tells_their_names),
        SEEDED(a_reset_takes_back_what_was_made),
        SEEDED(refuses_connections_that_are_none),
        SEEDED(refuses_secrets_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

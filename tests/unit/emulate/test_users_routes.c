/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_routes.h"

#include <string.h>

#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "identity.h"

static int open_identity(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    *state = &identity;
    return 0;
}

static int close_identity(void **state)
{
    identity_close(*state);
    return 0;
}

static const char *get(struct identity *identity, const char *target, const char *token, int status)
{
    struct fe_loopback *client =
        identity_get(identity, target, IDENTITY_FORMAT(identity, "Bearer %s", token));
    assert_int_equal(fe_loopback_status(client), status);
    assert_string_equal(fe_loopback_header(client, "content-type").ptr, "application/json");
    const char *body = fe_arena_copy(&identity->arena, fe_loopback_body(client)).ptr;
    fe_loopback_free(client);
    return body;
}

static const char jane_seed[] =
    "tokens: {jane-token: {login: jane}}\n"
    "foundry:\n"
    "  users:\n"
    "    - id: 0d1fe74e-2b70-4a93-9b1a-80070637788b\n"
    "      username: jane\n"
    "      display_name: Jane Doe\n"
    "      email: jane@example.com\n"
    "      given_name: Jane\n"
    "      family_name: Doe\n"
    "      organization_rid: ri.multipass..organization.c30ee6ad-b5e4-4afe-a74f-fe4a289f2faa\n"
    "      attributes: {department: [Finance, \"R&D\"], jobTitle: Accountant, badge: 12}\n";

static void shows_the_current_user_as_the_api_does(void **state)
{
    assert_int_equal(identity_seed(*state, jane_seed, NULL), 0);
    assert_string_equal(
        get(*state, "/api/v2/admin/users/getCurrent", "jane-token", 200),
        "{\"id\":\"0d1fe74e-2b70-4a93-9b1a-80070637788b\",\"username\":\"jane\","
        "\"givenName\":\"Jane\",\"familyName\":\"Doe\",\"email\":\"jane@example.com\","
        "\"realm\":\"palantir-internal-realm\","
        "\"organization\":\"ri.multipass..organization.c30ee6ad-b5e4-4afe-a74f-fe4a289f2faa\","
        "\"status\":\"ACTIVE\",\"attributes\":{\"multipass:givenName\":[\"Jane\"],"
        "\"multipass:familyName\":[\"Doe\"],\"multipass:email:primary\":[\"jane@example.com\"],"
        "\"multipass:realm\":[\"palantir-internal-realm\"],"
        "\"multipass:organization-rid\":"
        "[\"ri.multipass..organization.c30ee6ad-b5e4-4afe-a74f-fe4a289f2faa\"],"
        "\"department\":[\"Finance\",\"R&D\"],\"jobTitle\":[\"Accountant\"],"
        "\"badge\":[\"12\"]}}");
}

static void shows_me_as_multipass_does(void **state)
{
    assert_int_equal(identity_seed(*state, jane_seed, NULL), 0);
    assert_string_equal(
        get(*state, "/multipass/api/me", "jane-token", 200),
        "{\"id\":\"0d1fe74e-2b70-4a93-9b1a-80070637788b\",\"username\":\"jane\","
        "\"attributes\":{\"multipass:given-name\":[\"Jane\"],\"multipass:family-name\":[\"Doe\"],"
        "\"multipass:email:primary\":[\"jane@example.com\"],"
        "\"multipass:realm\":[\"palantir-internal-realm\"],"
        "\"multipass:realm-name\":[\"palantir-internal-realm\"],"
        "\"multipass:organization-rid\":"
        "[\"ri.multipass..organization.c30ee6ad-b5e4-4afe-a74f-fe4a289f2faa\"],"
        "\"multipass:upn\":[\"jane\"],"
        "\"department\":[\"Finance\",\"R&D\"],\"jobTitle\":[\"Accountant\"],"
        "\"badge\":[\"12\"]}}");
}

static void leaves_out_what_a_user_does_not_have(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity,
                                   "tokens: {t: {login: svc}}\n"
                                   "foundry: {users: [{username: svc, principal_type: service, "
                                   "id: \"7\"}]}\n",
                                   NULL),
                     0);
    assert_string_equal(get(identity, "/api/v2/admin/users/getCurrent", "t", 200),
                        "{\"id\":\"7\",\"username\":\"svc\",\"realm\":\"palantir-internal-realm\","
                        "\"status\":\"ACTIVE\",\"attributes\":{\"multipass:realm\":"
                        "[\"palantir-internal-realm\"]}}");
}

static void a_seeded_attribute_stands_instead_of_a_derived_one(void **state)
{
    assert_int_equal(identity_seed(*state,
                                   "tokens: {t: {login: jane}}\n"
                                   "foundry: {users: [{username: jane, id: j, realm: r, "
                                   "organization_rid: o, given_name: Jane, "
                                   "attributes: {\"multipass:realm\": [mine]}}]}\n",
                                   NULL),
                     0);
    assert_string_equal(
        get(*state, "/api/v2/admin/users/getCurrent", "t", 200),
        "{\"id\":\"j\",\"username\":\"jane\",\"givenName\":\"Jane\",\"realm\":\"r\","
        "\"organization\":\"o\",\"status\":\"ACTIVE\",\"attributes\":{"
        "\"multipass:givenName\":[\"Jane\"],\"multipass:organization-rid\":[\"o\"],"
        "\"multipass:realm\":[\"mine\"]}}");
}

static void ignores_preview(void **state)
{
    assert_int_equal(identity_seed(*state, jane_seed, NULL), 0);
    (void)get(*state, "/api/v2/admin/users/getCurrent?preview=true", "jane-token", 200);
}

static void there_is_an_admin_and_a_token_for_him(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity, "", NULL), 0);
    const char *body = get(identity, "/api/v2/admin/users/getCurrent", "test_token_admin", 200);
    assert_string_equal(identity_member(identity, body, "username"), "admin");
    assert_string_equal(identity_member(identity, body, "email"), "admin@localhost");
}

static void the_seed_may_say_who_admin_is(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(
        identity_seed(identity, "foundry: {users: [{username: admin, email: a@b.c}]}", NULL), 0);
    const char *body = get(identity, "/api/v2/admin/users/getCurrent", "test_token_admin", 200);
    assert_string_equal(identity_member(identity, body, "email"), "a@b.c");
    assert_null(fe_users_at(identity->state.users, 1));
}

/* Lets a request in for a user who is not there any more, as when a reset comes between the check
 * of the head and the end of the body. */
static void on_request_of_the_gone(void *self, struct fe_exchange *x)
{
    static const struct fe_principal gone = {.user_id = FE_SLICE_INIT("gone")};
    struct identity *identity = self;
    struct fe_route_match match;
    const struct fe_request *request = fe_exchange_request(x);
    assert_int_equal(fe_router_find(identity->router, FE_GET, request->path, &match), 0);
    fe_exchange_set_principal(x, &gone);
    fe_exchange_dispatch(x, &match);
}

static void a_user_who_is_gone_meanwhile_is_denied(void **state)
{
    struct identity *identity = *state;
    identity->app.on_request = on_request_of_the_gone;
    const char *body = get(identity, "/api/v2/admin/users/getCurrent", "t", 403);
    assert_string_equal(identity_member(identity, body, "errorName"),
                        "GetCurrentUserPermissionDenied");
    assert_string_equal(identity_member(identity, body, "errorCode"), "PERMISSION_DENIED");
    assert_string_equal(identity_member(identity, body, "parameters"), "{}");
    (void)get(identity, "/multipass/api/me", "t", 403);
}

static void tells_how_long_a_token_lives(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity, "foundry: {access_token_ttl: 100}", NULL), 0);
    const char *body = identity_post_for(identity, "/multipass/api/oauth2/token",
                                         "grant_type=client_credentials&client_id=batch", 200);
    const char *token = identity_member(identity, body, "access_token");
    assert_string_equal(get(identity, "/multipass/api/token/ttl", token, 200), "100");
    fe_clock_advance(&identity->env.clock, 10 * FE_NS_PER_S + 1);
    assert_string_equal(get(identity, "/multipass/api/token/ttl", token, 200), "89");
    identity_advance_s(identity, 90);
    body = get(identity, "/multipass/api/token/ttl", token, 401);
    assert_non_null(strstr(body, "EXPIRED"));
}

static void a_token_that_never_expires_has_a_whole_life_before_it(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity, "foundry: {access_token_ttl: 100}", NULL), 0);
    identity_advance_s(identity, 1000000);
    assert_string_equal(get(identity, "/multipass/api/token/ttl", "test_token_admin", 200), "100");
}

static void reports_what_is_wrong_with_users(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity,
                                   "foundry:\n"
                                   "  users:\n"
                                   "    - username: jane\n"
                                   "    - {username: john, id: same}\n"
                                   "    - {username: jane}\n"
                                   "    - {username: jim, id: same}\n"
                                   "    - {email: nobody}\n"
                                   "    - {username: x, principal_type: robot}\n"
                                   "    - {username: y, attributes: {a: {b: c}, d: [[e]]}}\n"
                                   "    - {username: z, colour: red}\n"
                                   "    - text\n",
                                   "foundry:\n"
                                   "  users: [{username: john}]\n",
                                   NULL),
                     9);
    const char *errors = identity_errors(identity);
    static const char *const expected[] = {
        "seed1.yaml:5: foundry.users[2].username: \"jane\" is defined already, at seed1.yaml:3",
        "seed1.yaml:6: foundry.users[3].id: \"same\" is defined already, at seed1.yaml:4",
        "seed1.yaml:7: foundry.users[4]",
        "seed1.yaml:8: foundry.users[5].principal_type",
        "seed1.yaml:9: foundry.users[6].attributes.a",
        "seed1.yaml:9: foundry.users[6].attributes.d[0]",
        "seed1.yaml:10: foundry.users[7].colour",
        "seed1.yaml:11: foundry.users[8]",
        "seed2.yaml:2: foundry.users[0].username: \"john\" is defined already, at seed1.yaml:4",
    };
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
        cmocka_unit_test_setup_teardown(shows_the_current_user_as_the_api_does, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(shows_me_as_multipass_does, open_identity, close_identity),
        cmocka_unit_test_setup_teardown(leaves_out_what_a_user_does_not_have, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(a_seeded_attribute_stands_instead_of_a_derived_one,
                                        open_identity, close_identity),
        cmocka_unit_test_setup_teardown(ignores_preview, open_identity, close_identity),
        cmocka_unit_test_setup_teardown(there_is_an_admin_and_a_token_for_him, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(the_seed_may_say_who_admin_is, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(a_user_who_is_gone_meanwhile_is_denied, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(tells_how_long_a_token_lives, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(a_token_that_never_expires_has_a_whole_life_before_it,
                                        open_identity, close_identity),
        cmocka_unit_test_setup_teardown(reports_what_is_wrong_with_users, open_identity,
                                        close_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "emulate/access.h"

#include <string.h>

#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "identity.h"

static const char seed[] =
    "tokens:\n"
    "  everything: {login: jane}\n"
    "  reader: {login: jane, scopes: [\"api:admin-read\"]}\n"
    "  console: {login: jane, scopes: [\"api:use-admin-read\", other]}\n"
    "  poor: {login: jane, scopes: [\"api:admin-reader\", \"use-admin-read\"]}\n"
    "  none: {login: jane, scopes: []}\n"
    "  gone: {login: sleeper}\n"
    "foundry:\n"
    "  users:\n"
    "    - username: jane\n"
    "    - {username: sleeper, active: false}\n";

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

static void expect(struct identity *identity, const char *authorization, int status,
                   const char *name, const char *why)
{
    struct fe_loopback *client =
        identity_get(identity, "/api/v2/admin/users/getCurrent", authorization);
    assert_int_equal(fe_loopback_status(client), status);
    struct fe_slice body = fe_arena_copy(&identity->arena, fe_loopback_body(client));
    assert_string_equal(identity_member(identity, body.ptr, "errorName"), name);
    assert_non_null(strstr(body.ptr, why));
    assert_string_equal(fe_loopback_header(client, "www-authenticate").ptr,
                        status == 401 ? "Bearer" : "");
    fe_loopback_free(client);
}

static void opens_to_a_token_with_the_scope(void **state)
{
    assert_int_equal(identity_current(*state, "everything"), 200);
    assert_int_equal(identity_current(*state, "reader"), 200);
}

static void opens_to_the_scope_of_developer_console_applications(void **state)
{
    assert_int_equal(identity_current(*state, "console"), 200);
}

static void tells_that_there_is_no_token(void **state)
{
    const char *why = "\"parameters\":{\"error\":\"MISSING\"}";
    expect(*state, NULL, 401, "Default:Unauthorized", why);
    expect(*state, "Basic YTpi", 401, "Default:Unauthorized", why);
}

static void tells_that_a_token_is_unknown_or_malformed(void **state)
{
    const char *why = "\"parameters\":{\"error\":\"INVALID\"}";
    expect(*state, "Bearer nope", 401, "Default:Unauthorized", why);
    expect(*state, "Bearer", 401, "Default:Unauthorized", why);
    expect(*state, "Bearer a b", 401, "Default:Unauthorized", why);
}

static void tells_that_a_token_has_expired(void **state)
{
    struct identity *identity = *state;
    const struct fe_user *jane = fe_users_find(identity->state.users, FE_SLICE("jane"));
    const struct fe_principal principal = {
        .user_id = jane->id, .username = jane->username, .all_scopes = true};
    struct fe_slice token =
        fe_tokens_issue(identity->state.tokens, &principal, 0, &identity->arena);
    assert_int_equal(identity_current(identity, token.ptr), 200);
    identity_advance_s(identity, 3600);
    expect(identity, IDENTITY_FORMAT(identity, "Bearer %s", token.ptr), 401, "Default:Unauthorized",
           "\"parameters\":{\"error\":\"EXPIRED\"}");
}

static void an_inactive_user_does_not_get_in(void **state)
{
    expect(*state, "Bearer gone", 401, "Default:Unauthorized", "\"error\":\"INVALID\"");
}

static void tells_which_scope_is_missing(void **state)
{
    const char *why = "\"parameters\":{\"missingScope\":\"api:admin-read\"}";
    expect(*state, "Bearer poor", 403, "ApiUsageDenied", why);
    expect(*state, "Bearer none", 403, "ApiUsageDenied", why);
}

static void a_route_without_a_scope_takes_any_live_token(void **state)
{
    struct fe_loopback *client = identity_get(*state, "/multipass/api/me", "Bearer none");
    assert_int_equal(fe_loopback_status(client), 200);
    fe_loopback_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_to_a_token_with_the_scope, open_seeded, close_seeded),
        cmocka_unit_test_setup_teardown(opens_to_the_scope_of_developer_console_applications,
                                        open_seeded, close_seeded),
        cmocka_unit_test_setup_teardown(tells_that_there_is_no_token, open_seeded, close_seeded),
        cmocka_unit_test_setup_teardown(tells_that_a_token_is_unknown_or_malformed, open_seeded,
                                        close_seeded),
        cmocka_unit_test_setup_teardown(tells_that_a_token_has_expired, open_seeded, close_seeded),
        cmocka_unit_test_setup_teardown(an_inactive_user_does_not_get_in, open_seeded,
                                        close_seeded),
        cmocka_unit_test_setup_teardown(tells_which_scope_is_missing, open_seeded, close_seeded),
        cmocka_unit_test_setup_teardown(a_route_without_a_scope_takes_any_live_token, open_seeded,
                                        close_seeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_seed.h"

#include <string.h>

#include "emulate/oauth/oauth_routes.h"
#include "emulate/state/tokens.h"
#include "identity.h"
#include "util/buf.h"
#include "util/limits.h"

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

static void expect_errors(struct identity *identity, const char *const *expected)
{
    const char *errors = identity_errors(identity);
    for (; *expected; expected++) {
        if (strstr(errors, *expected) == NULL) {
            print_message("expected: %s\nin:\n%s", *expected, errors);
        }
        assert_non_null(strstr(errors, *expected));
    }
}

static void without_the_key_there_is_one_token_for_admin(void **state)
{
    assert_int_equal(identity_seed(*state, "foundry: {}", NULL), 0);
    assert_int_equal(identity_current(*state, "test_token_admin"), 200);
}

static void with_the_key_there_are_the_seeded_tokens_only(void **state)
{
    assert_int_equal(identity_seed(*state, "tokens: {mine: {login: admin}}", "foundry: {}", NULL),
                     0);
    assert_int_equal(identity_current(*state, "mine"), 200);
    assert_int_equal(identity_current(*state, "test_token_admin"), 401);
}

static void an_empty_map_of_tokens_means_none(void **state)
{
    assert_int_equal(identity_seed(*state, "tokens: {}", NULL), 0);
    assert_int_equal(identity_current(*state, "test_token_admin"), 401);
}

static void a_token_may_name_a_user_of_an_earlier_file(void **state)
{
    assert_int_equal(identity_seed(*state, "foundry: {users: [{username: jane}]}",
                                   "tokens: {t: {login: jane, scopes: [\"api:admin-read\"]}}",
                                   NULL),
                     0);
    assert_int_equal(identity_current(*state, "t"), 200);
}

static void a_token_is_made_of_what_a_bearer_token_may_be(void **state)
{
    struct identity *identity = *state;
    assert_int_equal(identity_seed(identity, "tokens: {\"aZ09-._~+/==\": {login: admin}}", NULL),
                     0);
    assert_int_equal(identity_current(identity, "aZ09-._~+/=="), 200);
    assert_int_equal(identity_seed(identity,
                                   "tokens: {\"=\": {login: admin}, \"a=b\": {login: admin}, "
                                   "\"\\u00e9\": {login: admin}}",
                                   NULL),
                     3);
}

static void a_token_has_no_more_scopes_than_a_request_may_have(void **state)
{
    struct identity *identity = *state;
    struct fe_buf seed;
    fe_buf_init(&seed, 1 << 20);
    assert_int_equal(fe_buf_puts(&seed, "tokens:\n  t: {login: admin, scopes: [s0"), 0);
    for (unsigned i = 1; i <= FE_LIMIT_SCOPES; i++) {
        assert_int_equal(fe_buf_printf(&seed, ", s%u", i), 0);
    }
    assert_int_equal(fe_buf_put(&seed, FE_SLICE("]}\n\0")), 0);
    assert_int_equal(identity_seed(identity, seed.ptr, NULL), 1);
    static const char *const expected[] = {"seed1.yaml:2: tokens.t.scopes: too many", NULL};
    expect_errors(identity, expected);
    fe_buf_done(&seed);
}

static void a_reset_forgets_tokens_and_clients(void **state)
{
    struct identity *identity = *state;
    static const char seed[] = "tokens: {t: {login: admin}}\n"
                               "foundry: {access_token_ttl: 5, oauth_clients: [{client_id: a}]}";
    assert_int_equal(identity_seed(identity, seed, NULL), 0);
    assert_int_equal(fe_tokens_ttl_s(identity->state.tokens), 5);
    for (size_t i = 0; i < identity->feature_count; i++) {
        identity->features[i]->reset(identity->selves[i]);
    }
    assert_int_equal(identity_current(identity, "t"), 401);
    assert_int_equal(identity_seed(identity, seed, NULL), 0); /* nothing is there twice */
    assert_int_equal(identity_current(identity, "t"), 200);
}

static void reports_what_is_wrong_with_tokens(void **state)
{
    static const char *const expected[] = {
        "seed1.yaml:2: tokens.a.login: no user \"jayne\"; expected one of: admin, jane",
        "seed1.yaml:3: tokens.b",
        "seed1.yaml:4: tokens.c.scopes: \"x y\" is no scope",
        "seed1.yaml:5: tokens.",
        "seed1.yaml:6: tokens.e.id",
        "seed2.yaml:1: tokens.a: this token is defined already, at seed1.yaml:2",
        NULL,
    };
    assert_int_equal(identity_seed(*state,
                                   "tokens:\n"
                                   "  a: {login: jayne}\n"
                                   "  b: {scopes: [x]}\n"
                                   "  c: {login: jane, scopes: [x y]}\n"
                                   "  \"d d\": {login: jane}\n"
                                   "  e: {login: jane, id: 7}\n"
                                   "foundry: {users: [{username: jane}]}\n",
                                   "tokens: {a: {login: jane}}\n", NULL),
                     6);
    expect_errors(*state, expected);
}

static void reports_what_is_wrong_with_clients(void **state)
{
    static const char *const expected[] = {
        ("seed1.yaml:4: foundry.oauth_clients[1].client_id: \"a\" is defined already, at "
         "seed1.yaml:3"),
        "seed1.yaml:5: foundry.oauth_clients[2]",
        "seed1.yaml:6: foundry.oauth_clients[3].redirect_uris: \"/callback\" is no redirect URI",
        "seed1.yaml:7: foundry.oauth_clients[4].grant_types: \"implicit\" is no grant type",
        ("seed1.yaml:8: foundry.oauth_clients[5].grant_types: client_credentials needs a "
         "client_secret"),
        "seed1.yaml:9: foundry.oauth_clients[6].client_secret",
        "seed1.yaml:10: foundry.oauth_clients[7].allowed_scopes",
        "seed1.yaml:11: foundry.oauth_clients[8].redirect_uri",
        "seed1.yaml:12: foundry.access_token_ttl",
        NULL,
    };
    assert_int_equal(identity_seed(*state,
                                   "foundry:\n"
                                   "  oauth_clients:\n"
                                   "    - {client_id: a, client_secret: s}\n"
                                   "    - {client_id: a, client_secret: s}\n"
                                   "    - {client_secret: s}\n"
                                   "    - {client_id: d, redirect_uris: [/callback]}\n"
                                   "    - {client_id: e, grant_types: [implicit]}\n"
                                   "    - {client_id: f, grant_types: [client_credentials]}\n"
                                   "    - {client_id: g, client_secret: \"\"}\n"
                                   "    - {client_id: h, allowed_scopes: ['\"']}\n"
                                   "    - {client_id: i, redirect_uri: http://x/}\n"
                                   "  access_token_ttl: 0\n",
                                   NULL),
                     9);
    expect_errors(*state, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_the_key_there_is_one_token_for_admin, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(with_the_key_there_are_the_seeded_tokens_only,
                                        open_identity, close_identity),
        cmocka_unit_test_setup_teardown(an_empty_map_of_tokens_means_none, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(a_token_may_name_a_user_of_an_earlier_file, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(a_token_is_made_of_what_a_bearer_token_may_be,
                                        open_identity, close_identity),
        cmocka_unit_test_setup_teardown(a_token_has_no_more_scopes_than_a_request_may_have,
                                        open_identity, close_identity),
        cmocka_unit_test_setup_teardown(a_reset_forgets_tokens_and_clients, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(reports_what_is_wrong_with_tokens, open_identity,
                                        close_identity),
        cmocka_unit_test_setup_teardown(reports_what_is_wrong_with_clients, open_identity,
                                        close_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

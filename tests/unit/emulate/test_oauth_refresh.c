/* SPDX-License-Identifier: MIT */
/* The token endpoint: refresh tokens; and revocation. */
#include <string.h>

#include "emulate/oauth/oauth_token.h"
#include "emulate/state/users.h"
#include "token_fixture.h"

/* ── refresh_token ── */

static void rotates_at_every_use(void **state)
{
    struct identity *identity = *state;
    const char *first = token_sign_in(identity, "api:admin-read+offline_access");
    const char *second = identity_post_for(
        identity, TOKEN, token_refresh_form(identity, token_refresh(identity, first)), 200);
    assert_string_not_equal(token_refresh(identity, first), token_refresh(identity, second));
    assert_string_not_equal(token_access(identity, first), token_access(identity, second));
    assert_string_equal(identity_member(identity, second, "scope"),
                        "api:admin-read offline_access");
    assert_int_equal(identity_current(identity, token_access(identity, second)), 200);
    assert_int_equal(identity_current(identity, token_access(identity, first)), 200);
}

static void takes_the_previous_token_for_one_minute(void **state)
{
    struct identity *identity = *state;
    const char *first = token_refresh(identity, token_sign_in(identity, "offline_access"));
    const char *second = token_refresh(
        identity, identity_post_for(identity, TOKEN, token_refresh_form(identity, first), 200));
    identity_advance_s(identity, 60);
    const char *again = token_refresh(
        identity, identity_post_for(identity, TOKEN, token_refresh_form(identity, first), 200));
    assert_string_equal(again, second);
    (void)identity_post_for(identity, TOKEN, token_refresh_form(identity, second), 200);
}

static void reuse_after_the_minute_ends_the_whole_grant(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "api:admin-read+offline_access");
    const char *first = token_refresh(identity, body);
    const char *second_body =
        identity_post_for(identity, TOKEN, token_refresh_form(identity, first), 200);
    identity_advance_s(identity, 61);
    token_expect_error(identity, token_refresh_form(identity, first), 400, "invalid_grant");
    assert_int_equal(identity_current(identity, token_access(identity, body)), 401);
    assert_int_equal(identity_current(identity, token_access(identity, second_body)), 401);
    token_expect_error(identity, token_refresh_form(identity, token_refresh(identity, second_body)),
                       400, "invalid_grant");
}

static void reuse_of_an_older_token_ends_the_grant_at_once(void **state)
{
    struct identity *identity = *state;
    const char *first = token_refresh(identity, token_sign_in(identity, "offline_access"));
    const char *second = token_refresh(
        identity, identity_post_for(identity, TOKEN, token_refresh_form(identity, first), 200));
    const char *third = token_refresh(
        identity, identity_post_for(identity, TOKEN, token_refresh_form(identity, second), 200));
    token_expect_error(identity, token_refresh_form(identity, first), 400, "invalid_grant");
    token_expect_error(identity, token_refresh_form(identity, third), 400, "invalid_grant");
}

static void a_refresh_token_idles_thirty_days(void **state)
{
    struct identity *identity = *state;
    const int64_t thirty_days_s = INT64_C(30) * 24 * 3600;
    const char *token = token_refresh(identity, token_sign_in(identity, "offline_access"));
    identity_advance_s(identity, thirty_days_s);
    token = token_refresh(
        identity, identity_post_for(identity, TOKEN, token_refresh_form(identity, token), 200));
    identity_advance_s(identity, thirty_days_s + 1);
    token_expect_error(identity, token_refresh_form(identity, token), 400, "invalid_grant");
}

static void a_refresh_may_narrow_the_scope_and_never_widen_it(void **state)
{
    struct identity *identity = *state;
    const char *token =
        token_refresh(identity, token_sign_in(identity, "api:admin-read+offline_access"));
    const char *body = identity_post_for(
        identity, TOKEN,
        IDENTITY_FORMAT(identity, "%s&scope=offline_access", token_refresh_form(identity, token)),
        200);
    assert_string_equal(identity_member(identity, body, "scope"), "offline_access");
    assert_int_equal(identity_current(identity, token_access(identity, body)), 403);
    token = token_refresh(identity, body);
    token_expect_error(identity,
                       IDENTITY_FORMAT(identity, "%s&scope=api:ontologies-read",
                                       token_refresh_form(identity, token)),
                       400, "invalid_scope");
    token_expect_error(
        identity, IDENTITY_FORMAT(identity, "%s&scope=%%5C", token_refresh_form(identity, token)),
        400, "invalid_scope");
    /* What was refused has not used the token; and the grant is as wide as ever. */
    body = identity_post_for(identity, TOKEN, token_refresh_form(identity, token), 200);
    assert_int_equal(identity_current(identity, token_access(identity, body)), 200);
}

static void refuses_a_refresh_token_that_is_missing_unknown_or_anothers(void **state)
{
    struct identity *identity = *state;
    token_expect_error(identity, "grant_type=refresh_token" WEB, 400, "invalid_request");
    token_expect_error(identity, token_refresh_form(identity, "nope"), 400, "invalid_grant");
    const char *token = token_refresh(identity, token_sign_in(identity, "offline_access"));
    token_expect_error(identity,
                       IDENTITY_FORMAT(identity,
                                       "grant_type=refresh_token&refresh_token=%s&"
                                       "client_id=spa",
                                       token),
                       400, "invalid_grant");
    (void)identity_post_for(identity, TOKEN, token_refresh_form(identity, token), 200);
}

static void people_who_are_gone_get_nothing(void **state)
{
    struct identity *identity = *state;
    const char *token = token_refresh(identity, token_sign_in(identity, "offline_access"));
    const char *form = token_exchange_form(identity, token_login(identity, ""));
    fe_users_clear(identity->state.users);
    token_expect_error(identity, token_refresh_form(identity, token), 400, "invalid_grant");
    token_expect_error(identity, form, 400, "invalid_grant");
}

/* ── revoke_token ── */

static void revokes_an_access_token(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "api:admin-read+offline_access");
    const char *form = IDENTITY_FORMAT(identity, "token=%s" WEB, token_access(identity, body));
    assert_string_equal(identity_post_for(identity, REVOKE, form, 200), "{}");
    assert_int_equal(identity_current(identity, token_access(identity, body)), 401);
    assert_string_equal(identity_post_for(identity, REVOKE, form, 200), "{}");
    (void)identity_post_for(identity, TOKEN,
                            token_refresh_form(identity, token_refresh(identity, body)), 200);
}

static void revoking_a_refresh_token_ends_its_grant(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "api:admin-read+offline_access");
    const char *form = IDENTITY_FORMAT(identity, "token=%s&token_type_hint=refresh_token" WEB,
                                       token_refresh(identity, body));
    (void)identity_post_for(identity, REVOKE, form, 200);
    assert_int_equal(identity_current(identity, token_access(identity, body)), 401);
    token_expect_error(identity, token_refresh_form(identity, token_refresh(identity, body)), 400,
                       "invalid_grant");
}

static void revoking_what_is_unknown_is_fine(void **state)
{
    assert_string_equal(identity_post_for(*state, REVOKE, "token=nope" WEB, 200), "{}");
}

static void no_client_revokes_anothers_token(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "api:admin-read+offline_access");
    static const char format[] = "token=%s&client_id=spa";
    (void)identity_post_for(identity, REVOKE,
                            IDENTITY_FORMAT(identity, format, token_access(identity, body)), 400);
    (void)identity_post_for(identity, REVOKE,
                            IDENTITY_FORMAT(identity, format, token_refresh(identity, body)), 400);
    (void)identity_post_for(identity, REVOKE, "token=test_token_admin" WEB, 400);
    assert_int_equal(identity_current(identity, token_access(identity, body)), 200);
    assert_int_equal(identity_current(identity, "test_token_admin"), 200);
}

static void a_revocation_needs_a_token_and_a_client(void **state)
{
    (void)identity_post_for(*state, REVOKE, "x=y" WEB, 400);
    (void)identity_post_for(*state, REVOKE, "token=nope", 400);
    (void)identity_post_for(*state, REVOKE, "token=nope&client_id=web", 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(rotates_at_every_use),
        SEEDED(takes_the_previous_token_for_one_minute),
        SEEDED(reuse_after_the_minute_ends_the_whole_grant),
        SEEDED(reuse_of_an_older_token_ends_the_grant_at_once),
        SEEDED(a_refresh_token_idles_thirty_days),
        SEEDED(a_refresh_may_narrow_the_scope_and_never_widen_it),
        SEEDED(refuses_a_refresh_token_that_is_missing_unknown_or_anothers),
        SEEDED(people_who_are_gone_get_nothing),
        SEEDED(revokes_an_access_token),
        SEEDED(revoking_a_refresh_token_ends_its_grant),
        SEEDED(revoking_what_is_unknown_is_fine),
        SEEDED(no_client_revokes_anothers_token),
        SEEDED(a_revocation_needs_a_token_and_a_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The token endpoint: the authorization code grant, PKCE, and a stack without clients. */
#include <string.h>

#include "emulate/oauth/oauth_token.h"
#include "emulate/state/users.h"
#include "token_fixture.h"

/* ── authorization_code ── */

static void exchanges_a_code(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "api:admin-read");
    const char *token = token_access(identity, body);
    assert_string_equal(body, IDENTITY_FORMAT(identity,
                                              "{\"access_token\":\"%s\",\"token_type\":\"bearer\","
                                              "\"expires_in\":3600,\"scope\":\"api:admin-read\"}",
                                              token));
    assert_int_equal(identity_current(identity, token), 200);
    identity_advance_s(identity, 3600);
    assert_int_equal(identity_current(identity, token), 401);
}

static void gives_a_refresh_token_for_offline_access_only(void **state)
{
    struct identity *identity = *state;
    assert_string_equal(token_refresh(identity, token_sign_in(identity, "")), "");
    assert_string_not_equal(
        token_refresh(identity, token_sign_in(identity, "api:admin-read+offline_access")), "");
    const char *code =
        identity_code(identity, "username=jane&client_id=short&scope=offline_access&" REDIRECT);
    const char *body =
        identity_post_for(identity, TOKEN,
                          IDENTITY_FORMAT(identity,
                                          "grant_type=authorization_code&code=%s&client_id=short&"
                                          "client_secret=s&" REDIRECT,
                                          code),
                          200);
    assert_string_equal(token_refresh(identity, body), ""); /* it may not refresh */
}

static void a_code_without_scope_opens_all_that_is_allowed(void **state)
{
    struct identity *identity = *state;
    const char *body = token_sign_in(identity, "");
    assert_string_equal(identity_member(identity, body, "scope"),
                        "api:admin-read api:ontologies-read");
}

static void refuses_a_code_that_is_missing_unknown_or_anothers(void **state)
{
    struct identity *identity = *state;
    token_expect_error(identity, "grant_type=authorization_code" WEB, 400, "invalid_request");
    token_expect_error(identity, token_exchange_form(identity, "nope"), 400, "invalid_grant");
    const char *code = token_login(identity, "");
    token_expect_error(identity,
                       IDENTITY_FORMAT(identity,
                                       "grant_type=authorization_code&code=%s&client_id=short"
                                       "&client_secret=s&" REDIRECT,
                                       code),
                       400, "invalid_grant");
    (void)identity_post_for(identity, TOKEN, token_exchange_form(identity, code), 200);
}

static void a_code_lives_ten_minutes(void **state)
{
    struct identity *identity = *state;
    const char *in_time = token_login(identity, "");
    const char *late = token_login(identity, "");
    identity_advance_s(identity, 599);
    (void)identity_post_for(identity, TOKEN, token_exchange_form(identity, in_time), 200);
    identity_advance_s(identity, 1);
    token_expect_error(identity, token_exchange_form(identity, late), 400, "invalid_grant");
}

static void a_second_use_of_a_code_revokes_what_the_first_got(void **state)
{
    struct identity *identity = *state;
    const char *bystander = token_access(identity, token_sign_in(identity, "api:admin-read"));
    const char *code = token_login(identity, "api:admin-read+offline_access");
    const char *body = identity_post_for(identity, TOKEN, token_exchange_form(identity, code), 200);
    assert_int_equal(identity_current(identity, token_access(identity, body)), 200);
    token_expect_error(identity, token_exchange_form(identity, code), 400, "invalid_grant");
    assert_int_equal(identity_current(identity, token_access(identity, body)), 401);
    token_expect_error(identity, token_refresh_form(identity, token_refresh(identity, body)), 400,
                       "invalid_grant");
    assert_int_equal(identity_current(identity, bystander), 200);
}

static void wants_the_redirect_uri_again(void **state)
{
    struct identity *identity = *state;
    const char *code = token_login(identity, "");
    const char *without =
        IDENTITY_FORMAT(identity, "grant_type=authorization_code&code=%s" WEB, code);
    token_expect_error(identity, without, 400, "invalid_request");
    token_expect_error(
        identity, IDENTITY_FORMAT(identity, "%s&redirect_uri=http://localhost:3000/other", without),
        400, "invalid_grant");
    (void)identity_post_for(identity, TOKEN, token_exchange_form(identity, code), 200);
}

static void does_not_want_a_redirect_uri_that_was_not_given(void **state)
{
    struct identity *identity = *state;
    const char *code = identity_code(identity, "username=jane&client_id=web");
    (void)identity_post_for(
        identity, TOKEN,
        IDENTITY_FORMAT(identity, "grant_type=authorization_code&code=%s" WEB, code), 200);
}

static const char *spa_form(struct identity *identity, const char *verifier)
{
    const char *code =
        identity_code(identity, "username=jane&client_id=spa&" REDIRECT "&code_challenge=" CHALLENGE
                                "&code_challenge_method=S256");
    return IDENTITY_FORMAT(identity,
                           "grant_type=authorization_code&code=%s&client_id=spa&" REDIRECT "%s%s",
                           code, verifier ? "&code_verifier=" : "", verifier ? verifier : "");
}

static void a_public_client_proves_itself_by_pkce(void **state)
{
    struct identity *identity = *state;
    (void)identity_post_for(identity, TOKEN, spa_form(identity, VERIFIER), 200);
    token_expect_error(identity, spa_form(identity, NULL), 400, "invalid_grant");
    token_expect_error(identity, spa_form(identity, "wrong"), 400, "invalid_grant");
    token_expect_error(identity, spa_form(identity, CHALLENGE), 400, "invalid_grant");
    token_expect_error(identity, spa_form(identity, VERIFIER "%00"), 400, "invalid_request");
    token_expect_error(identity, spa_form(identity, VERIFIER "%20"), 400, "invalid_grant");
    /* palantir-oauth-client: Basic with the id and no secret */
    struct fe_loopback *client =
        identity_post(identity, TOKEN, "Basic c3BhOg==", spa_form(identity, VERIFIER));
    assert_int_equal(fe_loopback_status(client), 200);
    fe_loopback_free(client);
}

static void a_verifier_without_a_challenge_is_refused(void **state)
{
    struct identity *identity = *state;
    const char *form = token_exchange_form(identity, token_login(identity, ""));
    token_expect_error(identity, IDENTITY_FORMAT(identity, "%s&code_verifier=" VERIFIER, form), 400,
                       "invalid_grant");
}

/* ── without clients in the seed ── */

static void without_clients_anybody_may_ask(void **state)
{
    struct identity *identity = *state;
    (void)identity_post_for(identity, TOKEN, "grant_type=client_credentials&client_id=x", 200);
    (void)identity_post_for(identity, TOKEN,
                            "grant_type=client_credentials&client_id=x&client_secret=any", 200);
    const char *code = identity_code(
        identity, "username=jane&client_id=y&scope=offline_access+api:admin-read&" REDIRECT);
    const char *body = identity_post_for(
        identity, TOKEN,
        IDENTITY_FORMAT(identity, "grant_type=authorization_code&code=%s&client_id=y&" REDIRECT,
                        code),
        200);
    assert_int_equal(identity_current(identity, token_access(identity, body)), 200);
    (void)identity_post_for(identity, TOKEN,
                            IDENTITY_FORMAT(identity,
                                            "grant_type=refresh_token&refresh_token=%s&"
                                            "client_id=y&client_secret=other",
                                            token_refresh(identity, body)),
                            200);
    token_expect_error(identity,
                       IDENTITY_FORMAT(identity,
                                       "grant_type=refresh_token&refresh_token=%s&client_id=z",
                                       token_refresh(identity, body)),
                       400, "invalid_grant");
}

static void without_clients_a_challenge_still_counts(void **state)
{
    struct identity *identity = *state;
    const char *code =
        identity_code(identity, "username=jane&client_id=y&" REDIRECT "&code_challenge=" CHALLENGE
                                "&code_challenge_method=S256");
    const char *form = IDENTITY_FORMAT(
        identity, "grant_type=authorization_code&code=%s&client_id=y&" REDIRECT, code);
    token_expect_error(identity, form, 400, "invalid_grant");
    (void)identity_post_for(identity, TOKEN,
                            IDENTITY_FORMAT(identity, "%s&code_verifier=" VERIFIER, form), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(exchanges_a_code),
        SEEDED(gives_a_refresh_token_for_offline_access_only),
        SEEDED(a_code_without_scope_opens_all_that_is_allowed),
        SEEDED(refuses_a_code_that_is_missing_unknown_or_anothers),
        SEEDED(a_code_lives_ten_minutes),
        SEEDED(a_second_use_of_a_code_revokes_what_the_first_got),
        SEEDED(wants_the_redirect_uri_again),
        SEEDED(does_not_want_a_redirect_uri_that_was_not_given),
        SEEDED(a_public_client_proves_itself_by_pkce),
        SEEDED(a_verifier_without_a_challenge_is_refused),
        WITHOUT_CLIENTS(without_clients_anybody_may_ask),
        WITHOUT_CLIENTS(without_clients_a_challenge_still_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

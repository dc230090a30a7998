/* SPDX-License-Identifier: MIT */
/* The token endpoint: its form, who the client is, and client credentials. */
#include <string.h>

#include "emulate/oauth/oauth_token.h"
#include "emulate/state/users.h"
#include "token_fixture.h"

/* ── the request ── */

static void wants_a_form(void **state)
{
    struct identity *identity = *state;
    static const char *const types[] = {"application/json", "text/plain", NULL};
    static const char *const good_types[] = {"Application/X-WWW-Form-Urlencoded",
                                             "application/x-www-form-urlencoded ; charset=UTF-8"};
    struct fe_slice form = FE_SLICE("grant_type=client_credentials&client_id=pipe&client_secret=p");
    for (size_t i = 0; i < 3; i++) {
        const char *const headers[] = {types[i] ? "Content-Type" : NULL, types[i], NULL};
        const struct fe_loopback_request request = {FE_POST, TOKEN, headers, form};
        struct fe_loopback *client =
            fe_loopback_send(&identity->app, &identity->env, NULL, &request);
        assert_int_equal(fe_loopback_status(client), 400);
        assert_non_null(strstr(fe_loopback_body(client).ptr, "\"invalid_request\""));
        fe_loopback_free(client);
    }
    for (size_t i = 0; i < 2; i++) {
        const char *const headers[] = {"Content-Type", good_types[i], NULL};
        const struct fe_loopback_request request = {FE_POST, TOKEN, headers, form};
        struct fe_loopback *client =
            fe_loopback_send(&identity->app, &identity->env, NULL, &request);
        assert_int_equal(fe_loopback_status(client), 200);
        fe_loopback_free(client);
    }
}

static void refuses_bad_parameters(void **state)
{
    token_expect_error(*state, "grant_type=client_credentials&grant_type=client_credentials" WEB,
                       400, "invalid_request");
    token_expect_error(*state, "grant_type=client_credentials&scope=%zz" WEB, 400,
                       "invalid_request");
    token_expect_error(*state, "x" WEB, 400, "invalid_request");
    token_expect_error(*state, "grant_type=" WEB, 400, "invalid_request");
    token_expect_error(*state, "grant_type=password" WEB, 400, "unsupported_grant_type");
    token_expect_error(*state, "grant_type=client_credentials", 400, "invalid_request");
    token_expect_error(*state, "", 400, "invalid_request");
}

static void refuses_too_many_parameters(void **state)
{
    struct identity *identity = *state;
    struct fe_buf form;
    fe_buf_init(&form, 4096);
    for (int i = 0; i < 65; i++) {
        (void)fe_buf_printf(&form, "p%d=&", i);
    }
    token_expect_error(identity, fe_buf_slice(&form).ptr, 400, "invalid_request");
    fe_buf_done(&form);
}

static void is_never_cached(void **state)
{
    struct fe_loopback *client = identity_post(*state, TOKEN, NULL, "grant_type=x" WEB);
    assert_string_equal(fe_loopback_header(client, "cache-control").ptr, "no-store");
    assert_string_equal(fe_loopback_header(client, "pragma").ptr, "no-cache");
    assert_string_equal(fe_loopback_header(client, "content-type").ptr, "application/json");
    fe_loopback_free(client);
    client = identity_post(*state, TOKEN, NULL, "grant_type=client_credentials" WEB);
    assert_int_equal(fe_loopback_status(client), 200);
    assert_string_equal(fe_loopback_header(client, "cache-control").ptr, "no-store");
    assert_string_equal(fe_loopback_header(client, "pragma").ptr, "no-cache");
    fe_loopback_free(client);
}

static void describes_errors_in_the_characters_that_are_allowed(void **state)
{
    struct identity *identity = *state;
    const char *body = identity_post_for(
        identity, TOKEN, "%22%5C%0A%C3%A9=1&%22%5C%0A%C3%A9=2&grant_type=x" WEB, 400);
    /* In two pieces, or else C reads a trigraph. */
    assert_string_equal(identity_member(identity, body, "error_description"), "The parameter '"
                                                                              "'???"
                                                                              "?' is given twice.");
}

/* ── the client ── */

static void expect_basic(struct identity *identity, const char *basic, const char *form, int status,
                         const char *error)
{
    struct fe_loopback *client = identity_post(identity, TOKEN, basic, form);
    assert_int_equal(fe_loopback_status(client), status);
    struct fe_slice body = fe_arena_copy(&identity->arena, fe_loopback_body(client));
    assert_string_equal(identity_member(identity, body.ptr, "error"), error);
    assert_string_equal(fe_loopback_header(client, "www-authenticate").ptr,
                        status == 401 ? "Basic realm=\"foundry\"" : "");
    fe_loopback_free(client);
}

static void takes_credentials_by_basic_or_body(void **state)
{
    static const char form[] = "grant_type=client_credentials";
    expect_basic(*state, WEB_BASIC, form, 200, "");
    expect_basic(*state, WEB_BASIC, "grant_type=client_credentials&client_id=web", 200, "");
    /* web and an empty password */
    expect_basic(*state, "Basic d2ViOg==", "grant_type=client_credentials&client_secret=s3cret",
                 200, "");
    /* another scheme is no credentials */
    expect_basic(*state, "Bearer nope", "grant_type=client_credentials" WEB, 200, "");
}

static void takes_basic_encoded_or_raw(void **state)
{
    static const char form[] = "grant_type=client_credentials";
    /* a+b and c%41+d: encoded, as oauth4webapi does; raw, as Python's requests does */
    expect_basic(*state, "Basic YSUyQmI6YyUyNTQxJTJCZA==", form, 200, "");
    expect_basic(*state, "Basic YStiOmMlNDErZA==", form, 200, "");
    expect_basic(*state, "Basic YStiOmMlNDErZA==", "grant_type=client_credentials&client_id=a%2Bb",
                 200, "");
    expect_basic(*state, "Basic YStiOmNBIGQ=", form, 401, "invalid_client"); /* a+b:cA d */
}

static void refuses_wrong_credentials(void **state)
{
    static const char form[] = "grant_type=client_credentials";
    expect_basic(*state, "Basic d2ViOndyb25n", form, 401, "invalid_client"); /* web:wrong */
    expect_basic(*state, "Basic d2ViOg==", form, 401, "invalid_client");     /* web: */
    expect_basic(*state, "Basic bm9uZTp4", form, 401, "invalid_client");     /* none:x */
    expect_basic(*state, "Basic ???", form, 401, "invalid_client");
    token_expect_error(*state, "grant_type=client_credentials&client_id=web&client_secret=no", 401,
                       "invalid_client");
    token_expect_error(*state, "grant_type=client_credentials&client_id=web", 401,
                       "invalid_client");
    token_expect_error(*state, "grant_type=client_credentials&client_id=none&client_secret=x", 401,
                       "invalid_client");
    token_expect_error(*state,
                       "grant_type=refresh_token&refresh_token=x&client_id=spa&client_secret=x",
                       401, "invalid_client");
}

static void a_401_without_basic_has_no_challenge(void **state)
{
    struct fe_loopback *client =
        identity_post(*state, TOKEN, NULL, "grant_type=client_credentials&client_id=web");
    assert_int_equal(fe_loopback_status(client), 401);
    assert_int_equal(fe_loopback_header(client, "www-authenticate").len, 0);
    fe_loopback_free(client);
}

static void refuses_credentials_in_two_places(void **state)
{
    static const char *const forms[] = {
        "grant_type=client_credentials&client_id=pipe",
        "grant_type=client_credentials&client_secret=s3cret",
        "grant_type=client_credentials&client_id=web&client_secret=s3cret",
    };
    for (size_t i = 0; i < 3; i++) {
        expect_basic(*state, WEB_BASIC, forms[i], 400, "invalid_request");
    }
}

static void refuses_a_grant_type_that_the_client_lacks(void **state)
{
    token_expect_error(*state,
                       "grant_type=authorization_code&code=x&client_id=pipe&client_secret=p", 400,
                       "unauthorized_client");
    token_expect_error(*state,
                       "grant_type=refresh_token&refresh_token=x&client_id=short&client_secret=s",
                       400, "unauthorized_client");
    token_expect_error(*state, "grant_type=client_credentials&client_id=spa", 400,
                       "unauthorized_client");
}

/* ── client_credentials ── */

static void serves_a_client_with_the_answer_that_clients_parse(void **state)
{
    struct identity *identity = *state;
    const char *body = identity_post_for(
        identity, TOKEN, "grant_type=client_credentials&scope=api:admin-read" WEB, 200);
    const char *token = token_access(identity, body);
    assert_string_equal(body, IDENTITY_FORMAT(identity,
                                              "{\"access_token\":\"%s\",\"token_type\":\"bearer\","
                                              "\"expires_in\":3600,\"scope\":\"api:admin-read\"}",
                                              token));
    assert_int_equal(identity_current(identity, token), 200);
    const struct fe_user *user = fe_users_find(identity->state.users, FE_SLICE("web"));
    assert_non_null(user);
    assert_int_equal(user->kind, FE_USER_SERVICE);
}

static void gives_all_allowed_scopes_when_none_is_asked(void **state)
{
    struct identity *identity = *state;
    static const char *const forms[] = {"grant_type=client_credentials" WEB,
                                        "grant_type=client_credentials&scope=" WEB,
                                        "grant_type=client_credentials&scope=offline_access" WEB};
    for (size_t i = 0; i < 3; i++) {
        const char *body = identity_post_for(identity, TOKEN, forms[i], 200);
        assert_string_equal(identity_member(identity, body, "scope"),
                            "api:admin-read api:ontologies-read");
        assert_string_equal(token_refresh(identity, body), "");
    }
    /* No restriction: no scope to tell, and every door open. */
    const char *body = identity_post_for(
        identity, TOKEN, "grant_type=client_credentials&client_id=pipe&client_secret=p", 200);
    assert_null(strstr(body, "scope"));
    assert_int_equal(identity_current(identity, token_access(identity, body)), 200);
}

static void tolerates_offline_access_and_never_gives_a_refresh_token(void **state)
{
    struct identity *identity = *state;
    const char *body = identity_post_for(
        identity, TOKEN,
        "grant_type=client_credentials&scope=api:admin-read+offline_access++api:admin-read" WEB,
        200);
    assert_string_equal(identity_member(identity, body, "scope"), "api:admin-read");
    assert_string_equal(token_refresh(identity, body), "");
}

static void refuses_scopes_that_are_not_allowed(void **state)
{
    token_expect_error(*state, "grant_type=client_credentials&scope=api:admin-write" WEB, 400,
                       "invalid_scope");
    token_expect_error(*state, "grant_type=client_credentials&scope=a%22b" WEB, 400,
                       "invalid_scope");
}

static void refuses_too_many_scopes(void **state)
{
    struct fe_buf form;
    fe_buf_init(&form, 8192);
    (void)fe_buf_puts(&form, "grant_type=client_credentials&client_id=pipe&client_secret=p&scope=");
    for (int i = 0; i < 256; i++) {
        (void)fe_buf_printf(&form, "s%d+", i);
    }
    (void)identity_post_for(*state, TOKEN, fe_buf_slice(&form).ptr, 200);
    (void)fe_buf_puts(&form, "more");
    token_expect_error(*state, fe_buf_slice(&form).ptr, 400, "invalid_scope");
    fe_buf_done(&form);
}

static void speaks_for_the_service_user_tied_to_the_client(void **state)
{
    struct identity *identity = *state;
    const char *body = identity_post_for(
        identity, TOKEN, "grant_type=client_credentials&client_id=pipe&client_secret=p", 200);
    const char *bearer = IDENTITY_FORMAT(identity, "Bearer %s", token_access(identity, body));
    struct fe_loopback *client = identity_get(identity, "/multipass/api/me", bearer);
    struct fe_slice me = fe_arena_copy(&identity->arena, fe_loopback_body(client));
    assert_string_equal(identity_member(identity, me.ptr, "username"), "svc-pipe");
    fe_loopback_free(client);
}

static void does_not_speak_for_people_nor_the_inactive(void **state)
{
    token_expect_error(*state, "grant_type=client_credentials&client_id=person&client_secret=p",
                       400, "unauthorized_client");
    token_expect_error(*state, "grant_type=client_credentials&client_id=asleep&client_secret=a",
                       400, "unauthorized_client");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEEDED(wants_a_form),
        SEEDED(refuses_bad_parameters),
        SEEDED(refuses_too_many_parameters),
        SEEDED(is_never_cached),
        SEEDED(describes_errors_in_the_characters_that_are_allowed),
        SEEDED(takes_credentials_by_basic_or_body),
        SEEDED(takes_basic_encoded_or_raw),
        SEEDED(refuses_wrong_credentials),
        SEEDED(a_401_without_basic_has_no_challenge),
        SEEDED(refuses_credentials_in_two_places),
        SEEDED(refuses_a_grant_type_that_the_client_lacks),
        SEEDED(serves_a_client_with_the_answer_that_clients_parse),
        SEEDED(gives_all_allowed_scopes_when_none_is_asked),
        SEEDED(tolerates_offline_access_and_never_gives_a_refresh_token),
        SEEDED(refuses_scopes_that_are_not_allowed),
        SEEDED(refuses_too_many_scopes),
        SEEDED(speaks_for_the_service_user_tied_to_the_client),
        SEEDED(does_not_speak_for_people_nor_the_inactive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

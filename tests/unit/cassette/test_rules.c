/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "cassette/redact/rules.h"

static struct fe_rules *rules_with(bool kept, bool pii)
{
    struct fe_slice also[] = {FE_SLICE("X-My_Key"), FE_SLICE("*blob"), FE_SLICE("page*"),
                              FE_SLICE("both")};
    struct fe_slice keep[] = {FE_SLICE("build_token"), FE_SLICE("theme"), FE_SLICE("both")};
    struct fe_frame_redaction redaction = {.secrets_kept = kept,
                                           .pii = pii,
                                           .also = {also, COUNT_OF(also)},
                                           .keep = {keep, COUNT_OF(keep)}};
    return fe_rules_new(&redaction);
}

struct example {
    enum fe_name_place place;
    const char *name;
    const char *kind; /* NULL: no secret */
};

static void expect_kinds(const struct fe_rules *rules, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fe_slice kind = FE_SLICE("");
        bool found =
            fe_rules_find(rules, examples[i].place, fe_slice_cstr(examples[i].name), &kind);
        if (found != (examples[i].kind != NULL)) {
            print_error("%s\n", examples[i].name);
        }
        assert_int_equal(found, examples[i].kind != NULL);
        EXPECT_SLICE(kind, found ? examples[i].kind : "");
    }
}

static void knows_secret_names(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {FE_NAME_FIELD, "Authorization", "authorization"},
        {FE_NAME_FIELD, "proxy-authorization", "authorization"},
        {FE_NAME_FIELD, "Cookie", "cookie"},
        {FE_NAME_FIELD, "Set-Cookie", "cookie"},
        {FE_NAME_FIELD, "Module-Auth-Token", "module_auth_token"},
        {FE_NAME_FIELD, "X-API-Key", "api_key"},
        {FE_NAME_FIELD, "X-CSRF-Token", "csrf"},
        {FE_NAME_JSON, "temporaryCredentialsAuthToken", "token"},
        {FE_NAME_JSON, "authHeader", "authorization"},
        {FE_NAME_JSON, "accessToken", "access_token"},
        {FE_NAME_JSON, "REFRESH_TOKEN", "refresh_token"},
        {FE_NAME_JSON, "id-token", "id_token"},
        {FE_NAME_QUERY, "clientSecret", "client_secret"},
        {FE_NAME_QUERY, "client_assertion", "client_assertion"},
        {FE_NAME_QUERY, "user[password]", "password"},
        {FE_NAME_QUERY, "code", "code"},
        {FE_NAME_QUERY, "code_verifier", "code_verifier"},
        {FE_NAME_JSON, "rsaPrivateKey", "private_key"},
        {FE_NAME_JSON, "passphrase", "password"},
        {FE_NAME_JSON, "sessionId", "session"},
        {FE_NAME_JSON, "awsCredentials", "credential"},
        {FE_NAME_COOKIE, "theme2", "cookie"},
        {FE_NAME_COOKIE, "token_type", "cookie"},
        {FE_NAME_COOKIE, "refresh_token", "refresh_token"},
    };
    struct fe_rules *rules = rules_with(false, false);
    expect_kinds(rules, examples, COUNT_OF(examples));
    fe_rules_free(rules);
}

static void knows_names_that_only_look_like_it(void **state)
{
    (void)state;
    static const char *const names[] = {
        "token_type",
        "expires_in",
        "scope",
        "errorCode",
        "refresh_token_expires_in",
        "token_endpoint",
        "tokenEndpoint",
        "token_endpoint_auth_methods_supported",
        "token_count",
        "maxTokens",
        "nextPageToken",
        "previousPageToken",
        "secretName",
        "tokenizer",
        "subject_token_type",
        "token_type_hint",
        "client_assertion_type",
        "credentialId",
        "Access-Control-Allow-Credentials",
        "passwordPolicy",
        "csrfHeaderName",
        "name",
        "errorName",
        "rid",
        "jobId",
        "query",
    };
    struct fe_rules *rules = rules_with(false, false);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        for (enum fe_name_place place = FE_NAME_FIELD; place <= FE_NAME_JSON; place++) {
            struct example example = {place, names[i], NULL};
            expect_kinds(rules, &example, 1);
        }
    }
    static const struct example in_json[] = {{FE_NAME_JSON, "code", NULL},
                                             {FE_NAME_JSON, "codeVerifier", NULL},
                                             {FE_NAME_FIELD, "code", NULL}};
    expect_kinds(rules, in_json, COUNT_OF(in_json));
    fe_rules_free(rules);
}

static void takes_names_in_and_out(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {FE_NAME_FIELD, "x-my-key", "x_my_key"},
        {FE_NAME_JSON, "XMyKey", "x_my_key"},
        {FE_NAME_JSON, "a_blob", "blob"},
        {FE_NAME_JSON, "blobs", NULL},
        {FE_NAME_JSON, "pageToken", "page"},
        {FE_NAME_JSON, "nextPage", NULL},
        {FE_NAME_JSON, "buildToken", NULL},
        {FE_NAME_COOKIE, "theme", NULL},
        {FE_NAME_JSON, "both", NULL},
    };
    struct fe_rules *rules = rules_with(false, false);
    expect_kinds(rules, examples, COUNT_OF(examples));
    fe_rules_free(rules);
}

static void keeps_what_it_is_told_to(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {FE_NAME_FIELD, "Authorization", NULL}, {FE_NAME_COOKIE, "sid", NULL},
        {FE_NAME_JSON, "XMyKey", NULL},         {FE_NAME_JSON, "email", "email"},
        {FE_NAME_JSON, "givenName", "name"},    {FE_NAME_JSON, "userId", "user"},
    };
    struct fe_rules *rules = rules_with(true, true);
    assert_true(fe_rules_keep_all(rules));
    assert_true(fe_rules_pii(rules));
    expect_kinds(rules, examples, COUNT_OF(examples));
    fe_rules_free(rules);
}

static void knows_what_describes_a_secret(void **state)
{
    (void)state;
    struct fe_rules *rules = rules_with(false, false);
    assert_true(fe_rules_describes(rules, FE_SLICE("token_type")));
    assert_true(fe_rules_describes(rules, FE_SLICE("displayName")));
    assert_false(fe_rules_describes(rules, FE_SLICE("value")));
    fe_rules_free(rules);
}

static void joins_what_sessions_strike_out(void **state)
{
    (void)state;
    struct fe_arena arena = {NULL};
    struct fe_slice names[] = {FE_SLICE("pin"), FE_SLICE("badge"), FE_SLICE("theme")};
    struct fe_frame_redaction all = {.version = FE_RULES_VERSION};
    static const struct example examples[] = {
        {FE_NAME_JSON, "pin", "pin"},
        {FE_NAME_JSON, "badge", "badge"},
        {FE_NAME_COOKIE, "theme", "cookie"},
        {FE_NAME_JSON, "email", "email"},
    };
    fe_redaction_join(&all, &(struct fe_frame_redaction){.keep = {&names[2], 1}}, &arena);
    fe_redaction_join(&all, &(struct fe_frame_redaction){.also = {&names[0], 1}}, &arena);
    fe_redaction_join(
        &all, &(struct fe_frame_redaction){.also = {names, 2}, .pii = true, .secrets_kept = true},
        &arena);
    assert_int_equal(all.also.count, 2);
    struct fe_rules *rules = fe_rules_new(&all);
    expect_kinds(rules, examples, COUNT_OF(examples));
    assert_false(fe_rules_keep_all(rules));
    fe_rules_free(rules);
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_secret_names),
        cmocka_unit_test(knows_names_that_only_look_like_it),
        cmocka_unit_test(takes_names_in_and_out),
        cmocka_unit_test(keeps_what_it_is_told_to),
        cmocka_unit_test(knows_what_describes_a_secret),
        cmocka_unit_test(joins_what_sessions_strike_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

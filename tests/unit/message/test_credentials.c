/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "message/credentials.h"

/* Headers with one Authorization field, or none for NULL. */
static struct fe_headers headers_with(struct fe_header *item, const char *value)
{
    *item = (struct fe_header){FE_SLICE("authorization"), fe_slice_cstr(value)};
    return (struct fe_headers){item, value != NULL, value != NULL};
}

static int bearer(const char *value, struct fe_slice *token)
{
    struct fe_header item;
    struct fe_headers headers = headers_with(&item, value);
    return fe_credentials_bearer(&headers, token);
}

static void takes_the_bearer_token_as_it_is(void **state)
{
    (void)state;
    static const char *const tokens[] = {"abc", "eyJ.a-b_c~d+e/f==", "0"};
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        struct fe_slice value = fe_arena_printf(&arena, "bEARER   %s", tokens[i]);
        struct fe_slice token = {NULL, 0};
        assert_int_equal(bearer(value.ptr, &token), 0);
        EXPECT_SLICE(token, tokens[i]);
    }
    fe_arena_done(&arena);
}

static void refuses_malformed_bearer_tokens(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "Bearer",     "Bearer ",      "Bearer a b",      "Bearer =",    "Bearer a=b",
        "Bearer a,b", "Bearer \"a\"", "Bearer \xc3\xa9", "Bearer a\tb", "Bearer {tok}"};
    struct fe_slice token = FE_SLICE("untouched");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(bearer(bad[i], &token), -EINVAL);
    }
    EXPECT_SLICE(token, "untouched");
}

static void finds_none_without_the_field_or_under_another_scheme(void **state)
{
    (void)state;
    static const char *const others[] = {NULL, "", " ", "Basic YTpi", "Bearerabc", "Token abc"};
    struct fe_slice token = FE_SLICE("untouched");
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(bearer(others[i], &token), -ENOENT);
    }
    EXPECT_SLICE(token, "untouched");
}

static void refuses_two_fields_even_if_they_agree(void **state)
{
    (void)state;
    struct fe_header items[] = {{FE_SLICE_INIT("Authorization"), FE_SLICE_INIT("Bearer a")},
                                {FE_SLICE_INIT("AUTHORIZATION"), FE_SLICE_INIT("Bearer a")}};
    struct fe_headers headers = {items, 2, 2};
    struct fe_arena arena = {0};
    struct fe_slice token = {NULL, 0};
    struct fe_basic basic = {.user = {NULL, 0}};
    assert_int_equal(fe_credentials_bearer(&headers, &token), -EINVAL);
    assert_int_equal(fe_credentials_basic(&headers, &arena, &basic), -EINVAL);
    fe_arena_done(&arena);
}

static void decodes_basic_credentials_as_oauth_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *user;
        const char *password;
    } cases[] = {
        {"Basic Y2xpZW50OnNlY3JldA==", "client", "secret"},
        {"basic  Y2xpZW50Og==", "client", ""},
        {"Basic OnNlY3JldA==", "", "secret"},
        {"Basic YTpiOmM=", "a", "b:c"},
        {"Basic YSUzQWI6YyslMkIlQzMlQTk=", "a:b", "c +\xc3\xa9"}, /* a%3Ab:c+%2B%C3%A9 */
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_header item;
        struct fe_headers headers = headers_with(&item, cases[i].value);
        struct fe_basic basic = {.user = {NULL, 0}};
        assert_int_equal(fe_credentials_basic(&headers, &arena, &basic), 0);
        EXPECT_SLICE(basic.user, cases[i].user);
        EXPECT_SLICE(basic.password, cases[i].password);
    }
    fe_arena_done(&arena);
}

static void gives_basic_credentials_raw_for_clients_that_do_not_encode(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *user;
        const char *password;
        const char *raw_user;
        const char *raw_password;
    } cases[] = {
        {"Basic YSsxOmMlNDE=", "a 1", "cA", "a+1", "c%41"}, /* a+1:c%41 */
        {"Basic YSsxOiU=", "a+1", "%", "a+1", "%"},         /* a+1:% */
        {"Basic YTolMDA=", "a", "%00", "a", "%00"},
        {"Basic YSVGRjpi", "a%FF", "b", "a%FF", "b"}, /* would be no UTF-8 */
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_header item;
        struct fe_headers headers = headers_with(&item, cases[i].value);
        struct fe_basic basic = {.user = {NULL, 0}};
        assert_int_equal(fe_credentials_basic(&headers, &arena, &basic), 0);
        EXPECT_SLICE(basic.user, cases[i].user);
        EXPECT_SLICE(basic.password, cases[i].password);
        EXPECT_SLICE(basic.raw_user, cases[i].raw_user);
        EXPECT_SLICE(basic.raw_password, cases[i].raw_password);
    }
    fe_arena_done(&arena);
}

static void refuses_malformed_basic_credentials(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int r;
    } cases[] = {
        {NULL, -ENOENT},
        {"Bearer abc", -ENOENT},
        {"Basic", -EINVAL}, /* nothing */
        {"Basic ", -EINVAL},
        {"Basic !!!!", -EINVAL}, /* no base64 */
        {"Basic YTpi YTpi", -EINVAL},
        {"Basic YWJj", -EINVAL},     /* no colon */
        {"Basic Yf86Yg==", -EINVAL}, /* a 0xff : b */
    };
    struct fe_arena arena = {0};
    struct fe_basic basic = {.user = FE_SLICE_INIT("untouched")};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_header item;
        struct fe_headers headers = headers_with(&item, cases[i].value);
        assert_int_equal(fe_credentials_basic(&headers, &arena, &basic), cases[i].r);
    }
    EXPECT_SLICE(basic.user, "untouched");
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_bearer_token_as_it_is),
        cmocka_unit_test(refuses_malformed_bearer_tokens),
        cmocka_unit_test(finds_none_without_the_field_or_under_another_scheme),
        cmocka_unit_test(refuses_two_fields_even_if_they_agree),
        cmocka_unit_test(decodes_basic_credentials_as_oauth_has_them),
        cmocka_unit_test(gives_basic_credentials_raw_for_clients_that_do_not_encode),
        cmocka_unit_test(refuses_malformed_basic_credentials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

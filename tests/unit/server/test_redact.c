/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "cassette/redact/rules.h"
#include "server/redact.h"

static void check(const char *target, const char *expected)
{
    struct fe_arena arena = {0};
    struct fe_request request = {.target = fe_slice_cstr(target)};
    request.query = request.target;
    (void)fe_slice_split(&request.query, '?', &request.path);
    const struct fe_frame_redaction builtin = {.version = FE_RULES_VERSION};
    struct fe_rules *rules = fe_rules_new(&builtin);
    struct fe_slice redacted = fe_redact_target(&request, rules, &arena);
    assert_int_equal(redacted.len, strlen(expected));
    assert_memory_equal(redacted.ptr, expected, redacted.len);
    fe_rules_free(rules);
    fe_arena_done(&arena);
}

static void strikes_out_the_values_of_secret_parameters(void **state)
{
    (void)state;
    check("/cb?code=abc&state=xyz", "/cb?code=***&state=xyz");
    check("/t?access_token=abc&x=1", "/t?access_token=***&x=1");
    check("/t?CLIENT_SECRET=abc", "/t?CLIENT_SECRET=***");
}

static void sees_through_percent_encoding(void **state)
{
    (void)state;
    check("/t?%63ode=abc", "/t?%63ode=***");
    check("/t?%zz=abc", "/t?%zz=***");
}

static void leaves_the_rest_as_it_came(void **state)
{
    (void)state;
    check("/plain", "/plain");
    check("/a%2Fb?limit=5&flag&&x=", "/a%2Fb?limit=5&flag&&x=");
    check("/a?codex=1", "/a?codex=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strikes_out_the_values_of_secret_parameters),
        cmocka_unit_test(sees_through_percent_encoding),
        cmocka_unit_test(leaves_the_rest_as_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "util/nearest.h"

static const char *const names[] = {"username", "display_name", "email", "realm", "id"};

static const char *nearest(const char *word)
{
    const char *name = fe_nearest(fe_slice_cstr(word), names, COUNT_OF(names));
    return name ? name : "none";
}

static void finds_the_name_that_was_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest("user_name"), "username");
    assert_string_equal(nearest("usernme"), "username");
    assert_string_equal(nearest("displayName"), "display_name");
    assert_string_equal(nearest("emial"), "none");
    assert_string_equal(nearest("e-mail"), "email");
    assert_string_equal(nearest("realms"), "realm");
    assert_string_equal(nearest("ids"), "id");
    assert_string_equal(nearest("i"), "id");
}

static void finds_none_if_all_are_far(void **state)
{
    (void)state;
    assert_string_equal(nearest("scopes"), "none");
    assert_string_equal(nearest(""), "none");
    assert_string_equal(nearest("xy"), "none");
    assert_null(fe_nearest(FE_SLICE("id"), names, 0));
    char longest[1000];
    memset(longest, 'x', sizeof(longest));
    assert_null(fe_nearest((struct fe_slice){longest, sizeof(longest)}, names, COUNT_OF(names)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_name_that_was_meant),
        cmocka_unit_test(finds_none_if_all_are_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

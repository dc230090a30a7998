/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "cassette/match/canonical.h"

static void profiles_have_names(void **state)
{
    enum fe_match_profile profile = FE_MATCH_STRICT;
    (void)state;
    for (int i = 0; i < FE_MATCH_PROFILES; i++) {
        struct fe_slice name = fe_match_profile_text((enum fe_match_profile)i);
        assert_int_equal(fe_match_profile_parse(name, &profile), 0);
        assert_int_equal(profile, i);
    }
    EXPECT_SLICE(fe_match_profile_text(FE_MATCH_METHOD_PATH), "method-path");
}

static void other_words_are_none(void **state)
{
    enum fe_match_profile profile = FE_MATCH_LENIENT;
    (void)state;
    assert_int_equal(fe_match_profile_parse(FE_SLICE("Strict"), &profile), -EINVAL);
    assert_int_equal(fe_match_profile_parse(FE_SLICE(""), &profile), -EINVAL);
    assert_int_equal(profile, FE_MATCH_LENIENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_have_names),
        cmocka_unit_test(other_words_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

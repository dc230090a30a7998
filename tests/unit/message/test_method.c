/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "message/method.h"

static void reads_and_writes_every_method(void **state)
{
    (void)state;
    static const char *const names[FE_METHODS] = {"GET",    "HEAD",    "POST", "PUT",
                                                  "DELETE", "OPTIONS", "PATCH"};
    for (size_t i = 0; i < FE_METHODS; i++) {
        assert_int_equal(fe_method_parse(fe_slice_cstr(names[i])), i);
        EXPECT_SLICE(fe_method_text((enum fe_method)i), names[i]);
    }
}

static void tells_all_others_and_other_case_apart(void **state)
{
    (void)state;
    static const char *const others[] = {"",   "get",   "Get",     "GETS",
                                         "GE", "TRACE", "CONNECT", " GET"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(fe_method_parse(fe_slice_cstr(others[i])), FE_METHOD_OTHER);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_every_method),
        cmocka_unit_test(tells_all_others_and_other_case_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "message/method.h"

static void reads_and_writes_every_method(void **state)
{
    (void)state;
    static const char *const names[FE_METHODS] = {"GET",    "HEAD",    "POST", "PUT",
                                                  "DELETE", "OPTIONS", "PATCH"};
    for (size_t i = 0; i < FE_METHODS; i++) {
        enum fe_method method = FE_METHODS;
        assert_int_equal(fe_method_parse(fe_slice_cstr(names[i]), &method), 0);
        assert_int_equal(method, i);
        EXPECT_SLICE(fe_method_text(method), names[i]);
    }
}

static void refuses_all_others_and_other_case(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "get", "Get", "GETS", "GE", "TRACE", "CONNECT", " GET"};
    enum fe_method method = FE_PUT;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_method_parse(fe_slice_cstr(bad[i]), &method), -EINVAL);
    }
    assert_int_equal(method, FE_PUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_every_method),
        cmocka_unit_test(refuses_all_others_and_other_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "util/clock.h"
#include "util/duration.h"

static void reads_every_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"0", 0},
        {"0s", 0},
        {"500ms", 500 * FE_NS_PER_MS},
        {"30s", 30 * FE_NS_PER_S},
        {"5m", 300 * FE_NS_PER_S},
        {"1h", 3600 * FE_NS_PER_S},
        {"30d", 2592000 * FE_NS_PER_S},
        {"36500d", 3153600000 * FE_NS_PER_S},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ns = -1;
        assert_int_equal(fe_duration_parse(fe_slice_cstr(cases[i].text), &ns), 0);
        assert_true(ns == cases[i].ns);
    }
}

static void refuses_what_is_no_duration(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "s",  "5",   "5 s",  "-5s", "+5s",
                                      "1.5s", "5S", "5us", "5sec", "5s "};
    int64_t ns = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_duration_parse(fe_slice_cstr(bad[i]), &ns), -EINVAL);
    }
    assert_true(ns == 7);
}

static void refuses_more_than_a_century(void **state)
{
    (void)state;
    static const char *const bad[] = {"36501d", "3153600001s", "18446744073709551615ms",
                                      "18446744073709551616ms"};
    int64_t ns = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_duration_parse(fe_slice_cstr(bad[i]), &ns), -ERANGE);
    }
    assert_true(ns == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_unit),
        cmocka_unit_test(refuses_what_is_no_duration),
        cmocka_unit_test(refuses_more_than_a_century),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

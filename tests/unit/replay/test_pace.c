/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "replay/pace.h"

static void words_and_factors_are_read(void **state)
{
    struct fe_pace_options pace;
    (void)state;
    assert_int_equal(fe_pace_parse(FE_SLICE("fast"), &pace), 0);
    assert_true(pace.fast);
    assert_int_equal(fe_pace_parse(FE_SLICE("recorded"), &pace), 0);
    assert_true(!pace.fast && pace.speed == 1);
    assert_int_equal(fe_pace_parse(FE_SLICE("x2"), &pace), 0);
    assert_true(!pace.fast && pace.speed == 2);
    assert_int_equal(fe_pace_parse(FE_SLICE("x0.5"), &pace), 0);
    assert_true(pace.speed == 0.5);
    assert_int_equal(fe_pace_parse(FE_SLICE("x1000000000"), &pace), 0);
    assert_true(pace.speed == 1e9);
}

static void nonsense_is_refused(void **state)
{
    static const char *const texts[] = {
        "",     "x",      "2",           "X2",        "x0",
        "x-1",  "x+1",    "x1e3",        "x.5",       "x1.",
        "x1,5", "xinf",   "x1000000001", "x0.0001",   "Fast",
        "x2 ",  "x1.2.3", "x nan",       "recorded ", "x1.0000000000000001"};
    struct fe_pace_options pace;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(fe_pace_parse(fe_slice_cstr(texts[i]), &pace), -EINVAL);
    }
}

static void recorded_time_is_waited_for(void **state)
{
    const struct fe_pace_options fast = {true, 1};
    const struct fe_pace_options once = {false, 1};
    const struct fe_pace_options slowly = {false, 0.5};
    const struct fe_pace_options wildly = {false, 1e9};
    (void)state;
    assert_int_equal(fe_pace_wait_ms(&fast, 5000000, 0), 0);
    assert_int_equal(fe_pace_wait_ms(&once, 5000000, 5000000000), 0);
    assert_int_equal(fe_pace_wait_ms(&once, 5000000, 4999500000), 1);
    assert_int_equal(fe_pace_wait_ms(&slowly, 5000500, 1000000000), 9002);
    assert_int_equal(fe_pace_wait_ms(&wildly, 5000000, 100000), 0);
    assert_int_equal(fe_pace_wait_ms(&once, UINT64_MAX, 0), INT64_C(365) * 24 * 3600 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_factors_are_read),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(recorded_time_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>

#include "util/clock.h"

static void stands_still_when_frozen(void **state)
{
    (void)state;
    struct fe_clock clock;
    fe_clock_init(&clock);
    fe_clock_freeze(&clock, 5 * FE_NS_PER_S);
    assert_true(fe_clock_now_ns(&clock) == 5 * FE_NS_PER_S);
    assert_true(fe_clock_now_ns(&clock) == 5 * FE_NS_PER_S);
    fe_clock_advance(&clock, 3600 * FE_NS_PER_S);
    assert_true(fe_clock_now_ns(&clock) == 3605 * FE_NS_PER_S);
    fe_clock_advance(&clock, -3600 * FE_NS_PER_S);
    assert_true(fe_clock_now_ns(&clock) == 5 * FE_NS_PER_S);
}

static void stands_still_and_measures_nothing_when_deterministic(void **state)
{
    (void)state;
    struct fe_clock clock;
    fe_clock_init_deterministic(&clock);
    assert_string_equal(fe_clock_http_date(&clock), "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_true(fe_clock_told_ns(&clock, 0) == 0);
    fe_clock_advance(&clock, 60 * FE_NS_PER_S);
    assert_string_equal(fe_clock_http_date(&clock), "Thu, 01 Jan 2026 00:01:00 GMT");
    assert_true(fe_clock_told_ns(&clock, 0) == 0);
    fe_clock_init(&clock);
    assert_true(fe_clock_told_ns(&clock, 0) > 0);
}

static void runs_on_from_where_it_is_put(void **state)
{
    (void)state;
    struct fe_clock clock;
    fe_clock_init(&clock);
    fe_clock_freeze(&clock, 0);
    int64_t start_ns = 4102444800 * FE_NS_PER_S;
    fe_clock_run(&clock, start_ns);
    int64_t now_ns = fe_clock_now_ns(&clock);
    assert_true(now_ns >= start_ns && now_ns < start_ns + 60 * FE_NS_PER_S);
    fe_clock_advance(&clock, 3600 * FE_NS_PER_S);
    assert_true(fe_clock_now_ns(&clock) >= start_ns + 3600 * FE_NS_PER_S);
}

static void cannot_be_moved_out_of_its_range(void **state)
{
    (void)state;
    struct fe_clock clock;
    fe_clock_init(&clock);
    for (int i = 0; i < 4; i++) {
        fe_clock_advance(&clock, INT64_MAX);
        assert_true(fe_clock_now_ns(&clock) >= FE_CLOCK_MAX_NS);
        assert_true(fe_clock_now_ns(&clock) < FE_CLOCK_MAX_NS + 60 * FE_NS_PER_S);
    }
    fe_clock_advance(&clock, INT64_MIN);
    assert_true(fe_clock_now_ns(&clock) >= 0);
    fe_clock_freeze(&clock, INT64_MAX);
    assert_true(fe_clock_now_ns(&clock) == FE_CLOCK_MAX_NS);
    fe_clock_freeze(&clock, INT64_MIN);
    assert_true(fe_clock_now_ns(&clock) == 0);
    fe_clock_run(&clock, INT64_MIN);
    assert_true(fe_clock_now_ns(&clock) >= 0);
}

static void writes_the_date_of_http(void **state)
{
    (void)state;
    struct fe_clock clock;
    fe_clock_init(&clock);
    fe_clock_freeze(&clock, 0);
    assert_string_equal(fe_clock_http_date(&clock), "Thu, 01 Jan 1970 00:00:00 GMT");
    fe_clock_freeze(&clock, 784111777 * FE_NS_PER_S);
    assert_string_equal(fe_clock_http_date(&clock), "Sun, 06 Nov 1994 08:49:37 GMT");
    fe_clock_advance(&clock, FE_NS_PER_S - 1);
    assert_string_equal(fe_clock_http_date(&clock), "Sun, 06 Nov 1994 08:49:37 GMT");
    fe_clock_advance(&clock, 1);
    assert_string_equal(fe_clock_http_date(&clock), "Sun, 06 Nov 1994 08:49:38 GMT");
}

static void measures_with_a_clock_that_nobody_moves(void **state)
{
    (void)state;
    int64_t before_ns = fe_clock_monotonic_ns();
    assert_true(before_ns > 0);
    assert_true(fe_clock_monotonic_ns() >= before_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stands_still_when_frozen),
        cmocka_unit_test(stands_still_and_measures_nothing_when_deterministic),
        cmocka_unit_test(runs_on_from_where_it_is_put),
        cmocka_unit_test(cannot_be_moved_out_of_its_range),
        cmocka_unit_test(writes_the_date_of_http),
        cmocka_unit_test(measures_with_a_clock_that_nobody_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

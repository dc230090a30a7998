/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>

#include "util/clock.h"

static void reads_and_writes_the_same_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"1970-01-01T00:00:00.000Z", 0},          {"2000-02-29T23:59:59.000Z", 951868799},
        {"2026-01-31T12:00:00.000Z", 1769860800}, {"2038-01-19T03:14:08.000Z", 2147483648},
        {"1969-12-31T23:59:59.000Z", -1},         {"1900-03-01T00:00:00.000Z", -2203891200},
        {"2199-12-31T23:59:59.000Z", 7258118399},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t time_ns = 0;
        char text[FE_TIME_TEXT_BYTES];
        assert_int_equal(fe_time_parse(fe_slice_cstr(cases[i].text), &time_ns), 0);
        assert_true(time_ns == cases[i].seconds * FE_NS_PER_S);
        fe_time_format(time_ns, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void agrees_with_itself_on_every_day_of_four_centuries(void **state)
{
    (void)state;
    int64_t day_ns = 86400 * FE_NS_PER_S;
    for (int64_t day = -100000; day < 46000; day += 1) {
        char text[FE_TIME_TEXT_BYTES];
        int64_t back_ns = 0;
        fe_time_format(day * day_ns, text);
        assert_int_equal(fe_time_parse(fe_slice_cstr(text), &back_ns), 0);
        assert_true(back_ns == day * day_ns);
    }
}

static void takes_fractions_of_up_to_nine_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_ns;
    } cases[] = {
        {"1970-01-01T00:00:01Z", 1000000000},
        {"1970-01-01T00:00:01.5Z", 1500000000},
        {"1970-01-01T00:00:01.000000001Z", 1000000001},
        {"1969-12-31T23:59:59.999Z", -1000000},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t time_ns = 0;
        assert_int_equal(fe_time_parse(fe_slice_cstr(cases[i].text), &time_ns), 0);
        assert_true(time_ns == cases[i].time_ns);
    }
}

static void writes_the_millisecond_before_1970_rounded_down(void **state)
{
    (void)state;
    char text[FE_TIME_TEXT_BYTES];
    fe_time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    fe_time_format(999999, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
}

static void refuses_what_is_no_instant(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-01-31",
                                      "2026-01-31T12:00:00",
                                      "2026-01-31T12:00:00+00:00",
                                      "2026-01-31 12:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2100-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:60Z",
                                      "2026-01-01T00:00:00.1234567890Z",
                                      "2026-01-01T00:00:00ZZ",
                                      "-026-01-01T00:00:00Z",
                                      "9999-12-31T00:00:00Z",
                                      "0001-01-01T00:00:00Z"};
    int64_t time_ns = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_time_parse(fe_slice_cstr(bad[i]), &time_ns), -EINVAL);
    }
    assert_true(time_ns == 7);
}

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
        cmocka_unit_test(reads_and_writes_the_same_instants),
        cmocka_unit_test(agrees_with_itself_on_every_day_of_four_centuries),
        cmocka_unit_test(takes_fractions_of_up_to_nine_digits),
        cmocka_unit_test(writes_the_millisecond_before_1970_rounded_down),
        cmocka_unit_test(refuses_what_is_no_instant),
        cmocka_unit_test(stands_still_when_frozen),
        cmocka_unit_test(runs_on_from_where_it_is_put),
        cmocka_unit_test(cannot_be_moved_out_of_its_range),
        cmocka_unit_test(writes_the_date_of_http),
        cmocka_unit_test(measures_with_a_clock_that_nobody_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "util/time_text.h"

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
    fe_time_format(INT64_MIN, text);
    assert_string_equal(text, "1677-09-21T00:12:43.145Z");
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

static void takes_any_zone_and_separator_if_asked_to(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_ns;
    } cases[] = {
        {"1970-01-01T00:00:01Z", 1000000000},           {"1970-01-01 00:00:01z", 1000000000},
        {"1970-01-01t02:00:01+02:00", 1000000000},      {"1969-12-31T18:30:01.5-05:30", 1500000000},
        {"1970-01-01T00:00:00.1234567899Z", 123456789}, {"1970-01-01T00:00:00-00:00", 0},
        {"1969-12-31T00:00:00-23:59", -60000000000},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t time_ns = 7;
        assert_int_equal(fe_time_parse_any(fe_slice_cstr(cases[i].text), &time_ns), 0);
        assert_true(time_ns == cases[i].time_ns);
    }
}

static void refuses_what_has_no_zone_or_a_bad_one(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "1970-01-01",
        "1970-01-01T00:00:01",
        "1970-01-01T00:00Z",
        "1970-01-01_00:00:01Z",
        "1970-01-01T00:00:01+02",
        "1970-01-01T00:00:01+0200",
        "1970-01-01T00:00:01+02:0",
        "1970-01-01T00:00:01+02:000",
        "1970-01-01T00:00:01+24:00",
        "1970-01-01T00:00:01+02:60",
        "1970-01-01T00:00:01 02:00",
        "1970-02-30T00:00:01+02:00",
        "1970-01-01T00:00:01,5Z",
        "2262-04-11T23:59:59-23:59",
        "1677-09-21T00:00:00+23:59",
        "20260131T120000Z",
    };
    int64_t time_ns = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_time_parse_any(fe_slice_cstr(bad[i]), &time_ns), -EINVAL);
    }
    assert_int_equal(fe_time_parse_any((struct fe_slice){"1970-01-01\0"
                                                         "00:00:01Z",
                                                         20},
                                       &time_ns),
                     -EINVAL);
    assert_true(time_ns == 7);
}

static void writes_an_instant_as_another_one_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *like;
        const char *text; /* one day, one second and a half later */
    } cases[] = {
        {"2026-02-28T12:00:00Z", "2026-03-01T12:00:01Z"},
        {"2026-02-28 12:00:00z", "2026-03-01 12:00:01z"},
        {"2026-02-28t12:00:00.0+02:00", "2026-03-01t12:00:01.5+02:00"},
        {"2026-02-28T23:59:59.500-11:30", "2026-03-02T00:00:01.000-11:30"},
        {"2026-02-28T12:00:00.123456Z", "2026-03-01T12:00:01.623456Z"},
        {"2026-02-28T12:00:00.123456789Z", "2026-03-01T12:00:01.623456789Z"},
        {"2026-02-28T12:00:00.12345678901Z", "2026-03-01T12:00:01.62345678901Z"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[40] = "";
        int64_t time_ns = 0;
        struct fe_slice like = fe_slice_cstr(cases[i].like);
        assert_int_equal(fe_time_parse_any(like, &time_ns), 0);
        fe_time_format_like(time_ns + 86401500 * FE_NS_PER_MS, like, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void reads_every_form_of_a_date_of_http(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun Nov 06 08:49:37 1994", 784111777},
        {"Sun, 06-Nov-1994 08:49:37 GMT", 784111777},
        {"Sun, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Thu, 01-Jan-1970 00:00:00 GMT", 0},
        {"Thursday, 01-Jan-70 00:00:00 GMT", 0},
        {"Tuesday, 31-Dec-69 23:59:59 GMT", 3155759999},
        {"Sat Jan 31 12:00:00 2026", 1769860800},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t time_ns = 7;
        assert_int_equal(fe_http_date_parse(fe_slice_cstr(cases[i].text), &time_ns), 0);
        assert_true(time_ns == cases[i].seconds * FE_NS_PER_S);
    }
}

static void reads_the_dates_of_http_that_it_writes(void **state)
{
    (void)state;
    for (int64_t day = -1000; day < 46000; day++) {
        char text[FE_HTTP_DATE_BYTES];
        int64_t back_ns = 0;
        int64_t time_ns = (day * 86400 + 45296) * FE_NS_PER_S;
        fe_http_date_format(time_ns + FE_NS_PER_S - 1, text);
        assert_int_equal(fe_http_date_parse(fe_slice_cstr(text), &back_ns), 0);
        assert_true(back_ns == time_ns);
    }
}

static void names_the_day_of_the_week(void **state)
{
    (void)state;
    char text[FE_HTTP_DATE_BYTES];
    fe_http_date_format(-1, text);
    assert_string_equal(text, "Wed, 31 Dec 1969 23:59:59 GMT");
    fe_http_date_format(1769860800 * FE_NS_PER_S, text);
    assert_string_equal(text, "Sat, 31 Jan 2026 12:00:00 GMT");
}

static void refuses_what_is_no_date_of_http(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "0",
        "-1",
        "Sun",
        "Sun,",
        "Sun, ",
        "Sun, 06",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06-Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-994 08:49:37 GMT",
        "Sun, 06-Nov-19945 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sunday Nov  6 08:49:37 1994",
        "1994-11-06T08:49:37Z",
    };
    int64_t time_ns = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_http_date_parse(fe_slice_cstr(bad[i]), &time_ns), -EINVAL);
    }
    assert_true(time_ns == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_the_same_instants),
        cmocka_unit_test(agrees_with_itself_on_every_day_of_four_centuries),
        cmocka_unit_test(takes_fractions_of_up_to_nine_digits),
        cmocka_unit_test(writes_the_millisecond_before_1970_rounded_down),
        cmocka_unit_test(refuses_what_is_no_instant),
        cmocka_unit_test(takes_any_zone_and_separator_if_asked_to),
        cmocka_unit_test(refuses_what_has_no_zone_or_a_bad_one),
        cmocka_unit_test(writes_an_instant_as_another_one_is_written),
        cmocka_unit_test(reads_every_form_of_a_date_of_http),
        cmocka_unit_test(reads_the_dates_of_http_that_it_writes),
        cmocka_unit_test(names_the_day_of_the_week),
        cmocka_unit_test(refuses_what_is_no_date_of_http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static int64_t read_ns(clockid_t id)
{
    struct timespec t = {0};
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * FE_NS_PER_S + t.tv_nsec;
}

void fe_clock_init(struct fe_clock *clock)
{
    *clock = (struct fe_clock){0};
}

int64_t fe_clock_now_ns(const struct fe_clock *clock)
{
    return clock->offset_ns + (clock->frozen ? 0 : read_ns(CLOCK_REALTIME));
}

static int64_t within_range(int64_t now_ns)
{
    if (now_ns < 0) {
        return 0;
    }
    return now_ns < FE_CLOCK_MAX_NS ? now_ns : FE_CLOCK_MAX_NS;
}

void fe_clock_freeze(struct fe_clock *clock, int64_t now_ns)
{
    clock->frozen = true;
    clock->offset_ns = within_range(now_ns);
}

void fe_clock_run(struct fe_clock *clock, int64_t now_ns)
{
    clock->frozen = false;
    clock->offset_ns = within_range(now_ns) - read_ns(CLOCK_REALTIME);
}

void fe_clock_advance(struct fe_clock *clock, int64_t by_ns)
{
    int64_t now_ns = fe_clock_now_ns(clock);
    int64_t room_ns = FE_CLOCK_MAX_NS - now_ns;
    clock->offset_ns += by_ns > room_ns ? room_ns : within_range(now_ns + by_ns) - now_ns;
}

int64_t fe_clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

/* Days since 1970-01-01 of a proleptic Gregorian date, and back (Howard Hinnant's algorithms, which
 * count years from March, so that the leap day is the last of its year). */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned year_of_era = (unsigned)(year - era * 400);
    unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + (int64_t)day_of_era - 719468;
}

static void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month_index = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * month_index + 2) / 5 + 1;
    *month = month_index < 10 ? month_index + 3 : month_index - 9;
    *year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

void fe_time_format(int64_t time_ns, char text[FE_TIME_TEXT_BYTES])
{
    const int64_t ms_per_day = 86400000;
    int64_t ms = floor_divide(time_ns, FE_NS_PER_MS);
    int64_t days = floor_divide(ms, ms_per_day);
    unsigned ms_of_day = (unsigned)(ms - days * ms_per_day);
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_days(days, &year, &month, &day);
    (void)snprintf(text, FE_TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                   (unsigned)year % 10000, month % 100, day % 100, ms_of_day / 3600000 % 100,
                   ms_of_day / 60000 % 60, ms_of_day / 1000 % 60, ms_of_day % 1000);
}

const char *fe_clock_http_date(struct fe_clock *clock)
{
    static const char day_names[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
    static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t second = floor_divide(fe_clock_now_ns(clock), FE_NS_PER_S);
    if (second == clock->date_second && clock->date[0] != '\0') {
        return clock->date;
    }
    int64_t days = floor_divide(second, 86400);
    unsigned second_of_day = (unsigned)(second - days * 86400);
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_days(days, &year, &month, &day);
    (void)snprintf(clock->date, sizeof(clock->date), "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
                   day_names + 3 * (days - 7 * floor_divide(days, 7)), day % 100,
                   month_names + (size_t)3 * (month - 1), (unsigned)year % 10000,
                   second_of_day / 3600 % 24, second_of_day / 60 % 60, second_of_day % 60);
    clock->date_second = second;
    return clock->date;
}

/* Takes `digits` digits off the front and then `after`, unless that is 0. */
static int take_number(struct fe_slice *text, size_t digits, char after, unsigned *value_out)
{
    uint64_t value = 0;
    if (text->len < digits + (after != 0) ||
        fe_slice_u64((struct fe_slice){text->ptr, digits}, &value) < 0 ||
        (after != 0 && text->ptr[digits] != after)) {
        return -EINVAL;
    }
    *text = fe_slice_from(*text, digits + (after != 0));
    *value_out = (unsigned)value;
    return 0;
}

/* ".123Z" or "Z" */
static int take_fraction(struct fe_slice text, int64_t *ns_out)
{
    int64_t ns = 0;
    if (text.len > 1 && text.ptr[0] == '.') {
        int64_t scale = FE_NS_PER_S;
        text = fe_slice_from(text, 1);
        while (text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9' && scale > 1) {
            scale /= 10;
            ns += (text.ptr[0] - '0') * scale;
            text = fe_slice_from(text, 1);
        }
    }
    *ns_out = ns;
    return fe_slice_eq(text, FE_SLICE("Z")) ? 0 : -EINVAL;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int fe_time_parse(struct fe_slice text, int64_t *time_ns_out)
{
    unsigned year, month, day, hour, minute, second;
    int64_t fraction_ns = 0;
    if (take_number(&text, 4, '-', &year) < 0 || take_number(&text, 2, '-', &month) < 0 ||
        take_number(&text, 2, 'T', &day) < 0 || take_number(&text, 2, ':', &hour) < 0 ||
        take_number(&text, 2, ':', &minute) < 0 || take_number(&text, 2, 0, &second) < 0 ||
        take_fraction(text, &fraction_ns) < 0) {
        return -EINVAL;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 ||
        minute > 59 || second > 59) {
        return -EINVAL;
    }
    int64_t seconds = days_from_civil(year, month, day) * 86400 + (int64_t)hour * 3600 +
                      (int64_t)minute * 60 + second;
    if (seconds > INT64_MAX / FE_NS_PER_S - 1 || seconds < INT64_MIN / FE_NS_PER_S + 1) {
        return -EINVAL;
    }
    *time_ns_out = seconds * FE_NS_PER_S + fraction_ns;
    return 0;
}

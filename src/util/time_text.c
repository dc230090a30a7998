/* SPDX-License-Identifier: MIT */
#include "util/time_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#define NS_PER_DAY (86400 * FE_NS_PER_S)

/* A date and a time of day, in no zone. */
struct civil {
    int64_t year;
    unsigned month;
    unsigned day;
    unsigned hour;
    unsigned minute;
    unsigned second;
    unsigned ns;
};

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
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

static struct civil civil_of(int64_t time_ns)
{
    int64_t ns_of_day = time_ns % NS_PER_DAY + (time_ns % NS_PER_DAY < 0 ? NS_PER_DAY : 0);
    unsigned second_of_day = (unsigned)(ns_of_day / FE_NS_PER_S);
    struct civil civil = {
        .hour = second_of_day / 3600,
        .minute = second_of_day / 60 % 60,
        .second = second_of_day % 60,
        .ns = (unsigned)(ns_of_day % FE_NS_PER_S),
    };
    civil_from_days(floor_divide(time_ns, NS_PER_DAY), &civil.year, &civil.month, &civil.day);
    return civil;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static int instant_of(const struct civil *civil, int64_t *time_ns_out)
{
    if (civil->month < 1 || civil->month > 12 || civil->day < 1 ||
        civil->day > days_in_month(civil->year, civil->month) || civil->hour > 23 ||
        civil->minute > 59 || civil->second > 59) {
        return -EINVAL;
    }
    const int64_t days_max = INT64_MAX / NS_PER_DAY - 2; /* a zone may come on top */
    int64_t days = days_from_civil(civil->year, civil->month, civil->day);
    if (days > days_max || days < -days_max) {
        return -EINVAL;
    }
    int64_t seconds =
        days * 86400 + (int64_t)civil->hour * 3600 + (int64_t)civil->minute * 60 + civil->second;
    *time_ns_out = seconds * FE_NS_PER_S + civil->ns;
    return 0;
}

/* ── taking off the front of a text ── */

static int take_char(struct fe_slice *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c) {
        return -EINVAL;
    }
    *text = fe_slice_from(*text, 1);
    return 0;
}

static int take_number(struct fe_slice *text, size_t digits, unsigned *value_out)
{
    uint64_t value = 0;
    if (text->len < digits || fe_slice_u64((struct fe_slice){text->ptr, digits}, &value) < 0) {
        return -EINVAL;
    }
    *text = fe_slice_from(*text, digits);
    *value_out = (unsigned)value;
    return 0;
}

static int take_year(struct fe_slice *text, struct civil *civil)
{
    unsigned year = 0;
    int r = take_number(text, 4, &year);
    civil->year = year;
    return r;
}

/* "12:00:00" */
static int take_time_of_day(struct fe_slice *text, struct civil *civil)
{
    return take_number(text, 2, &civil->hour) < 0 || take_char(text, ':') < 0 ||
                   take_number(text, 2, &civil->minute) < 0 || take_char(text, ':') < 0 ||
                   take_number(text, 2, &civil->second) < 0
               ? -EINVAL
               : 0;
}

static struct fe_slice take_digits(struct fe_slice *text)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9') {
        len++;
    }
    struct fe_slice digits = {text->ptr, len};
    *text = fe_slice_from(*text, len);
    return digits;
}

/* ── ISO 8601 ── */

void fe_time_format(int64_t time_ns, char text[FE_TIME_TEXT_BYTES])
{
    struct civil civil = civil_of(time_ns);
    (void)snprintf(text, FE_TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
                   (unsigned)civil.year % 10000, civil.month % 100, civil.day % 100,
                   civil.hour % 100, civil.minute % 100, civil.second % 100,
                   civil.ns / 1000000 % 1000);
}

/* A text taken apart: the date and the time of day as they stand there, and how it is written. */
struct iso_text {
    struct civil civil;
    char separator;
    struct fe_slice fraction; /* its digits */
    struct fe_slice zone;
    int64_t zone_ns; /* east of Greenwich */
};

static int take_date(struct fe_slice *text, struct civil *civil)
{
    return take_year(text, civil) < 0 || take_char(text, '-') < 0 ||
                   take_number(text, 2, &civil->month) < 0 || take_char(text, '-') < 0 ||
                   take_number(text, 2, &civil->day) < 0
               ? -EINVAL
               : 0;
}

static unsigned ns_of_fraction(struct fe_slice digits)
{
    unsigned ns = 0;
    for (size_t i = 0; i < 9; i++) {
        ns = ns * 10 + (i < digits.len ? (unsigned)(digits.ptr[i] - '0') : 0);
    }
    return ns;
}

/* "Z" or "+hh:mm" */
static int read_zone(struct fe_slice text, int64_t *zone_ns_out)
{
    unsigned hours = 0;
    unsigned minutes = 0;
    *zone_ns_out = 0;
    if (fe_slice_eq_nocase(text, FE_SLICE("Z"))) {
        return 0;
    }
    bool west = take_char(&text, '-') == 0;
    if ((!west && take_char(&text, '+') < 0) || take_number(&text, 2, &hours) < 0 ||
        take_char(&text, ':') < 0 || take_number(&text, 2, &minutes) < 0 || text.len > 0 ||
        hours > 23 || minutes > 59) {
        return -EINVAL;
    }
    int64_t zone_ns = (int64_t)(hours * 60 + minutes) * 60 * FE_NS_PER_S;
    *zone_ns_out = west ? -zone_ns : zone_ns;
    return 0;
}

static int take_apart(struct fe_slice text, struct iso_text *iso)
{
    *iso = (struct iso_text){0};
    if (take_date(&text, &iso->civil) < 0 || text.len == 0) {
        return -EINVAL;
    }
    iso->separator = text.ptr[0];
    text = fe_slice_from(text, 1);
    if (take_time_of_day(&text, &iso->civil) < 0) {
        return -EINVAL;
    }
    if (take_char(&text, '.') == 0) {
        iso->fraction = take_digits(&text);
        iso->civil.ns = ns_of_fraction(iso->fraction);
    }
    iso->zone = text;
    return read_zone(text, &iso->zone_ns);
}

int fe_time_parse(struct fe_slice text, int64_t *time_ns_out)
{
    struct iso_text iso;
    if (take_apart(text, &iso) < 0 || iso.separator != 'T' || iso.fraction.len > 9 ||
        !fe_slice_eq(iso.zone, FE_SLICE("Z"))) {
        return -EINVAL;
    }
    return instant_of(&iso.civil, time_ns_out);
}

int fe_time_parse_any(struct fe_slice text, int64_t *time_ns_out)
{
    struct iso_text iso;
    int64_t local_ns = 0;
    if (take_apart(text, &iso) < 0 || iso.separator == '\0' ||
        strchr("Tt ", iso.separator) == NULL || instant_of(&iso.civil, &local_ns) < 0) {
        return -EINVAL;
    }
    *time_ns_out = local_ns - iso.zone_ns;
    return 0;
}

/* Digits past nanoseconds stay what they were. */
static void write_fraction(unsigned ns, size_t digits, char *at)
{
    char text[10];
    (void)snprintf(text, sizeof(text), "%09u", ns % 1000000000);
    memcpy(at, text, digits < 9 ? digits : 9);
}

void fe_time_format_like(int64_t time_ns, struct fe_slice like, char *text)
{
    struct iso_text iso;
    int64_t local_ns = time_ns;
    char head[FE_TIME_TEXT_BYTES];
    memcpy(text, like.ptr, like.len);
    if (take_apart(like, &iso) == 0 && !__builtin_add_overflow(time_ns, iso.zone_ns, &local_ns)) {
        fe_time_format(local_ns, head);
        head[10] = iso.separator;
        memcpy(text, head, 19);
        write_fraction(civil_of(local_ns).ns, iso.fraction.len, text + 20);
    }
}

/* ── HTTP ── */

/* 1970 began on a Thursday. */
static const char *const day_names[] = {"Thursday", "Friday",  "Saturday", "Sunday",
                                        "Monday",   "Tuesday", "Wednesday"};
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void fe_http_date_format(int64_t time_ns, char text[FE_HTTP_DATE_BYTES])
{
    struct civil civil = civil_of(time_ns);
    int64_t days = floor_divide(time_ns, NS_PER_DAY);
    (void)snprintf(text, FE_HTTP_DATE_BYTES, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
                   day_names[days - 7 * floor_divide(days, 7)], civil.day % 100,
                   month_names + (size_t)3 * (civil.month - 1), (unsigned)civil.year % 10000,
                   civil.hour % 100, civil.minute % 100, civil.second % 100);
}

static bool is_day_name(struct fe_slice text)
{
    for (size_t i = 0; i < sizeof(day_names) / sizeof(day_names[0]); i++) {
        struct fe_slice name = fe_slice_cstr(day_names[i]);
        if (fe_slice_eq(text, name) || fe_slice_eq(text, (struct fe_slice){name.ptr, 3})) {
            return true;
        }
    }
    return false;
}

static int take_month(struct fe_slice *text, unsigned *month_out)
{
    for (unsigned month = 1; month <= 12; month++) {
        struct fe_slice name = {month_names + (size_t)3 * (month - 1), 3};
        if (fe_slice_starts(*text, name)) {
            *text = fe_slice_from(*text, 3);
            *month_out = month;
            return 0;
        }
    }
    return -EINVAL;
}

/* Of four digits; or, between dashes, of two. */
static int take_fixdate_year(struct fe_slice *text, char dash, struct civil *civil)
{
    uint64_t year = 0;
    struct fe_slice digits = take_digits(text);
    if (digits.len == 2 && dash == '-') {
        (void)fe_slice_u64(digits, &year);
        civil->year = (int64_t)year + (year < 70 ? 2000 : 1900);
        return 0;
    }
    return digits.len == 4 ? take_year(&digits, civil) : -EINVAL;
}

/* Behind the comma: " 31 Jan 2026 12:00:00 GMT", or with dashes. */
static int read_fixdate(struct fe_slice text, struct civil *civil)
{
    if (take_char(&text, ' ') < 0 || take_number(&text, 2, &civil->day) < 0 || text.len == 0) {
        return -EINVAL;
    }
    char dash = (char)(text.ptr[0] == '-' ? '-' : ' ');
    if (take_char(&text, dash) < 0 || take_month(&text, &civil->month) < 0 ||
        take_char(&text, dash) < 0 || take_fixdate_year(&text, dash, civil) < 0 ||
        take_char(&text, ' ') < 0 || take_time_of_day(&text, civil) < 0) {
        return -EINVAL;
    }
    return fe_slice_eq(text, FE_SLICE(" GMT")) ? 0 : -EINVAL;
}

/* Behind the day's name: " Jan 31 12:00:00 2026". A day of one digit has a space before it. */
static int read_asctime(struct fe_slice text, struct civil *civil)
{
    if (take_char(&text, ' ') < 0 || take_month(&text, &civil->month) < 0 ||
        take_char(&text, ' ') < 0) {
        return -EINVAL;
    }
    size_t digits = take_char(&text, ' ') == 0 ? 1 : 2;
    if (take_number(&text, digits, &civil->day) < 0 || take_char(&text, ' ') < 0 ||
        take_time_of_day(&text, civil) < 0 || take_char(&text, ' ') < 0 ||
        take_year(&text, civil) < 0) {
        return -EINVAL;
    }
    return text.len == 0 ? 0 : -EINVAL;
}

int fe_http_date_parse(struct fe_slice text, int64_t *time_ns_out)
{
    struct civil civil = {0};
    ptrdiff_t comma = fe_slice_index(text, ',');
    size_t name_len = comma >= 0 ? (size_t)comma : 3;
    if (text.len < name_len || !is_day_name((struct fe_slice){text.ptr, name_len})) {
        return -EINVAL;
    }
    int r = comma >= 0 ? read_fixdate(fe_slice_from(text, name_len + 1), &civil)
                       : read_asctime(fe_slice_from(text, name_len), &civil);
    return r < 0 ? r : instant_of(&civil, time_ns_out);
}

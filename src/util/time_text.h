/* SPDX-License-Identifier: MIT */
/* Instants as people, JSON and HTTP write them. An instant is nanoseconds since 1970 in UTC. */
#ifndef FE_UTIL_TIME_TEXT_H
#define FE_UTIL_TIME_TEXT_H

#include <stdint.h>

#include "util/slice.h"

#define FE_NS_PER_US INT64_C(1000)
#define FE_NS_PER_MS INT64_C(1000000)
#define FE_NS_PER_S INT64_C(1000000000)

enum {
    FE_TIME_TEXT_BYTES = 25,
    FE_HTTP_DATE_BYTES = 30
};

/* "2026-01-31T12:00:00.000Z", NUL-terminated. Years 0000 to 9999. */
void fe_time_format(int64_t time_ns, char text[FE_TIME_TEXT_BYTES]);

/* ISO 8601 as above, the fraction of 0 to 9 digits; only "Z" as zone. -EINVAL for anything else,
 * and for what 64 bits do not hold, before 1678 and after 2261. */
int fe_time_parse(struct fe_slice text, int64_t *time_ns_out);

/* The same, also with "t" or a space before the hour, "z", a zone "+hh:mm" or "-hh:mm", and a
 * fraction of any length, of which 9 digits count. -EINVAL. */
int fe_time_parse_any(struct fe_slice text, int64_t *time_ns_out);

/* Writes another instant the way `like` is written, which fe_time_parse_any() has accepted: in its
 * zone, to as many digits, the rest cut off. `text` has room for like.len bytes, and gets that many
 * without a NUL. */
void fe_time_format_like(int64_t time_ns, struct fe_slice like, char *text);

/* "Sat, 31 Jan 2026 12:00:00 GMT" (RFC 9110 §5.6.7), NUL-terminated. Years 0000 to 9999. */
void fe_http_date_format(int64_t time_ns, char text[FE_HTTP_DATE_BYTES]);

/* That form and the two obsolete ones, "Saturday, 31-Jan-26 12:00:00 GMT" and "Sat Jan 31 12:00:00
 * 2026"; and that of old cookies, "Sat, 31-Jan-2026 12:00:00 GMT". A year of two digits is one from
 * 1970 to 2069 (RFC 6265 §5.1.1). Whether the day's name is the right one is not looked at.
 * -EINVAL. */
int fe_http_date_parse(struct fe_slice text, int64_t *time_ns_out);

#endif

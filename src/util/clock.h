/* SPDX-License-Identifier: MIT */
/* The emulator's clock: the wall's, moved or stopped at will, so that expiry can be tested at once.
 * Instants are nanoseconds since 1970 in UTC. */
#ifndef FE_UTIL_CLOCK_H
#define FE_UTIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "util/time_text.h"

/* Where the clock stops being moved: 2200-01-01. Whatever lifetime is added to its time cannot
 * overflow. */
#define FE_CLOCK_MAX_NS (INT64_C(7258118400) * FE_NS_PER_S)

struct fe_clock {
    bool frozen;
    bool hides_durations;
    int64_t offset_ns;   /* added to the wall's time; when frozen: the time itself */
    int64_t date_second; /* the second that `date` is for */
    char date[FE_HTTP_DATE_BYTES];
};

/* Wall time. */
void fe_clock_init(struct fe_clock *clock);

/* Frozen at 2026-01-01T00:00:00Z; and what was measured, which differs from run to run, is told as
 * 0, until it is initialised anew. */
void fe_clock_init_deterministic(struct fe_clock *clock);

int64_t fe_clock_now_ns(const struct fe_clock *clock);

/* Stops the clock at `now_ns`; lets it run on from there. Here and below, what lies before 1970 or
 * past FE_CLOCK_MAX_NS becomes these. */
void fe_clock_freeze(struct fe_clock *clock, int64_t now_ns);
void fe_clock_run(struct fe_clock *clock, int64_t now_ns);

/* Moves it by `by_ns`, running or frozen. */
void fe_clock_advance(struct fe_clock *clock, int64_t by_ns);

/* For measuring durations only: a clock that nobody moves. */
int64_t fe_clock_monotonic_ns(void);

/* How long ago that was, for whoever is told: nothing that the emulator does depends on it. */
int64_t fe_clock_told_ns(const struct fe_clock *clock, int64_t since_monotonic_ns);

/* The date of HTTP for now, kept until the second changes: every answer carries it. Valid until the
 * next call. */
const char *fe_clock_http_date(struct fe_clock *clock);

#endif

/* SPDX-License-Identifier: MIT */
#include "util/clock.h"

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

void fe_clock_init_deterministic(struct fe_clock *clock)
{
    *clock = (struct fe_clock){
        .frozen = true, .hides_durations = true, .offset_ns = INT64_C(1767225600) * FE_NS_PER_S};
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

int64_t fe_clock_told_ns(const struct fe_clock *clock, int64_t since_monotonic_ns)
{
    return clock->hides_durations ? 0 : fe_clock_monotonic_ns() - since_monotonic_ns;
}

const char *fe_clock_http_date(struct fe_clock *clock)
{
    int64_t now_ns = fe_clock_now_ns(clock);
    if (now_ns / FE_NS_PER_S != clock->date_second || clock->date[0] == '\0') {
        fe_http_date_format(now_ns, clock->date);
        clock->date_second = now_ns / FE_NS_PER_S;
    }
    return clock->date;
}

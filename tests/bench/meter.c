/* SPDX-License-Identifier: MIT */
#include "meter.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

void allow_connections(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

double quantile_us(int64_t *samples_ns, size_t count, double q)
{
    qsort(samples_ns, count, sizeof(*samples_ns), compare);
    return count > 0 ? (double)samples_ns[(size_t)((double)(count - 1) * q)] / 1e3 : 0;
}

/* SPDX-License-Identifier: MIT */
/* What every client of the benchmarks measures by. */
#ifndef FE_BENCH_METER_H
#define FE_BENCH_METER_H

#include <stddef.h>
#include <stdint.h>

/* How many descriptors the system allows, the program may have. */
void allow_connections(void);

int64_t now_ns(void);

/* Sorts, and returns the sample below which this part of them lies, in microseconds. */
double quantile_us(int64_t *samples_ns, size_t count, double q);

#endif

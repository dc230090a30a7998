/* SPDX-License-Identifier: MIT */
/* How recorded time runs. */
#ifndef FE_REPLAY_PACE_H
#define FE_REPLAY_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

struct fe_pace_options {
    bool fast;    /* not at all: everything at once, in its chunks */
    double speed; /* else so many times as fast as it was; 1: as recorded */
};

/* "recorded", "fast", "x2", "x0.5": from x0.001 to x1000000000, without sign or exponent. -EINVAL.
 */
int fe_pace_parse(struct fe_slice text, struct fe_pace_options *options_out);

/* Milliseconds until what happened `since_us` into a recording is due, when `elapsed_ns` of its
 * replay have passed; 0: now. At most a year, whatever a recording says. */
int64_t fe_pace_wait_ms(const struct fe_pace_options *pace, uint64_t since_us, int64_t elapsed_ns);

#endif

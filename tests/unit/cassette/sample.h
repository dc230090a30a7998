/* SPDX-License-Identifier: MIT */
/* A small cassette, the same bytes in every run: one frame of every kind, values of every type, and
 * what a later version may add. cassettes/golden-1.cassette is its copy from the day on which the
 * format was laid down. */
#ifndef FE_TESTS_UNIT_CASSETTE_SAMPLE_H
#define FE_TESTS_UNIT_CASSETTE_SAMPLE_H

#include "util/buf.h"

enum {
    SAMPLE_EXCHANGES = 2,
    SAMPLE_FRAMES = 13
};

/* Appends it to an initialised buffer. */
void sample_put(struct fe_buf *out);

#endif

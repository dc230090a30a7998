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

enum {
    SAMPLE_SINCE_EXCHANGES = 1,
    SAMPLE_SINCE_FRAMES = 5 /* the last is its end */
};

/* Appends a session with what has been added since, which is not in the golden cassette. */
void sample_put_since(struct fe_buf *out);

#endif

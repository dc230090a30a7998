/* SPDX-License-Identifier: MIT */
/* What bench_load asks, and what must come back: read from a file, taken in order or at random. */
#ifndef FE_BENCH_LOAD_PLAN_H
#define FE_BENCH_LOAD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One request and its answer. The body that must come is `pattern`, over and over, cut at
 * `body_bytes`; a NUL in it stands for any byte. All of it lies in the plan's text. */
struct ask {
    const char *request;
    size_t request_bytes;
    int status;
    uint64_t body_bytes;
    const char *pattern;
    size_t pattern_bytes;
};

struct plan {
    char *text;
    struct ask *asks;
    size_t count;
    size_t next;
    bool random;
    uint64_t seed; /* never 0 */
};

/* Reads a file that is nothing but records: a line "REQUEST_BYTES STATUS BODY_BYTES PATTERN_BYTES",
 * then the request, then the pattern. A seed other than 0 asks for a random order. A file that is
 * none ends the program. */
void plan_read(struct plan *plan, const char *path, uint64_t seed);
void plan_done(struct plan *plan);

/* The next one to ask; there is always one. */
const struct ask *plan_next(struct plan *plan);

/* Whether these bytes of the body, the first of them at `at`, are those that were to come. */
bool ask_expects(const struct ask *ask, uint64_t at, const char *data, size_t bytes);

#endif

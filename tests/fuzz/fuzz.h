/* SPDX-License-Identifier: MIT */
/* What fuzzers share: their one entry point, and a way to take an input apart. A property that does
 * not hold is an assertion that fails. */
#ifndef FE_TESTS_FUZZ_FUZZ_H
#define FE_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "util/env.h"
#include "util/slice.h"

/* NOLINTNEXTLINE(readability-identifier-naming): what libFuzzer calls */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct fe_slice fuzz_slice(const uint8_t *data, size_t size)
{
    return (struct fe_slice){(const char *)data, size};
}

/* The next byte of the input; 0 when it is used up. */
static inline uint8_t fuzz_byte(struct fe_slice *rest)
{
    if (rest->len == 0) {
        return 0;
    }
    uint8_t byte = (uint8_t)rest->ptr[0];
    *rest = fe_slice_from(*rest, 1);
    return byte;
}

/* The next bytes, at most `len`. */
static inline struct fe_slice fuzz_take(struct fe_slice *rest, size_t len)
{
    struct fe_slice taken = *rest;
    taken.len = len < rest->len ? len : rest->len;
    *rest = fe_slice_from(*rest, taken.len);
    return taken;
}

static inline void fuzz_log_nothing(struct fe_slice line, void *arg)
{
    (void)line;
    (void)arg;
}

/* A world in which the same input always does the same. */
static inline struct fe_env fuzz_env(void)
{
    struct fe_env env = {.log = {.level = FE_LOG_DEBUG, .sink = fuzz_log_nothing}};
    fe_clock_init_deterministic(&env.clock);
    fe_random_init_deterministic(&env.random, 1);
    return env;
}

#endif

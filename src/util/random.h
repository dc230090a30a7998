/* SPDX-License-Identifier: MIT */
/* Where random bytes come from: the kernel's CSPRNG through OpenSSL, or, for tests and
 * --deterministic, a stream that depends on a seed alone. */
#ifndef FE_UTIL_RANDOM_H
#define FE_UTIL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fe_random {
    bool deterministic;
    uint64_t seed;
    uint64_t blocks_used;
    uint64_t key_blocks_used;
};

void fe_random_init(struct fe_random *random);
void fe_random_init_deterministic(struct fe_random *random, uint64_t seed);

/* Fills `len` bytes. Without memory, or randomness of the system's, it calls
 * fe_out_of_memory(): no token may be weak. */
void fe_random_bytes(struct fe_random *random, void *bytes, size_t len);

/* The same, for keys of digests and hash tables. They come from a stream of their own, so that the
 * ids and tokens of a seed do not depend on how many tables there are. */
void fe_random_key(struct fe_random *random, void *bytes, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
#include "util/random.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "util/secret.h"

void fe_random_init(struct fe_random *random)
{
    *random = (struct fe_random){0};
}

void fe_random_init_deterministic(struct fe_random *random, uint64_t seed)
{
    *random = (struct fe_random){.deterministic = true, .seed = seed};
}

/* Block n of the deterministic stream is SHA-256(seed, n). */
static void fill_deterministic(struct fe_random *random, unsigned char *bytes, size_t len)
{
    while (len > 0) {
        uint64_t input[2] = {random->seed, random->blocks_used++};
        unsigned char block[FE_SHA256_BYTES];
        fe_sha256((struct fe_slice){(const char *)input, sizeof(input)}, block);
        size_t part = len < sizeof(block) ? len : sizeof(block);
        memcpy(bytes, block, part);
        bytes += part;
        len -= part;
    }
}

void fe_random_bytes(struct fe_random *random, void *bytes, size_t len)
{
    if (random->deterministic) {
        fill_deterministic(random, bytes, len);
    } else if (len > INT_MAX || RAND_bytes(bytes, (int)len) != 1) {
        abort();
    }
}

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

/* Block n of a deterministic stream is SHA-256(seed, n), of the one for keys SHA-256(seed, n, 1).
 */
static void fill_deterministic(struct fe_random *random, bool key, unsigned char *bytes, size_t len)
{
    uint64_t *blocks_used = key ? &random->key_blocks_used : &random->blocks_used;
    while (len > 0) {
        const uint64_t input[] = {random->seed, (*blocks_used)++, 1};
        unsigned char block[FE_SHA256_BYTES];
        fe_sha256((struct fe_slice){(const char *)input, (key ? 3 : 2) * sizeof(input[0])}, block);
        size_t part = len < sizeof(block) ? len : sizeof(block);
        memcpy(bytes, block, part);
        bytes += part;
        len -= part;
    }
}

static void fill(struct fe_random *random, bool key, void *bytes, size_t len)
{
    if (random->deterministic) {
        fill_deterministic(random, key, bytes, len);
    } else if (len > INT_MAX || RAND_bytes(bytes, (int)len) != 1) {
        abort();
    }
}

void fe_random_bytes(struct fe_random *random, void *bytes, size_t len)
{
    fill(random, false, bytes, len);
}

void fe_random_key(struct fe_random *random, void *bytes, size_t len)
{
    fill(random, true, bytes, len);
}

/* SPDX-License-Identifier: MIT */
#include "util/random.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "util/alloc.h"
#include "util/secret.h"

/* OpenSSL 3.0 falls over its own feet when it is used after there was no memory to set it up, so
 * that is done before its first use, and looked at. */
static void set_up_openssl(void)
{
    if (OSSL_LIB_CTX_get0_global_default() == NULL) {
        fe_out_of_memory();
    }
}

void fe_random_init(struct fe_random *random)
{
    set_up_openssl();
    *random = (struct fe_random){0};
}

void fe_random_init_deterministic(struct fe_random *random, uint64_t seed)
{
    set_up_openssl();
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
        fe_out_of_memory(); /* nothing else can be wrong with so few bytes */
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

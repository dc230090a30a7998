/* SPDX-License-Identifier: MIT */
#include "cassette/match/canonical_private.h"
#include "util/secret.h"

enum {
    BLOCK_BYTES = 2048,
    LENGTH_BYTES = 8
};

/* Hashes in blocks on the stack: each begins with the digest of the one before it, so that what is
 * hashed never has to lie in one piece. */
struct blocks {
    struct fe_hasher *hasher;
    unsigned char block[BLOCK_BYTES];
    size_t used;
    unsigned char digest[FE_SHA256_BYTES];
};

static void end_block(struct blocks *blocks)
{
    const struct fe_slice block = {(const char *)blocks->block, blocks->used};
    fe_hasher_sha256(blocks->hasher, block, blocks->digest);
    memcpy(blocks->block, blocks->digest, FE_SHA256_BYTES);
    blocks->used = FE_SHA256_BYTES;
}

static void put(struct blocks *blocks, struct fe_slice bytes)
{
    while (bytes.len > 0) {
        if (blocks->used == BLOCK_BYTES) {
            end_block(blocks);
        }
        size_t room = BLOCK_BYTES - blocks->used;
        size_t len = bytes.len < room ? bytes.len : room;
        memcpy(blocks->block + blocks->used, bytes.ptr, len);
        blocks->used += len;
        bytes = fe_slice_from(bytes, len);
    }
}

static void put_sized(struct blocks *blocks, struct fe_slice bytes)
{
    char length[LENGTH_BYTES];
    for (size_t i = 0; i < LENGTH_BYTES; i++) {
        length[i] = (char)((uint64_t)bytes.len >> (8 * i) & 0xff);
    }
    put(blocks, (struct fe_slice){length, sizeof(length)});
    put(blocks, bytes);
}

void fe_canonical_key(const struct fe_canonical *canonical, struct fe_hasher *hasher,
                      unsigned char key[FE_CANONICAL_KEY_BYTES])
{
    struct blocks blocks;
    blocks.hasher = hasher;
    memset(blocks.block, 0, FE_SHA256_BYTES);
    blocks.used = FE_SHA256_BYTES;
    for (size_t i = 0; i < canonical->count; i++) {
        const struct fe_part *part = &canonical->parts[i];
        char kind = (char)part->kind;
        put(&blocks, (struct fe_slice){&kind, 1});
        put_sized(&blocks, part->name);
        put_sized(&blocks, part->value);
    }
    end_block(&blocks);
    memcpy(key, blocks.digest, FE_CANONICAL_KEY_BYTES);
}

/* ── what differs ── */

static const struct fe_part *part_at(const struct fe_canonical *canonical, size_t i)
{
    return i < canonical->count ? &canonical->parts[i] : NULL;
}

/* Which comes first; what there is none of comes last. */
static int order(const struct fe_part *ours, const struct fe_part *theirs)
{
    if (ours == NULL || theirs == NULL) {
        return ours == NULL ? 1 : -1;
    }
    return fe_canonical_order(ours, theirs);
}

size_t fe_canonical_compare(const struct fe_canonical *ours, const struct fe_canonical *theirs,
                            struct fe_difference *differences_out, size_t max)
{
    size_t count = 0;
    size_t i = 0;
    size_t k = 0;
    while (i < ours->count || k < theirs->count) {
        struct fe_difference found = {part_at(ours, i), part_at(theirs, k)};
        int first = order(found.ours, found.theirs);
        i += first <= 0;
        k += first >= 0;
        if (first == 0 && fe_slice_eq(found.ours->value, found.theirs->value)) {
            continue;
        }
        if (first < 0) {
            found.theirs = NULL;
        } else if (first > 0) {
            found.ours = NULL;
        }
        if (count < max) {
            differences_out[count] = found;
        }
        count++;
    }
    return count;
}

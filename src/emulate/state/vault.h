/* SPDX-License-Identifier: MIT */
/* Things that are found by a secret: tokens, codes, grants. The secret itself is not kept, only its
 * SHA-256: what is looked up is a digest that nobody can steer, so the time it takes tells nothing.
 * A vault holds so many entries and no more; the oldest makes room. */
#ifndef FE_EMULATE_STATE_VAULT_H
#define FE_EMULATE_STATE_VAULT_H

#include <stddef.h>

#include "util/arena.h"
#include "util/map.h"
#include "util/secret.h"
#include "util/slice.h"

/* What stands for a secret, and is the same in every vault. */
struct fe_vault_key {
    unsigned char digest[FE_SHA256_BYTES];
};

/* The first member of whatever is kept. What the entry points to comes from its arena, which holds
 * the entry too. */
struct fe_vault_entry {
    struct fe_vault_entry *older;
    struct fe_vault_entry *newer;
    struct fe_arena arena;
    struct fe_vault_key key;
};

struct fe_vault {
    struct fe_hasher *hasher;
    struct fe_map by_key;
    struct fe_vault_entry *oldest;
    struct fe_vault_entry *newest;
    size_t count_max;
};

struct fe_random;
void fe_vault_init(struct fe_vault *vault, size_t count_max, struct fe_random *random);
void fe_vault_done(struct fe_vault *vault);

/* Empties it. */
void fe_vault_clear(struct fe_vault *vault);

/* A new, cleared entry of `size` bytes, found by `secret` from now on. NULL if that secret is in
 * use. Pointers to the oldest entry are void afterwards. */
void *fe_vault_add(struct fe_vault *vault, struct fe_slice secret, size_t size);

struct fe_vault_key fe_vault_key_of(const struct fe_vault *vault, struct fe_slice secret);

/* NULL when there is none. */
void *fe_vault_find(const struct fe_vault *vault, const struct fe_vault_key *key);

/* Makes it the newest. */
void fe_vault_touch(struct fe_vault *vault, struct fe_vault_entry *entry);

/* Takes it out and frees it. */
void fe_vault_remove(struct fe_vault *vault, struct fe_vault_entry *entry);

#endif

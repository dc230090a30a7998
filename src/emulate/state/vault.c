/* SPDX-License-Identifier: MIT */
#include "emulate/state/vault.h"

#include <assert.h>

struct fe_vault_key fe_vault_key_of(const struct fe_vault *vault, struct fe_slice secret)
{
    struct fe_vault_key key;
    fe_hasher_sha256(vault->hasher, secret, key.digest);
    return key;
}

static struct fe_slice text_of(const struct fe_vault_key *key)
{
    return (struct fe_slice){(const char *)key->digest, sizeof(key->digest)};
}

void fe_vault_init(struct fe_vault *vault, size_t count_max, struct fe_random *random)
{
    assert(count_max > 0);
    *vault = (struct fe_vault){.hasher = fe_hasher_new(), .count_max = count_max};
    fe_map_init(&vault->by_key, random);
}

void fe_vault_done(struct fe_vault *vault)
{
    fe_vault_clear(vault);
    fe_map_done(&vault->by_key);
    fe_hasher_free(vault->hasher);
    vault->hasher = NULL;
}

void fe_vault_clear(struct fe_vault *vault)
{
    while (vault->oldest) {
        fe_vault_remove(vault, vault->oldest);
    }
}

static void link_newest(struct fe_vault *vault, struct fe_vault_entry *entry)
{
    entry->older = vault->newest;
    entry->newer = NULL;
    if (vault->newest) {
        vault->newest->newer = entry;
    } else {
        vault->oldest = entry;
    }
    vault->newest = entry;
}

static void unlink_entry(struct fe_vault *vault, struct fe_vault_entry *entry)
{
    if (entry->older) {
        entry->older->newer = entry->newer;
    } else {
        vault->oldest = entry->newer;
    }
    if (entry->newer) {
        entry->newer->older = entry->older;
    } else {
        vault->newest = entry->older;
    }
}

void *fe_vault_add(struct fe_vault *vault, struct fe_slice secret, size_t size)
{
    assert(size >= sizeof(struct fe_vault_entry));
    const struct fe_vault_key key = fe_vault_key_of(vault, secret);
    if (fe_vault_find(vault, &key)) {
        return NULL;
    }
    if (vault->by_key.count >= vault->count_max) {
        fe_vault_remove(vault, vault->oldest);
    }
    struct fe_arena arena = {0};
    struct fe_vault_entry *entry = fe_arena_alloc(&arena, size);
    entry->arena = arena;
    entry->key = key;
    (void)fe_map_put(&vault->by_key, text_of(&entry->key), entry);
    link_newest(vault, entry);
    return entry;
}

void *fe_vault_find(const struct fe_vault *vault, const struct fe_vault_key *key)
{
    return fe_map_get(&vault->by_key, text_of(key));
}

void fe_vault_touch(struct fe_vault *vault, struct fe_vault_entry *entry)
{
    unlink_entry(vault, entry);
    link_newest(vault, entry);
}

void fe_vault_remove(struct fe_vault *vault, struct fe_vault_entry *entry)
{
    unlink_entry(vault, entry);
    (void)fe_map_remove(&vault->by_key, text_of(&entry->key));
    struct fe_arena arena = entry->arena; /* the entry lies in it */
    fe_arena_done(&arena);
}

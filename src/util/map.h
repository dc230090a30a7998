/* SPDX-License-Identifier: MIT */
/* A hash table from byte strings to pointers: open addressing, SipHash under a key of its own, so
 * that nobody who chooses ids can make it slow. Keys are borrowed: they live in the value. */
#ifndef FE_UTIL_MAP_H
#define FE_UTIL_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "util/slice.h"

struct fe_random;
struct fe_map_entry;

struct fe_map {
    struct fe_map_entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    size_t filled; /* with removed ones */
    uint64_t hash_key[2];
};

/* The hash key is drawn from `random`. */
void fe_map_init(struct fe_map *map, struct fe_random *random);
void fe_map_done(struct fe_map *map);

/* NULL when absent. */
void *fe_map_get(const struct fe_map *map, struct fe_slice key);

/* Adds or replaces; returns what was there before, or NULL. `key` must stay valid, and the same,
 * until it is removed or replaced. `value` is not NULL. */
void *fe_map_put(struct fe_map *map, struct fe_slice key, void *value);

/* Returns the value removed, or NULL. */
void *fe_map_remove(struct fe_map *map, struct fe_slice key);

/* Iterates in no order: start with *cursor = 0; NULL at the end. The entry just returned may be
 * removed meanwhile; adding ends the iteration's validity. */
void *fe_map_next(const struct fe_map *map, size_t *cursor);

#endif

/* SPDX-License-Identifier: MIT */
#include "util/map.h"

#include <assert.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/random.h"

enum {
    CAPACITY_FIRST = 16
};

struct fe_map_entry {
    struct fe_slice key;
    uint64_t hash;
    void *value; /* NULL: never used, or removed (then key.ptr is set) */
};

static uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson and Bernstein): one round a word, three at the end. */
static uint64_t sip_hash(const uint64_t key[2], struct fe_slice s)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                     key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word = 0;
        memcpy(&word, s.ptr + i, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)(s.len & 0xff) << 56;
    for (size_t j = 0; i + j < s.len; j++) {
        last |= (uint64_t)(unsigned char)s.ptr[i + j] << (8 * j);
    }
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void fe_map_init(struct fe_map *map, struct fe_random *random)
{
    *map = (struct fe_map){0};
    fe_random_key(random, map->hash_key, sizeof(map->hash_key));
}

void fe_map_done(struct fe_map *map)
{
    free(map->entries);
    map->entries = NULL;
    map->capacity = map->count = map->filled = 0;
}

/* The entry that holds `key`, or the first free one on its way. */
static struct fe_map_entry *probe(const struct fe_map *map, struct fe_slice key, uint64_t hash)
{
    struct fe_map_entry *removed = NULL;
    for (size_t i = hash & (map->capacity - 1);; i = (i + 1) & (map->capacity - 1)) {
        struct fe_map_entry *entry = &map->entries[i];
        if (entry->value == NULL && entry->key.ptr == NULL) {
            return removed ? removed : entry;
        }
        if (entry->value == NULL) {
            removed = removed ? removed : entry;
        } else if (entry->hash == hash && fe_slice_eq(entry->key, key)) {
            return entry;
        }
    }
}

static void resize(struct fe_map *map, size_t capacity)
{
    struct fe_map_entry *old = map->entries;
    size_t old_capacity = map->capacity;
    map->entries = fe_xalloc(capacity * sizeof(*map->entries));
    map->capacity = capacity;
    map->filled = map->count;
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].value) {
            *probe(map, old[i].key, old[i].hash) = old[i];
        }
    }
    free(old);
}

static void make_room(struct fe_map *map)
{
    if (map->capacity == 0) {
        resize(map, CAPACITY_FIRST);
    } else if ((map->filled + 1) * 4 > map->capacity * 3) {
        resize(map, map->count * 2 > map->capacity / 2 ? map->capacity * 2 : map->capacity);
    }
}

void *fe_map_get(const struct fe_map *map, struct fe_slice key)
{
    if (map->count == 0) {
        return NULL;
    }
    return probe(map, key, sip_hash(map->hash_key, key))->value;
}

void *fe_map_put(struct fe_map *map, struct fe_slice key, void *value)
{
    assert(value != NULL);
    make_room(map);
    uint64_t hash = sip_hash(map->hash_key, key);
    struct fe_map_entry *entry = probe(map, key, hash);
    void *before = entry->value;
    if (before == NULL) {
        map->count++;
        map->filled += entry->key.ptr == NULL;
    }
    *entry = (struct fe_map_entry){{key.ptr ? key.ptr : "", key.len}, hash, value};
    return before;
}

void *fe_map_remove(struct fe_map *map, struct fe_slice key)
{
    if (map->count == 0) {
        return NULL;
    }
    struct fe_map_entry *entry = probe(map, key, sip_hash(map->hash_key, key));
    void *value = entry->value;
    if (value) {
        entry->value = NULL;
        entry->key = FE_SLICE("");
        map->count--;
    }
    return value;
}

void *fe_map_next(const struct fe_map *map, size_t *cursor)
{
    while (*cursor < map->capacity) {
        void *value = map->entries[(*cursor)++].value;
        if (value) {
            return value;
        }
    }
    return NULL;
}

/* SPDX-License-Identifier: MIT */
#include "cassette/library/digest_table.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/random.h"

struct fe_digest_slot {
    uint64_t front; /* of the digest */
    void *value;    /* NULL: free */
};

enum {
    SHIFT_FIRST = 64 - 6
};

void fe_digest_table_init(struct fe_digest_table *table, size_t digest_len,
                          struct fe_random *random)
{
    *table = (struct fe_digest_table){.digest_len = digest_len, .shift = SHIFT_FIRST + 1};
    fe_random_key(random, table->hash_key, sizeof(table->hash_key));
}

void fe_digest_table_done(struct fe_digest_table *table)
{
    free(table->slots);
    table->slots = NULL;
    table->capacity = table->count = 0;
}

static uint64_t front_of(const unsigned char *digest)
{
    uint64_t front = 0;
    memcpy(&front, digest, sizeof(front));
    return front;
}

/* Where the search begins. Multiplying by a number that nobody knows brings every bit of the front
 * to the top. */
static size_t first_slot(const struct fe_digest_table *table, uint64_t front)
{
    return (size_t)((front ^ table->hash_key[0]) * (table->hash_key[1] | 1) >> table->shift);
}

static void put(struct fe_digest_table *table, const struct fe_digest_slot *slot)
{
    size_t at = first_slot(table, slot->front);
    while (table->slots[at].value) {
        at = (at + 1) & (table->capacity - 1);
    }
    table->slots[at] = *slot;
}

static void grow(struct fe_digest_table *table)
{
    struct fe_digest_slot *old = table->slots;
    size_t old_capacity = table->capacity;
    table->shift--;
    table->capacity = (size_t)1 << (64 - table->shift);
    table->slots = fe_xalloc(table->capacity * sizeof(*table->slots));
    for (size_t i = 0; i < old_capacity; i++) {
        if (old[i].value) {
            put(table, &old[i]);
        }
    }
    free(old);
}

void *fe_digest_table_get(const struct fe_digest_table *table, const unsigned char *digest)
{
    uint64_t front = front_of(digest);
    size_t at = table->count > 0 ? first_slot(table, front) : 0;
    while (table->count > 0 && table->slots[at].value) {
        const struct fe_digest_slot *slot = &table->slots[at];
        if (slot->front == front && memcmp(slot->value, digest, table->digest_len) == 0) {
            return slot->value;
        }
        at = (at + 1) & (table->capacity - 1);
    }
    return NULL;
}

void fe_digest_table_add(struct fe_digest_table *table, void *value)
{
    if (4 * table->count >= 3 * table->capacity) {
        grow(table);
    }
    const struct fe_digest_slot slot = {front_of(value), value};
    put(table, &slot);
    table->count++;
}

void *fe_digest_table_next(const struct fe_digest_table *table, size_t *cursor)
{
    while (*cursor < table->capacity) {
        void *value = table->slots[(*cursor)++].value;
        if (value) {
            return value;
        }
    }
    return NULL;
}

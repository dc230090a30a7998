/* SPDX-License-Identifier: MIT */
/* A hash table of what begins with a digest. That needs little hashing, so a look-up costs less
 * than in util/map.h, and an entry half as much. */
#ifndef FE_CASSETTE_LIBRARY_DIGEST_TABLE_H
#define FE_CASSETTE_LIBRARY_DIGEST_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct fe_digest_slot;
struct fe_random;

struct fe_digest_table {
    struct fe_digest_slot *slots; /* open addressing */
    size_t capacity;              /* a power of two, or 0 */
    size_t count;
    size_t digest_len; /* 8 or more */
    unsigned shift;    /* from the hash to a slot */
    uint64_t hash_key[2];
};

/* The hash key is drawn from `random`, so that nobody who chooses requests can make it slow. */
void fe_digest_table_init(struct fe_digest_table *table, size_t digest_len,
                          struct fe_random *random);
void fe_digest_table_done(struct fe_digest_table *table);

/* The value that begins with these bytes; NULL when there is none. */
void *fe_digest_table_get(const struct fe_digest_table *table, const unsigned char *digest);

/* Adds a value that is not there yet. It is borrowed. */
void fe_digest_table_add(struct fe_digest_table *table, void *value);

/* Iterates in no order: start with *cursor = 0; NULL at the end. */
void *fe_digest_table_next(const struct fe_digest_table *table, size_t *cursor);

#endif

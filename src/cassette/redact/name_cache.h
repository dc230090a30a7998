/* SPDX-License-Identifier: MIT */
/* What was decided about the names that came last: the same few come with every exchange, and there
 * are more than a hundred patterns to hold each against. Two names may fall together. */
#ifndef FE_CASSETTE_REDACT_NAME_CACHE_H
#define FE_CASSETTE_REDACT_NAME_CACHE_H

#include <stdbool.h>

#include "util/slice.h"

enum {
    FE_NAME_CACHE_SLOTS = 256, /* a power of two */
    FE_NAME_CACHE_NAME_BYTES = 46
};

struct fe_name_slot {
    bool used;
    unsigned char place;
    unsigned char len;
    char name[FE_NAME_CACHE_NAME_BYTES];
    bool secret;
    struct fe_slice kind;
};

/* Zeroed: empty. */
struct fe_name_cache {
    struct fe_name_slot slots[FE_NAME_CACHE_SLOTS];
};

/* Where that name in that place is, *found_out, or is to be put, what stands there giving way. NULL
 * when it is too long to be kept. */
struct fe_name_slot *fe_name_cache_find(struct fe_name_cache *cache, unsigned char place,
                                        struct fe_slice name, bool *found_out);

#endif

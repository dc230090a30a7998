/* SPDX-License-Identifier: MIT */
#include "cassette/redact/name_cache.h"

#include <stdint.h>

/* FNV-1a. Who picks names that fall together makes us decide anew each time, and no worse. */
static uint32_t hash(unsigned char place, struct fe_slice name)
{
    uint32_t h = 2166136261U ^ place;
    for (size_t i = 0; i < name.len; i++) {
        h = (h ^ (unsigned char)name.ptr[i]) * 16777619U;
    }
    return h ^ h >> 16;
}

static bool is_of(const struct fe_name_slot *slot, unsigned char place, struct fe_slice name)
{
    const struct fe_slice kept = {slot->name, slot->len};
    return slot->used && slot->place == place && fe_slice_eq(kept, name);
}

struct fe_name_slot *fe_name_cache_find(struct fe_name_cache *cache, unsigned char place,
                                        struct fe_slice name, bool *found_out)
{
    *found_out = false;
    if (name.len > FE_NAME_CACHE_NAME_BYTES) {
        return NULL;
    }
    /* Two names that fall together have a place each. */
    struct fe_name_slot *slot = &cache->slots[hash(place, name) & (FE_NAME_CACHE_SLOTS - 2)];
    for (size_t i = 0; i < 2; i++) {
        if (is_of(&slot[i], place, name)) {
            *found_out = true;
            return &slot[i];
        }
    }
    slot[1] = slot[0];
    slot->used = true;
    slot->place = place;
    slot->len = (unsigned char)name.len;
    if (name.len > 0) {
        memcpy(slot->name, name.ptr, name.len);
    }
    return slot;
}

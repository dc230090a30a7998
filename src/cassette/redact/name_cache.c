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

struct fe_name_slot *fe_name_cache_find(struct fe_name_cache *cache, unsigned char place,
                                        struct fe_slice name, bool *found_out)
{
    *found_out = false;
    if (name.len > FE_NAME_CACHE_NAME_BYTES) {
        return NULL;
    }
    struct fe_name_slot *slot = &cache->slots[hash(place, name) & (FE_NAME_CACHE_SLOTS - 1)];
    const struct fe_slice kept = {slot->name, slot->len};
    if (slot->used && slot->place == place && fe_slice_eq(kept, name)) {
        *found_out = true;
        return slot;
    }
    slot->used = true;
    slot->place = place;
    slot->len = (unsigned char)name.len;
    if (name.len > 0) {
        memcpy(slot->name, name.ptr, name.len);
    }
    return slot;
}

/* SPDX-License-Identifier: MIT */
#include "message/headers.h"

#include <errno.h>

#include "util/limits.h"

enum {
    CAPACITY_FIRST = 16
};

/* The smaller list stays in the arena: doubling wastes at most as much as is used. */
static void grow(struct fe_headers *headers, struct fe_arena *arena)
{
    size_t capacity = headers->capacity ? headers->capacity * 2 : CAPACITY_FIRST;
    struct fe_header *items = fe_arena_alloc(arena, capacity * sizeof(*items));
    if (headers->count > 0) {
        memcpy(items, headers->items, headers->count * sizeof(*items));
    }
    headers->items = items;
    headers->capacity = capacity;
}

int fe_headers_add(struct fe_headers *headers, struct fe_arena *arena, struct fe_slice name,
                   struct fe_slice value)
{
    if (headers->count == FE_LIMIT_HEADERS) {
        return -E2BIG;
    }
    if (headers->count == headers->capacity) {
        grow(headers, arena);
    }
    headers->items[headers->count++] = (struct fe_header){name, value};
    return 0;
}

bool fe_headers_get(const struct fe_headers *headers, struct fe_slice name,
                    struct fe_slice *value_out)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (fe_slice_eq_nocase(headers->items[i].name, name)) {
            *value_out = headers->items[i].value;
            return true;
        }
    }
    return false;
}

size_t fe_headers_count(const struct fe_headers *headers, struct fe_slice name)
{
    size_t count = 0;
    for (size_t i = 0; i < headers->count; i++) {
        count += fe_slice_eq_nocase(headers->items[i].name, name);
    }
    return count;
}

static bool list_has(struct fe_slice list, struct fe_slice token)
{
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&list, ',', &part)) {
        if (fe_slice_eq_nocase(fe_slice_trim(part), token)) {
            return true;
        }
    }
    return false;
}

bool fe_headers_has_token(const struct fe_headers *headers, struct fe_slice name,
                          struct fe_slice token)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (fe_slice_eq_nocase(headers->items[i].name, name) &&
            list_has(headers->items[i].value, token)) {
            return true;
        }
    }
    return false;
}

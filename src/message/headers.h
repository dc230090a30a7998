/* SPDX-License-Identifier: MIT */
/* Header fields in the order they came, duplicates kept; names and values are borrowed slices whose
 * owner is said where the list is. At most FE_LIMIT_HEADERS. */
#ifndef FE_MESSAGE_HEADERS_H
#define FE_MESSAGE_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/slice.h"

struct fe_header {
    struct fe_slice name;
    struct fe_slice value;
};

struct fe_headers {
    struct fe_header *items; /* in the arena it grows in */
    size_t count;
    size_t capacity;
};

/* Appends; the list grows in `arena`, the slices are borrowed. -E2BIG past FE_LIMIT_HEADERS. */
int fe_headers_add(struct fe_headers *headers, struct fe_arena *arena, struct fe_slice name,
                   struct fe_slice value);

/* The first field of that name, in any case; false if there is none. */
bool fe_headers_get(const struct fe_headers *headers, struct fe_slice name,
                    struct fe_slice *value_out);

size_t fe_headers_count(const struct fe_headers *headers, struct fe_slice name);

/* Whether `token` is a member of the comma-separated list that all fields of that name make
 * together (RFC 9110 §5.6.1); case is ignored. */
bool fe_headers_has_token(const struct fe_headers *headers, struct fe_slice name,
                          struct fe_slice token);

#endif

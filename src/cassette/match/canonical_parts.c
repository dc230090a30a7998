/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "cassette/match/canonical_private.h"
#include "util/secret.h"

enum {
    PARTS_FIRST = 16
};

static const struct fe_slice digest_mark = FE_SLICE_INIT("sha256:");

/* "sha256:HEX LENGTH" */
static struct fe_slice digest_of(struct fe_slice value, struct fe_arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[FE_SHA256_BYTES];
    char hex[FE_SHA256_BYTES * 2];
    fe_sha256(value, digest);
    for (size_t i = 0; i < FE_SHA256_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return fe_arena_printf(arena, FE_PRI "%.*s %zu", FE_ARG(digest_mark), (int)sizeof(hex), hex,
                           value.len);
}

static void grow(struct fe_canonical_parts *parts)
{
    size_t capacity = parts->capacity > 0 ? parts->capacity * 2 : PARTS_FIRST;
    struct fe_part *items = fe_arena_alloc(parts->arena, capacity * sizeof(*items));
    if (parts->count > 0) {
        memcpy(items, parts->items, parts->count * sizeof(*items));
    }
    parts->items = items;
    parts->capacity = capacity;
}

void fe_canonical_add(struct fe_canonical_parts *parts, enum fe_part_kind kind,
                      struct fe_slice name, struct fe_slice value)
{
    if (parts->count == parts->capacity) {
        grow(parts);
    }
    /* What looks like a digest is given as one, too, so that no value is taken for another's. */
    if (value.len > FE_CANONICAL_VALUE_BYTES || fe_slice_starts(value, digest_mark)) {
        value = digest_of(value, parts->arena);
    }
    parts->items[parts->count++] = (struct fe_part){kind, name, value};
}

/* ── order ── */

static int order_bytes(struct fe_slice a, struct fe_slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.ptr, b.ptr, len) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int fe_canonical_order(const struct fe_part *a, const struct fe_part *b)
{
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return order_bytes(a->name, b->name);
}

/* Two sorted runs side by side become one; the left one's parts come first among equals. */
static void merge(struct fe_part *items, size_t middle, size_t count, struct fe_part *scratch)
{
    if (fe_canonical_order(&items[middle - 1], &items[middle]) <= 0) {
        return;
    }
    memcpy(scratch, items, middle * sizeof(*items));
    size_t left = 0;
    size_t right = middle;
    for (size_t to = 0; left < middle; to++) {
        if (right < count && fe_canonical_order(&items[right], &scratch[left]) < 0) {
            items[to] = items[right++];
        } else {
            items[to] = scratch[left++];
        }
    }
}

void fe_canonical_sort(struct fe_canonical_parts *parts, size_t first)
{
    size_t count = parts->count - first;
    if (count < 2) {
        return;
    }
    struct fe_part *items = parts->items + first;
    struct fe_part *scratch = fe_arena_alloc(parts->arena, count * sizeof(*scratch));
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at + run < count; at += 2 * run) {
            size_t left = count - at;
            merge(items + at, run, left < 2 * run ? left : 2 * run, scratch);
        }
    }
}

/* ── secrets ── */

struct fe_slice fe_canonical_secret(struct fe_canonical_parts *parts, struct fe_slice kind)
{
    return fe_arena_printf(parts->arena, "fe~" FE_PRI, FE_ARG(kind));
}

struct fe_slice fe_canonical_value(struct fe_canonical_parts *parts, enum fe_name_place place,
                                   struct fe_slice name, struct fe_slice value)
{
    struct fe_slice kind = {NULL, 0};
    const struct fe_rules *secrets = parts->options->secrets;
    if (secrets == NULL || value.len == 0 || !fe_rules_find(secrets, place, name, &kind)) {
        return value;
    }
    return fe_canonical_secret(parts, kind);
}

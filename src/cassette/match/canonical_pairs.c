/* SPDX-License-Identifier: MIT */
#include "cassette/match/canonical_private.h"

/* The redactor decodes in the same way, so that a name means the same to both. */
static struct fe_slice decode(struct fe_slice text, struct fe_arena *arena)
{
    char *decoded = fe_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' && text.len - i > 2) {
            int high = fe_hex_digit(text.ptr[i + 1]);
            int low = fe_hex_digit(text.ptr[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(high * 16 + low);
                i += 2;
            }
        } else if (c == '+') {
            c = ' ';
        }
        decoded[len++] = c;
    }
    return (struct fe_slice){decoded, len};
}

static bool ignores(const struct fe_canonical_parts *parts, struct fe_slice name)
{
    for (size_t i = 0; i < parts->rule_count; i++) {
        const struct fe_names *names = &parts->rules[i].ignore_query;
        for (size_t k = 0; k < names->count; k++) {
            if (fe_slice_eq(names->items[k], name)) {
                return true;
            }
        }
    }
    return false;
}

void fe_canonical_pairs(struct fe_canonical_parts *parts, enum fe_part_kind kind,
                        struct fe_slice text)
{
    size_t first = parts->count;
    struct fe_slice pair;
    while (fe_slice_split(&text, '&', &pair)) {
        if (pair.len == 0) {
            continue;
        }
        ptrdiff_t equals = fe_slice_index(pair, '=');
        size_t name_len = equals < 0 ? pair.len : (size_t)equals;
        struct fe_slice name = decode((struct fe_slice){pair.ptr, name_len}, parts->arena);
        if (kind == FE_PART_QUERY && ignores(parts, name)) {
            continue;
        }
        struct fe_slice value = fe_slice_from(pair, equals < 0 ? pair.len : name_len + 1);
        value = decode(value, parts->arena);
        fe_canonical_add(parts, kind, name, fe_canonical_value(parts, FE_NAME_QUERY, name, value));
    }
    fe_canonical_sort(parts, first);
}

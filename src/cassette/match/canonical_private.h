/* SPDX-License-Identifier: MIT */
/* What the files behind canonical.h share: a list of parts as it grows. */
#ifndef FE_CASSETTE_MATCH_CANONICAL_PRIVATE_H
#define FE_CASSETTE_MATCH_CANONICAL_PRIVATE_H

#include "cassette/match/canonical.h"

struct fe_canonical_parts {
    const struct fe_match_options *options;
    struct fe_match_rule *rules; /* those that match the path */
    size_t rule_count;
    struct fe_arena *arena;
    struct fe_part *items;
    size_t count;
    size_t capacity;
};

/* Name and value must live as long as the arena. A long value becomes its digest. */
void fe_canonical_add(struct fe_canonical_parts *parts, enum fe_part_kind kind,
                      struct fe_slice name, struct fe_slice value);

/* Sorts what was added from `first` on by name; what has the same name stays in its order. */
void fe_canonical_sort(struct fe_canonical_parts *parts, size_t first);

/* In canonical order: less than 0, 0 or more, by kind and name alone. */
int fe_canonical_order(const struct fe_part *a, const struct fe_part *b);

/* What stands for a secret of that kind: the part's value. */
struct fe_slice fe_canonical_secret(struct fe_canonical_parts *parts, struct fe_slice kind);

/* `value`, or what stands for it if `name` makes it a secret. Nothing is no secret: whether there
 * is one is a difference. */
struct fe_slice fe_canonical_value(struct fe_canonical_parts *parts, enum fe_name_place place,
                                   struct fe_slice name, struct fe_slice value);

/* Adds the pairs of a query or a form (WHATWG URL §5.1; what is no escape stands for itself),
 * sorted, but for the names that a rule ignores in a query. */
void fe_canonical_pairs(struct fe_canonical_parts *parts, enum fe_part_kind kind,
                        struct fe_slice text);

/* Each adds a whole body that lives in the arena. -EBADMSG: it is not what its type says, or has
 * names twice; -E2BIG: too much of it. Then nothing has been added. */
int fe_canonical_json(struct fe_canonical_parts *parts, struct fe_slice text);
int fe_canonical_multipart(struct fe_canonical_parts *parts, struct fe_slice content_type,
                           struct fe_slice text);

/* A number of JSON in the one spelling that its value has, however big: digits as they are up to
 * 20 of them, a point if there are digits before it, else digits and an exponent. Without floating
 * point; an exponent of more than 17 digits stays as it is. */
struct fe_slice fe_canonical_number(struct fe_slice text, struct fe_arena *arena);

/* The body's parts, and before them, what it is. */
void fe_canonical_body(struct fe_canonical_parts *parts, const struct fe_headers *headers,
                       struct fe_slice body);

#endif

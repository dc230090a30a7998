/* SPDX-License-Identifier: MIT */
/* Other ways to write the same, drawn from a seed. */
#ifndef FE_TESTS_FUZZ_CANONICAL_SPELLING_H
#define FE_TESTS_FUZZ_CANONICAL_SPELLING_H

#include "util/arena.h"
#include "util/json.h"

struct spelling {
    struct fe_arena *arena;
    uint32_t seed;
    bool changes; /* the next scalar of JSON becomes another; then it is false */
};

/* Characters that need no escape have one, or none. */
struct fe_slice spell_path(struct spelling *spelling, struct fe_slice path);

/* A query or a form: any character has an escape or, if it can do without, none; pairs of different
 * names change places. */
struct fe_slice spell_pairs(struct spelling *spelling, struct fe_slice text);

/* Space, escapes, numbers, and the order of members. */
struct fe_slice spell_json(struct spelling *spelling, const struct fe_json *json);

/* Whether all that is true of this JSON. A name twice, or half a surrogate pair, makes it mere
 * bytes; and an object may have more members than are looked at here. */
bool spelling_knows(const struct fe_json *json, struct fe_arena *arena);

#endif

/* SPDX-License-Identifier: MIT */
/* Values that go together: what stands in a recording, and what stands for it now. A secret's
 * placeholder and the token that was issued when its answer was replayed are such a pair. Texts are
 * translated either way, word by word: a value is found where it is a whole run of letters, digits,
 * "-", "_", "." and "~". */
#ifndef FE_REPLAY_BINDINGS_H
#define FE_REPLAY_BINDINGS_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/slice.h"

struct fe_bindings;
struct fe_random;

enum {
    FE_BINDING_BYTES_MIN = 8 /* shorter values are not bound: they would be found everywhere */
};

struct fe_bindings *fe_bindings_new(struct fe_random *random);
void fe_bindings_free(struct fe_bindings *bindings); /* NULL is fine */
void fe_bindings_clear(struct fe_bindings *bindings);

/* Copies both. From now on `recorded` becomes `live`, and every live value that it ever had becomes
 * `recorded`. Past FE_LIMIT_BINDINGS the oldest pair goes. */
void fe_bindings_bind(struct fe_bindings *bindings, struct fe_slice recorded, struct fe_slice live);

/* The other one of a pair; empty if there is none. Valid until the next bind. */
struct fe_slice fe_bindings_live(const struct fe_bindings *bindings, struct fe_slice recorded);
struct fe_slice fe_bindings_recorded(const struct fe_bindings *bindings, struct fe_slice live);

/* All of them in a text. Borrowed if there is none. */
struct fe_slice fe_bindings_to_live(const struct fe_bindings *bindings, struct fe_slice text,
                                    struct fe_arena *arena);
struct fe_slice fe_bindings_to_recorded(const struct fe_bindings *bindings, struct fe_slice text,
                                        struct fe_arena *arena);

#endif

/* SPDX-License-Identifier: MIT */
/* What a JSON document looks like, whatever its values are: of each place, what stands there and
 * how often. All elements of a list are one place, "*": so lists of any length have one shape. */
#ifndef FE_TOOL_JSON_SHAPE_H
#define FE_TOOL_JSON_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/map.h"

enum {
    FE_SHAPE_NULL = 1,
    FE_SHAPE_BOOLEAN = 2,
    FE_SHAPE_NUMBER = 4,
    FE_SHAPE_STRING = 8,
    FE_SHAPE_ARRAY = 16,
    FE_SHAPE_OBJECT = 32,
    FE_SHAPE_PLACES_MAX = 100000 /* of one document */
};

struct fe_shape_place {
    struct fe_slice pointer; /* RFC 6901, with "*" for the index */
    struct fe_shape_place *parent;
    bool is_element; /* of a list */
    unsigned kinds;
    size_t count;   /* how often something stands there */
    size_t objects; /* how often an object does */
    struct fe_shape_place *next;
};

struct fe_shape {
    struct fe_shape_place *first; /* the whole document, then all in its order */
    struct fe_map places;         /* by pointer */
};

/* Places live in the arena. 0; -EBADMSG: it is no JSON; -E2BIG: it has too many places. Free what
 * was made, 0 or not, with fe_shape_done(). */
int fe_shape_make(struct fe_slice text, struct fe_random *random, struct fe_arena *arena,
                  struct fe_shape *shape_out);
void fe_shape_done(struct fe_shape *shape);

/* NULL: there is nothing. */
const struct fe_shape_place *fe_shape_find(const struct fe_shape *shape, struct fe_slice pointer);

/* "string or null". */
void fe_shape_kinds_append(unsigned kinds, struct fe_buf *out);

#endif

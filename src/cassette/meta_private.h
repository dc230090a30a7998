/* SPDX-License-Identifier: MIT */
/* The values of a frame's meta, by the table of its fields: for decode.c. */
#ifndef FE_CASSETTE_META_PRIVATE_H
#define FE_CASSETTE_META_PRIVATE_H

#include "cassette/cursor.h"
#include "cassette/fields_private.h"
#include "util/arena.h"

struct fe_meta {
    struct fe_cursor cursor; /* where it begins; then, behind it */
    struct fe_arena *arena;  /* of its lists */
    const char **why_out;
};

/* Puts the values into the struct that the fields belong to. 0, -EBADMSG: one is missing, there
 * twice, or of the wrong type, *why_out saying so. Where the cursor is not known to be well formed,
 * any failure may also be that of fe_cursor_next(), -EINVAL, or that of a key that is not known or
 * a list that is long: neither is believed before the checksum is. */
int fe_meta_take(struct fe_meta *meta, const struct fe_fields *fields, void *owner);

#endif

/* SPDX-License-Identifier: MIT */
/* The frames of a cassette in a table: which exchange each belongs to, so that a part of them can
 * be written to another cassette, with their sessions and seals around them. */
#ifndef FE_TOOL_PLACES_H
#define FE_TOOL_PLACES_H

#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"

struct fe_place {
    uint64_t offset;
    uint64_t seq; /* 0: no exchange's */
    uint32_t bytes;
    uint32_t kind; /* UINT32_MAX: one that this version does not know */
};

struct fe_places {
    struct fe_place *items; /* in the file's order; in the input's arena */
    size_t count;
};

/* Of an input without damage. */
void fe_places_read(struct fe_input *input, struct fe_places *places_out);

/* Copies the exchanges for which part_of[seq - 1] is `part`, and the sessions that hold any of
 * them; all sessions, if none holds any. Frames that this version does not know stay in their
 * sessions. */
int fe_places_copy(const struct fe_input *input, const struct fe_places *places,
                   const uint32_t *part_of, uint32_t part, struct fe_output *output);

#endif

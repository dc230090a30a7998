/* SPDX-License-Identifier: MIT */
/* A recorded body for the eye: what it is, and what is in it, as far as a person can read that. */
#ifndef FE_TOOL_BODY_VIEW_H
#define FE_TOOL_BODY_VIEW_H

#include "foundry-cassette/input.h"
#include "util/buf.h"

enum fe_body_side {
    FE_BODY_REQUEST,
    FE_BODY_RESPONSE
};

/* Prints the body of one side, with a line before it that sums up its size, coding and timing.
 * Nothing, if there is none. */
void fe_body_view(const struct fe_tool *tool, const struct fe_input *input,
                  const struct fe_exchange *exchange, enum fe_body_side side);

/* Reads a body into an empty buffer, whose limit counts: as it is stored, or with its content
 * codings taken off, unless it cannot be decoded. */
void fe_body_read(const struct fe_input *input, const struct fe_exchange *exchange,
                  enum fe_body_side side, bool decoded, struct fe_buf *body);

/* Writes the body's bytes as they are stored, and nothing else; of any size. */
void fe_body_write(const struct fe_tool *tool, const struct fe_input *input,
                   const struct fe_recorded *recorded, enum fe_body_side side);

#endif

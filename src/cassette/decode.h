/* SPDX-License-Identifier: MIT */
/* From the bytes of a frame to values. Strict about what it needs, silent about what it does not
 * know: unknown kinds and keys are skipped. Nothing is allocated but lists in the arena, whose
 * lengths are checked against the bytes that are there; so no length in a file can cost memory. */
#ifndef FE_CASSETTE_DECODE_H
#define FE_CASSETTE_DECODE_H

#include "cassette/frame.h"
#include "util/arena.h"

/* Decodes the frame at the front of `text`. Of a session whose `reader` is above FE_CASSETTE_READER
 * only format, reader and recorder are looked at. Returns its length in bytes; 0: the text ends
 * within it; -EBADMSG: it is no frame, its checksum is wrong, or a value in it has the wrong type,
 * *why_out saying so (static text). Slices point into `text`. */
ptrdiff_t fe_frame_decode(struct fe_slice text, struct fe_arena *arena, struct fe_frame *frame_out,
                          const char **why_out);

/* The same without a look at the checksum: of bytes that this program has just written. */
ptrdiff_t fe_frame_decode_trusted(struct fe_slice text, struct fe_arena *arena,
                                  struct fe_frame *frame_out, const char **why_out);

/* The length alone, checksum verified, values not looked at: as above. *kind_out may be NULL. */
ptrdiff_t fe_frame_length(struct fe_slice text, uint64_t *kind_out, const char **why_out);

/* The same without the checksum: where a damaged frame ends if its lengths are to be believed. */
ptrdiff_t fe_frame_extent(struct fe_slice text, const char **why_out);

/* What the first bytes of an exchange's frame say. */
struct fe_frame_front {
    uint64_t kind;
    uint64_t exchange;
    int status; /* of an answer's head; else 0 */
};

/* Reads the front of the frame that `text` begins with, and nothing else of it. -EBADMSG: there is
 * none of an exchange. */
int fe_frame_peek(struct fe_slice text, struct fe_frame_front *front_out);

#endif

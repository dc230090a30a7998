/* SPDX-License-Identifier: MIT */
/* Recorded exchanges, read again from the file. */
#ifndef FE_CASSETTE_INDEX_RECORDED_READ_H
#define FE_CASSETTE_INDEX_RECORDED_READ_H

#include "cassette/match/canonical.h"
#include "cassette/reader.h"
#include "util/buf.h"

/* The first frame of an exchange, and its last. */
struct fe_recorded_ends {
    const struct fe_reader *reader;
    const struct fe_recorded *recorded;
    struct fe_frame_head head;
    struct fe_frame_end end;
};

/* Of an exchange that has ended; lists are in the arena. */
void fe_recorded_ends(const struct fe_reader *reader, const struct fe_recorded *recorded,
                      struct fe_arena *arena, struct fe_recorded_ends *ends_out);

/* Its request, made canonical; `options` with the rules of its session. `joined` is for a body of
 * several frames; the canonical lives as long as both. -ENOMEM, or -E2BIG: the body does not fit
 * into `joined`. */
int fe_recorded_canonical(const struct fe_recorded_ends *ends,
                          const struct fe_match_options *options, struct fe_arena *arena,
                          struct fe_buf *joined, struct fe_canonical *canonical_out);

/* A body of kind FE_FRAME_REQUEST_BODY or FE_FRAME_RESPONSE_BODY that has `bytes` bytes: a slice of
 * the file if it is in one frame, else of `joined`. The same. */
int fe_recorded_body(const struct fe_reader *reader, const struct fe_recorded *recorded,
                     enum fe_frame_kind kind, uint64_t bytes, struct fe_buf *joined,
                     struct fe_slice *body_out);

#endif

/* SPDX-License-Identifier: MIT */
/* Recorded requests, read again from the file. */
#ifndef FE_CASSETTE_LIBRARY_LIBRARY_REQUEST_PRIVATE_H
#define FE_CASSETTE_LIBRARY_LIBRARY_REQUEST_PRIVATE_H

#include "cassette/library/library_private.h"
#include "util/buf.h"

/* The first frame of an exchange, and its last. */
struct fe_library_ends {
    struct fe_frame_head head;
    struct fe_frame_end end;
};

/* Of an exchange that has ended; lists are in the arena. */
void fe_library_ends(const struct fe_library_cassette *cassette, const struct fe_recorded *recorded,
                     struct fe_arena *arena, struct fe_library_ends *ends_out);

/* Its request, made canonical by its session's rules. `joined` is for a body of several frames; the
 * canonical lives as long as both. -ENOMEM or -E2BIG: the body does not fit into memory. */
int fe_library_canonical(const struct fe_library_cassette *cassette,
                         const struct fe_recorded *recorded, const struct fe_library_ends *ends,
                         struct fe_arena *arena, struct fe_buf *joined,
                         struct fe_canonical *canonical_out);

/* A body of kind FE_FRAME_REQUEST_BODY or FE_FRAME_RESPONSE_BODY that has `bytes` bytes: a slice of
 * the file if it is in one frame, else of `joined`. The same. */
int fe_recorded_body(const struct fe_reader *reader, const struct fe_recorded *recorded,
                     enum fe_frame_kind kind, uint64_t bytes, struct fe_buf *joined,
                     struct fe_slice *body_out);

enum {
    FE_LIBRARY_BODY_BYTES = 1 << 30 /* of one recorded request: longer ones are left out */
};

#endif

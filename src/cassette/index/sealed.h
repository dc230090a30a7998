/* SPDX-License-Identifier: MIT */
/* The indices of a file in which every session has one: found from its end, without a look at the
 * frames that they speak of. */
#ifndef FE_CASSETTE_INDEX_SEALED_H
#define FE_CASSETTE_INDEX_SEALED_H

#include "cassette/index/row.h"

/* The rows of one index frame. */
struct fe_sealed_rows {
    struct fe_sealed_rows *next;
    struct fe_slice rows; /* whole ones, in the file; fe_row_unpack() takes each */
    bool keys_hold;       /* they are made as this version makes them */
};

struct fe_sealed_session {
    struct fe_sealed_session *next;
    struct fe_frame_session session;
    uint64_t offset;
    uint64_t exchanges; /* as many as there are rows */
    struct fe_sealed_rows *rows;
};

/* The sessions, in their order; all lies in the arena, and in the reader's map. -ENOENT when a
 * session has no index or needs a newer reader, when an index does not fit what it speaks of, or
 * anything is damaged: who wants to know more reads the whole file. With `verify` no byte of it is
 * without a checksum that was looked at; else what is damaged, but for the indices, shows when it
 * is read. */
int fe_sealed_read(const struct fe_reader *reader, bool verify, struct fe_arena *arena,
                   struct fe_sealed_session **sessions_out);

#endif

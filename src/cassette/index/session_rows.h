/* SPDX-License-Identifier: MIT */
/* The rows of a session, for the index before its seal. */
#ifndef FE_CASSETTE_INDEX_SESSION_ROWS_H
#define FE_CASSETTE_INDEX_SESSION_ROWS_H

#include "cassette/reader.h"
#include "util/buf.h"

enum {
    FE_SESSION_ROWS_BODY_BYTES = 1 << 20, /* of longer bodies the row has no key */
    FE_SESSION_ROWS_BYTES_MAX = 1 << 30
};

/* Appends a row for every exchange, in their order. `session` is all that the index is to cover,
 * trusted; the cost is by its frames, not by its bytes. -EBADMSG: it has frames that do not fit
 * together; -ENOMEM, -E2BIG: there is too much of it. Then there can be no index. */
int fe_session_rows(struct fe_slice session, struct fe_buf *rows);

/* Whether the index frames from `index_at` on, of the session that begins at `begin`, are what is
 * made of it; both as fe_index_build() has found them. Keys that were made in another way than this
 * version's are not looked at. */
bool fe_session_rows_hold(const struct fe_reader *reader, uint64_t begin, uint64_t index_at);

/* Takes off the front of *rest the rows that one index frame has: 1 MiB of them, or less. */
struct fe_slice fe_session_rows_of_frame(struct fe_slice *rest);

#endif

/* SPDX-License-Identifier: MIT */
/* What a look-up has to know of an exchange before it gives it: made of its frames, or, so that
 * nobody has to read them, of a session's index. */
#ifndef FE_CASSETTE_INDEX_ROW_H
#define FE_CASSETTE_INDEX_ROW_H

#include <stdbool.h>

#include "cassette/match/canonical.h"
#include "cassette/reader.h"
#include "util/buf.h"

enum fe_row_class {
    FE_ROW_READ,
    FE_ROW_WRITE,
    FE_ROW_POLL /* a compute module's, for the next job */
};

enum {
    FE_ROW_PATH_BYTES = 8,
    FE_ROW_ANSWER_BYTES = 16
};

struct fe_row {
    enum fe_row_class class;
    int status; /* of the answer; 0: none came, or not all of it */
    unsigned char key[FE_CANONICAL_KEY_BYTES];
    unsigned char path[FE_ROW_PATH_BYTES]; /* a hash of its canonical path */
    /* Of a poll that was answered 200, the front of the SHA-256 of the answer's body; else zeros.
     */
    unsigned char answer[FE_ROW_ANSWER_BYTES];
};

enum fe_row_class fe_row_class_of(const struct fe_frame_head *head);

/* The value of the part that is the path; every request has one. */
struct fe_slice fe_row_path_of(const struct fe_canonical *canonical);

void fe_row_hash_path(struct fe_slice path, unsigned char hash_out[FE_ROW_PATH_BYTES]);

/* ── from frames ───────────────────────────────────────────────────────────────────────────── */

/* Borrows reader and options. */
struct fe_row_maker {
    const struct fe_reader *reader;
    const struct fe_match_options *options; /* with the rules of redaction of the session */
    struct fe_hasher *hasher;
    struct fe_arena scratch;
    struct fe_buf joined;
};

/* Bodies of several frames that have more bytes than `body_bytes_max` are not looked at. */
void fe_row_maker_init(struct fe_row_maker *maker, const struct fe_reader *reader,
                       const struct fe_match_options *options, size_t body_bytes_max);
void fe_row_maker_done(struct fe_row_maker *maker);

/* -ENOENT: it cannot be played, as it has not ended, its client left before it had the answer, or
 * the options look at a request body that was not kept; -E2BIG, -ENOMEM: a body is too long. */
int fe_row_make(struct fe_row_maker *maker, const struct fe_recorded *recorded,
                struct fe_row *row_out);

/* ── as they stand in an index (cassettes/README.md) ───────────────────────────────────────── */

struct fe_packed_row {
    bool ended;
    bool keyed;        /* `row` is there; else it is made of the frames */
    struct fe_row row; /* with a key by FE_MATCH_STRICT, without rules */
    uint64_t exchange;
    size_t frame_count; /* 1 or more */
    size_t response;    /* which of the frames is the answer's head; 0: there is none */
    uint64_t first;     /* offset of the first frame within the session, and of the last one */
    uint64_t last;
    struct fe_slice steps; /* from frame to frame */
};

/* Appends it; `row` is NULL if it has no key. */
void fe_row_pack(const struct fe_recorded *recorded, const struct fe_row *row, struct fe_buf *out);

/* Takes a row off the front of *rest. -EBADMSG: there is none. */
int fe_row_unpack(struct fe_slice *rest, struct fe_packed_row *packed_out);

/* The exchange as fe_index_build() has it, but for `seq` and `session`; its session begins at
 * `begin`. The list of frames is in the arena. -EBADMSG: what it leads to are no frames of such an
 * exchange. */
int fe_row_recorded(const struct fe_packed_row *packed, const struct fe_reader *reader,
                    uint64_t begin, struct fe_arena *arena, struct fe_recorded *recorded_out);

#endif

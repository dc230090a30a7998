/* SPDX-License-Identifier: MIT */
#include "cassette/index/session_rows.h"

#include <errno.h>

#include "cassette/index/row.h"
#include "util/alloc.h"

enum {
    FRAME_ROWS_BYTES = 1 << 20,
    ROW_BYTES_MAX =
        FE_FRAME_BYTES_MAX - (64 << 10) /* what goes into one frame with room to spare */
};

static int put_rows(const struct fe_reader *reader, const struct fe_index *index,
                    struct fe_row_maker *maker, struct fe_buf *rows)
{
    uint64_t released = 0;
    for (size_t i = 0; i < index->count && rows->error == 0; i++) {
        const struct fe_recorded *recorded = &index->exchanges[i];
        struct fe_row row;
        size_t begin = rows->len;
        int r = fe_row_make(maker, recorded, &row);
        fe_row_pack(recorded, r == 0 ? &row : NULL, rows);
        if (rows->len - begin > ROW_BYTES_MAX) {
            return -E2BIG;
        }
        fe_reader_release(reader, &released, recorded->request);
    }
    return rows->error;
}

static int put_rows_of(const struct fe_reader *reader, const struct fe_index *index,
                       struct fe_buf *rows)
{
    struct fe_row_maker maker;
    struct fe_match_options options = {.profile = FE_MATCH_STRICT};
    if (index->damage_count > 0 || index->session_count != 1) {
        return -EBADMSG;
    }
    struct fe_rules *secrets = fe_rules_new(&index->sessions[0].redaction);
    options.secrets = secrets;
    fe_row_maker_init(&maker, reader, &options, FE_SESSION_ROWS_BODY_BYTES);
    int r = put_rows(reader, index, &maker, rows);
    fe_row_maker_done(&maker);
    fe_rules_free(secrets);
    return r;
}

int fe_session_rows(struct fe_slice session, struct fe_buf *rows)
{
    struct fe_reader *reader = fe_reader_new_trusting(session);
    struct fe_arena arena = {NULL};
    struct fe_index index;
    int r = fe_index_build(reader, &arena, &index);
    if (r == 0) {
        r = put_rows_of(reader, &index, rows);
    }
    fe_arena_done(&arena);
    fe_reader_free(reader);
    return r;
}

struct fe_slice fe_session_rows_of_frame(struct fe_slice *rest)
{
    struct fe_slice rows = {rest->ptr, 0};
    struct fe_slice after = *rest;
    struct fe_packed_row packed;
    while (after.len > 0 && fe_row_unpack(&after, &packed) == 0) {
        size_t len = rest->len - after.len;
        if (rows.len > 0 && len > FRAME_ROWS_BYTES) {
            break;
        }
        rows.len = len;
    }
    *rest = fe_slice_from(*rest, rows.len);
    return rows;
}

/* Takes rows off the front of *rest if they are what an index says, or if what that says cannot be
 * known. */
static bool take_same(const struct fe_frame_index *index, struct fe_slice *rest)
{
    if (index->canonical != FE_CANONICAL_VERSION) {
        *rest = FE_SLICE("");
        return true;
    }
    bool same = fe_slice_starts(*rest, index->rows);
    *rest = fe_slice_from(*rest, same ? index->rows.len : 0);
    return same;
}

bool fe_session_rows_hold(const struct fe_reader *reader, uint64_t begin, uint64_t index_at)
{
    struct fe_slice session = fe_slice_from(fe_reader_bytes(reader), (size_t)begin);
    struct fe_arena arena = {NULL};
    struct fe_frame frame;
    struct fe_buf rows;
    session.len = (size_t)(index_at - begin);
    fe_buf_init(&rows, FE_SESSION_ROWS_BYTES_MAX);
    int r = fe_session_rows(session, &rows);
    if (r == -ENOMEM) {
        fe_out_of_memory(); /* else a file would be called false that is not */
    }
    bool hold = r == 0;
    struct fe_slice rest = fe_buf_slice(&rows);
    const char *why = NULL;
    while (hold && fe_reader_next(reader, &index_at, &arena, &frame, &why) == 1 &&
           frame.kind == FE_FRAME_INDEX) {
        hold = take_same(&frame.index, &rest);
    }
    fe_arena_done(&arena);
    fe_buf_done(&rows);
    return hold && rest.len == 0;
}

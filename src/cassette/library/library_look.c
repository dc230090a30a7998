/* SPDX-License-Identifier: MIT */
/* What was recorded, looked at without its being taken. */
#include <errno.h>

#include "cassette/index/recorded_read.h"
#include "cassette/library/library_private.h"

struct fe_library_lane *fe_library_lane_on(const struct fe_library *library, struct fe_slice target)
{
    struct fe_arena arena = {NULL};
    unsigned char digest[FE_ROW_PATH_BYTES];
    fe_row_hash_path(fe_canonical_path(target, &arena), digest);
    fe_arena_done(&arena);
    return fe_digest_table_get(&library->lanes, digest);
}

bool fe_library_knows_path(struct fe_library *library, struct fe_slice target)
{
    return fe_library_lane_on(library, target) != NULL;
}

bool fe_library_next_on(struct fe_library *library, struct fe_slice path, uint64_t *cursor,
                        struct fe_take *take_out)
{
    const struct fe_library_lane *lane = fe_library_lane_on(library, path);
    while (lane && *cursor < library->entry_count) {
        struct fe_library_entry *entry = &library->entries[(*cursor)++];
        if (entry->queue && entry->queue->lane == lane) {
            *take_out = fe_library_take_of(entry, true);
            return true;
        }
    }
    return false;
}

bool fe_library_next_poll(struct fe_library *library, uint64_t *cursor, struct fe_take *take_out)
{
    while (*cursor < library->entry_count) {
        struct fe_library_entry *entry = &library->entries[(*cursor)++];
        if (entry->queue && entry->queue->class == FE_ROW_POLL && !entry->idle) {
            *take_out = fe_library_take_of(entry, true);
            return true;
        }
    }
    return false;
}

bool fe_library_at(const struct fe_library *library, uint64_t seq, struct fe_take *take_out)
{
    if (seq == 0 || seq > library->entry_count || library->entries[seq - 1].queue == NULL) {
        return false;
    }
    *take_out = fe_library_take_of(&library->entries[seq - 1], true);
    return true;
}

/* A body that is no slice of the file moves into the arena. */
static int read_body(const struct fe_take *take, enum fe_frame_kind kind, uint64_t bytes,
                     size_t bytes_max, struct fe_arena *arena, struct fe_slice *body_out)
{
    struct fe_buf joined;
    if (bytes > bytes_max) {
        return -E2BIG;
    }
    fe_buf_init(&joined, bytes_max);
    int r = fe_recorded_body(take->reader, take->recorded, kind, bytes, &joined, body_out);
    if (r == 0 && joined.len > 0) {
        *body_out = fe_arena_copy(arena, fe_buf_slice(&joined));
    }
    fe_buf_done(&joined);
    return r;
}

static int read_side(const struct fe_take *take, enum fe_frame_kind body_kind, size_t bytes_max,
                     struct fe_arena *arena, struct fe_frame_head *head_out,
                     struct fe_slice *body_out)
{
    struct fe_frame frame;
    bool of_request = body_kind == FE_FRAME_REQUEST_BODY;
    uint64_t offset = of_request ? take->recorded->request : take->recorded->response;
    if (offset == UINT64_MAX) {
        return -ENOENT;
    }
    fe_reader_frame_at(take->reader, offset, arena, &frame);
    *head_out = frame.head;
    fe_reader_frame_at(take->reader, take->recorded->end, arena, &frame);
    const struct fe_frame_body_end *end = of_request ? &frame.end.request : &frame.end.response;
    return frame.kind == FE_FRAME_END
               ? read_body(take, body_kind, end->bytes, bytes_max, arena, body_out)
               : -ENOENT;
}

int fe_take_request(const struct fe_take *take, size_t bytes_max, struct fe_arena *arena,
                    struct fe_frame_head *head_out, struct fe_slice *body_out)
{
    return read_side(take, FE_FRAME_REQUEST_BODY, bytes_max, arena, head_out, body_out);
}

int fe_take_answer(const struct fe_take *take, size_t bytes_max, struct fe_arena *arena,
                   struct fe_frame_head *head_out, struct fe_slice *body_out)
{
    return read_side(take, FE_FRAME_RESPONSE_BODY, bytes_max, arena, head_out, body_out);
}

int fe_take_status(const struct fe_take *take)
{
    struct fe_arena arena = {NULL};
    struct fe_frame frame = {.kind = FE_FRAME_END};
    if (take->recorded->response != UINT64_MAX) {
        fe_reader_frame_at(take->reader, take->recorded->response, &arena, &frame);
    }
    fe_arena_done(&arena);
    return frame.kind == FE_FRAME_RESPONSE ? frame.head.status : 0;
}

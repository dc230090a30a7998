/* SPDX-License-Identifier: MIT */
#include "cassette/index/recorded_read.h"

int fe_recorded_body(const struct fe_reader *reader, const struct fe_recorded *recorded,
                     enum fe_frame_kind kind, uint64_t bytes, struct fe_buf *joined,
                     struct fe_slice *body_out)
{
    struct fe_arena scratch = {NULL};
    struct fe_frame frame;
    fe_buf_clear(joined);
    *body_out = FE_SLICE("");
    /* A body that goes on behind others' frames is looked for no further than it goes. */
    for (size_t i = 1; i < recorded->frame_count && body_out->len < bytes && !joined->error; i++) {
        fe_reader_frame_at(reader, recorded->frames[i], &scratch, &frame);
        if (frame.kind != kind) {
            continue;
        }
        *body_out = frame.body.bytes;
        if (frame.body.bytes.len < bytes) {
            (void)fe_buf_put(joined, frame.body.bytes);
            *body_out = fe_buf_slice(joined);
        }
    }
    fe_arena_done(&scratch);
    return joined->error;
}

/* A body that was decoded to strike secrets out of it has no coding any more. */
static void drop_coding(struct fe_headers *headers, struct fe_arena *arena)
{
    struct fe_headers kept = {NULL, 0, 0};
    for (size_t i = 0; i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        if (!fe_slice_eq_nocase(field->name, FE_SLICE("Content-Encoding"))) {
            (void)fe_headers_add(&kept, arena, field->name, field->value);
        }
    }
    *headers = kept;
}

void fe_recorded_ends(const struct fe_reader *reader, const struct fe_recorded *recorded,
                      struct fe_arena *arena, struct fe_recorded_ends *ends_out)
{
    struct fe_frame frame;
    *ends_out = (struct fe_recorded_ends){.reader = reader, .recorded = recorded};
    fe_reader_frame_at(reader, recorded->request, arena, &frame);
    ends_out->head = frame.head;
    fe_reader_frame_at(reader, recorded->end, arena, &frame);
    ends_out->end = frame.end;
}

int fe_recorded_canonical(const struct fe_recorded_ends *ends,
                          const struct fe_match_options *options, struct fe_arena *arena,
                          struct fe_buf *joined, struct fe_canonical *canonical_out)
{
    struct fe_frame_head head = ends->head;
    struct fe_slice body;
    int r = fe_recorded_body(ends->reader, ends->recorded, FE_FRAME_REQUEST_BODY,
                             ends->end.request.bytes, joined, &body);
    if (r < 0) {
        return r;
    }
    if (ends->end.request.decoded.len > 0) {
        drop_coding(&head.headers, arena);
    }
    fe_canonical_make(options, &head, body, arena, canonical_out);
    return 0;
}

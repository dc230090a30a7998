/* SPDX-License-Identifier: MIT */
/* Once over the meta, for the values: where it ends is where the checksum is looked for. A frame
 * that this does not understand is looked at again in order: where it ends and whether its checksum
 * holds (frame_length.c), and only then for its values, to tell damage from what is too new. */
#include "cassette/decode.h"

#include <errno.h>

#include "cassette/meta_private.h"
#include "cassette/pack_private.h"

static int bad(const char **why_out, const char *why)
{
    *why_out = why;
    return -EBADMSG;
}

/* Of a session that needs a newer reader nothing is looked at but what tells so. */
static int take_session(struct fe_meta *meta, struct fe_frame_session *session)
{
    struct fe_cursor begin = meta->cursor;
    int r = fe_meta_take(meta, fe_fields_of_any_session(), session);
    if (r < 0 || session->reader > FE_CASSETTE_READER) {
        return r;
    }
    meta->cursor = begin;
    return fe_meta_take(meta, fe_fields_of(FE_FRAME_SESSION), session);
}

static int check_marks(struct fe_meta *meta, const struct fe_frame_body *body)
{
    if (body->cut_count > 0 && body->cuts[body->cut_count - 1] > body->bytes.len) {
        return bad(meta->why_out, "a cut that is not within the bytes");
    }
    if (body->pace_count > 0 && body->pace[body->pace_count - 1].at >= body->bytes.len) {
        return bad(meta->why_out, "a pace that is not within the bytes");
    }
    return 0;
}

/* Where the bytes go in a frame of that kind; NULL: it has none. */
static struct fe_slice *bytes_of(struct fe_frame *frame)
{
    switch (frame->kind) {
    case FE_FRAME_REQUEST_BODY:
    case FE_FRAME_RESPONSE_BODY:
        return &frame->body.bytes;
    case FE_FRAME_INDEX:
        return &frame->index.rows;
    default:
        return NULL;
    }
}

static int take_frame(struct fe_meta *meta, bool has_bytes, struct fe_frame *frame)
{
    const struct fe_fields *fields = fe_fields_of(frame->kind);
    struct fe_slice *bytes = bytes_of(frame);
    struct fe_token token;
    if (fields == NULL) {
        return 0;
    }
    if (bytes == NULL && has_bytes) {
        return bad(meta->why_out, "bytes that belong to no body");
    }
    if (bytes != NULL && !has_bytes) {
        return bad(meta->why_out, frame->kind == FE_FRAME_INDEX ? "an index without its rows"
                                                                : "a body without its bytes");
    }
    int r = frame->kind == FE_FRAME_SESSION ? take_session(meta, &frame->session)
                                            : fe_meta_take(meta, fields, &frame->session);
    if (r < 0 || bytes == NULL) {
        return r;
    }
    r = fe_cursor_next(&meta->cursor, &token);
    if (r < 0 || token.kind != FE_TOKEN_BIN) {
        return r < 0 ? r : -EINVAL;
    }
    *bytes = token.bytes;
    return frame->kind == FE_FRAME_INDEX ? 0 : check_marks(meta, &frame->body);
}

/* The frame's length, or 0: not everything in it is known, something in it is long, or it is none
 * at all. */
static ptrdiff_t decode_at_once(struct fe_slice text, struct fe_arena *arena,
                                struct fe_frame *frame_out)
{
    const char *why = NULL;
    struct fe_meta meta = {.arena = arena, .why_out = &why};
    text.len = text.len > FE_FRAME_BYTES_MAX ? FE_FRAME_BYTES_MAX : text.len;
    *frame_out = (struct fe_frame){0};
    if (fe_frame_check_beginning(text, &why) < 0) {
        return 0;
    }
    frame_out->kind = (unsigned char)text.ptr[1];
    fe_cursor_init(&meta.cursor, fe_slice_from(text, FE_PACK_META_AT));
    if (fe_fields_of(frame_out->kind) == NULL ||
        take_frame(&meta, (unsigned char)text.ptr[0] == 0x94, frame_out) < 0) {
        return 0;
    }
    text.len = (size_t)(meta.cursor.at - text.ptr);
    return fe_frame_is_sound(text) ? (ptrdiff_t)text.len : 0;
}

/* What stands in so many bytes, which are well formed. */
static ptrdiff_t decode(struct fe_slice text, ptrdiff_t length, struct fe_arena *arena,
                        struct fe_frame *frame_out, const char **why_out)
{
    *frame_out = (struct fe_frame){0};
    if (length <= 0) {
        return length;
    }
    struct fe_meta meta = {.arena = arena, .why_out = why_out};
    struct fe_slice frame = {text.ptr, (size_t)length};
    frame_out->kind = (unsigned char)frame.ptr[1];
    fe_cursor_init(&meta.cursor, fe_slice_from(frame, FE_PACK_META_AT));
    meta.cursor.well_formed = true;
    int r = take_frame(&meta, (unsigned char)frame.ptr[0] == 0x94, frame_out);
    return r < 0 ? r : length;
}

ptrdiff_t fe_frame_decode(struct fe_slice text, struct fe_arena *arena, struct fe_frame *frame_out,
                          const char **why_out)
{
    ptrdiff_t length = decode_at_once(text, arena, frame_out);
    return length > 0
               ? length
               : decode(text, fe_frame_length(text, NULL, why_out), arena, frame_out, why_out);
}

ptrdiff_t fe_frame_decode_trusted(struct fe_slice text, struct fe_arena *arena,
                                  struct fe_frame *frame_out, const char **why_out)
{
    return decode(text, fe_frame_extent(text, why_out), arena, frame_out, why_out);
}

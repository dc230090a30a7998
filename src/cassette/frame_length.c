/* SPDX-License-Identifier: MIT */
/* Where a frame ends, and whether it is what its checksum says: without a look at what its values
 * mean, so for kinds that nobody knows yet, too. */
#include "cassette/decode.h"

#include <errno.h>

#include "cassette/cursor.h"
#include "cassette/pack_private.h"

enum {
    KIND_END = 0x80
};

static int bad(const char **why_out, const char *why)
{
    *why_out = why;
    return -EBADMSG;
}

int fe_frame_check_beginning(struct fe_slice text, const char **why_out)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    if ((text.len > 0 && p[0] != 0x93 && p[0] != 0x94) || (text.len > 1 && p[1] >= KIND_END) ||
        (text.len > 2 && p[2] != 0xce)) {
        return bad(why_out, "no frame begins here");
    }
    return text.len < FE_PACK_META_AT ? -ENODATA : 0;
}

/* Keys are texts, and none is what the JSON twin calls something else by. */
static int skip_key(struct fe_cursor *cursor)
{
    struct fe_token key;
    int r = fe_cursor_next(cursor, &key);
    if (r < 0) {
        return r;
    }
    if (key.kind != FE_TOKEN_STR || fe_slice_eq(key.bytes, FE_SLICE("kind")) ||
        fe_slice_eq(key.bytes, FE_SLICE("bytes"))) {
        cursor->why = "a key is none that a frame may have";
        return -EBADMSG;
    }
    return 0;
}

static int skip_meta(struct fe_cursor *cursor)
{
    struct fe_token meta;
    int r = fe_cursor_next(cursor, &meta);
    if (r == 0 && meta.kind != FE_TOKEN_MAP) {
        cursor->why = "the meta is no map";
        return -EBADMSG;
    }
    for (uint64_t i = 0; r == 0 && i < meta.number; i++) {
        r = skip_key(cursor);
        if (r == 0) {
            r = fe_cursor_skip(cursor);
        }
    }
    return r;
}

static int skip_bytes(struct fe_cursor *cursor)
{
    struct fe_token bytes;
    int r = fe_cursor_next(cursor, &bytes);
    if (r == 0 && bytes.kind != FE_TOKEN_BIN) {
        cursor->why = "the bytes are no bin";
        return -EBADMSG;
    }
    return r;
}

bool fe_frame_is_sound(struct fe_slice frame)
{
    const unsigned char *p = (const unsigned char *)frame.ptr + FE_PACK_CRC_AT;
    return fe_frame_crc(frame) ==
           ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

/* The length alone, whatever the checksum. -ENODATA: the text ends before; -EBADMSG. */
static ptrdiff_t measure(struct fe_slice text, const char **why_out)
{
    int r = fe_frame_check_beginning(text, why_out);
    if (r < 0) {
        return r;
    }
    struct fe_cursor cursor;
    fe_cursor_init(&cursor, fe_slice_from(text, FE_PACK_META_AT));
    r = skip_meta(&cursor);
    if (r == 0 && (unsigned char)text.ptr[0] == 0x94) {
        r = skip_bytes(&cursor);
    }
    if (r < 0) {
        *why_out = r == -EBADMSG ? cursor.why : *why_out;
        return r;
    }
    return cursor.at - text.ptr;
}

ptrdiff_t fe_frame_extent(struct fe_slice text, const char **why_out)
{
    bool longer = text.len > FE_FRAME_BYTES_MAX;
    text.len = longer ? FE_FRAME_BYTES_MAX : text.len;
    ptrdiff_t length = measure(text, why_out);
    if (length == -ENODATA) {
        return longer ? bad(why_out, "longer than a frame may be") : 0;
    }
    return length;
}

ptrdiff_t fe_frame_length(struct fe_slice text, uint64_t *kind_out, const char **why_out)
{
    ptrdiff_t length = fe_frame_extent(text, why_out);
    if (length <= 0) {
        return length;
    }
    if (!fe_frame_is_sound((struct fe_slice){text.ptr, (size_t)length})) {
        return bad(why_out, "the checksum is wrong");
    }
    if (kind_out) {
        *kind_out = (unsigned char)text.ptr[1];
    }
    return length;
}

/* The number that such a key has for its value, if that comes next. */
static int take_number(struct fe_cursor *cursor, struct fe_slice key, uint64_t *number_out)
{
    struct fe_token token;
    if (fe_cursor_next(cursor, &token) < 0 || token.kind != FE_TOKEN_STR ||
        !fe_slice_eq(token.bytes, key) || fe_cursor_next(cursor, &token) < 0 ||
        (token.kind != FE_TOKEN_UINT && token.kind != FE_TOKEN_NEGATIVE)) {
        return -EBADMSG;
    }
    *number_out = token.number;
    return 0;
}

/* Keys come in the order of fields.c. */
int fe_frame_peek(struct fe_slice text, struct fe_frame_front *front_out)
{
    const char *why = NULL;
    struct fe_cursor cursor;
    struct fe_token meta;
    uint64_t number = 0;
    if (fe_frame_check_beginning(text, &why) < 0) {
        return -EBADMSG;
    }
    *front_out = (struct fe_frame_front){.kind = (unsigned char)text.ptr[1]};
    fe_cursor_init(&cursor, fe_slice_from(text, FE_PACK_META_AT));
    if (fe_cursor_next(&cursor, &meta) < 0 || meta.kind != FE_TOKEN_MAP || meta.number == 0 ||
        take_number(&cursor, FE_SLICE("x"), &front_out->exchange) < 0) {
        return -EBADMSG;
    }
    if (front_out->kind == FE_FRAME_RESPONSE &&
        (take_number(&cursor, FE_SLICE("t"), &number) < 0 ||
         take_number(&cursor, FE_SLICE("status"), &number) < 0 || number > 999)) {
        return -EBADMSG;
    }
    front_out->status = front_out->kind == FE_FRAME_RESPONSE ? (int)number : 0;
    return 0;
}

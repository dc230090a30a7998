/* SPDX-License-Identifier: MIT */
/* The frame is whole and its checksum right, so no value in it can fail to be read. Levels are kept
 * in a list of their own: no recursion follows what a file says. */
#include <assert.h>
#include <stdio.h>

#include "cassette/copy.h"
#include "cassette/cursor.h"
#include "cassette/frame.h"
#include "cassette/json_twin_private.h"
#include "cassette/pack_private.h"
#include "util/json_writer.h"
#include "util/secret.h"
#include "util/utf8.h"

enum form {
    LIST,
    OBJECT, /* a map as JSON has it */
    PAIRS   /* a map as a list of pairs, as it looks like something else */
};

struct level {
    enum form form;
    uint64_t left; /* values to come; keys count */
    bool in_pair;
};

struct twin {
    struct fe_json_writer json;
    struct fe_cursor cursor;
    struct level levels[FE_CURSOR_DEPTH_MAX + 1];
    size_t depth;
};

static void put_base64(struct fe_json_writer *json, struct fe_slice bytes)
{
    fe_json_put_raw(json, FE_SLICE("\""));
    (void)fe_base64_encode(bytes, json->out);
    (void)fe_buf_putc(json->out, '"');
}

static void put_bin(struct fe_json_writer *json, struct fe_slice bytes)
{
    fe_json_begin_object(json);
    fe_json_key(json, "base64");
    put_base64(json, bytes);
    fe_json_end_object(json);
}

static void put_float(struct fe_json_writer *json, struct fe_slice bits)
{
    char text[2 * sizeof(uint64_t) + 1] = "";
    for (size_t i = 0; i < bits.len; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", (unsigned)(unsigned char)bits.ptr[i]);
    }
    fe_json_begin_object(json);
    fe_json_member_string(json, "float", fe_slice_cstr(text));
    fe_json_end_object(json);
}

static void put_ext(struct fe_json_writer *json, const struct fe_token *token)
{
    fe_json_begin_object(json);
    fe_json_key(json, "ext");
    fe_json_begin_array(json);
    fe_json_put_int(json, token->ext_type);
    put_base64(json, token->bytes);
    fe_json_end_array(json);
    fe_json_end_object(json);
}

static void put_uint(struct fe_json_writer *json, uint64_t number)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    fe_json_put_raw(json, (struct fe_slice){text, (size_t)len});
}

static void put_scalar(struct fe_json_writer *json, const struct fe_token *token)
{
    switch (token->kind) {
    case FE_TOKEN_NIL:
        fe_json_put_null(json);
        break;
    case FE_TOKEN_BOOL:
        fe_json_put_bool(json, token->number != 0);
        break;
    case FE_TOKEN_UINT:
        put_uint(json, token->number);
        break;
    case FE_TOKEN_NEGATIVE:
        fe_json_put_int(json, token->negative);
        break;
    case FE_TOKEN_FLOAT:
        put_float(json, token->bytes);
        break;
    case FE_TOKEN_STR:
        fe_json_put_string(json, token->bytes);
        break;
    case FE_TOKEN_BIN:
        put_bin(json, token->bytes);
        break;
    case FE_TOKEN_EXT:
        put_ext(json, token);
        break;
    case FE_TOKEN_ARRAY:
    case FE_TOKEN_MAP:
        assert(false);
    }
}

/* Whether a map that begins here looks like nothing else. */
static bool is_object(struct fe_cursor cursor, uint64_t pairs)
{
    struct fe_token key;
    return pairs != 1 || fe_cursor_next(&cursor, &key) < 0 || !fe_json_twin_is_special(key.bytes);
}

static void open_level(struct twin *twin, const struct fe_token *token)
{
    struct level *level = &twin->levels[twin->depth++];
    *level = (struct level){.form = LIST, .left = token->number};
    if (token->kind == FE_TOKEN_ARRAY) {
        fe_json_begin_array(&twin->json);
        return;
    }
    level->left *= 2;
    level->form = is_object(twin->cursor, token->number) ? OBJECT : PAIRS;
    fe_json_begin_object(&twin->json);
    if (level->form == PAIRS) {
        fe_json_key(&twin->json, "map");
        fe_json_begin_array(&twin->json);
    }
}

static void close_level(struct twin *twin)
{
    struct level *level = &twin->levels[--twin->depth];
    if (level->form != OBJECT) {
        fe_json_end_array(&twin->json);
    }
    if (level->form != LIST) {
        fe_json_end_object(&twin->json);
    }
}

/* A pair ends behind its value, and the next one begins before its key. */
static void turn_pair(struct fe_json_writer *json, struct level *level)
{
    if (level->form != PAIRS || level->left % 2 != 0) {
        return;
    }
    if (level->in_pair) {
        fe_json_end_array(json);
    }
    level->in_pair = level->left > 0;
    if (level->in_pair) {
        fe_json_begin_array(json);
    }
}

static void put_next(struct twin *twin)
{
    struct level *level = &twin->levels[twin->depth - 1];
    struct fe_token token = {.kind = FE_TOKEN_NIL};
    bool is_key = level->form == OBJECT && level->left % 2 == 0;
    level->left--;
    (void)fe_cursor_next(&twin->cursor, &token);
    if (is_key) {
        fe_json_key_slice(&twin->json, token.bytes);
    } else if (token.kind == FE_TOKEN_ARRAY || token.kind == FE_TOKEN_MAP) {
        open_level(twin, &token);
    } else {
        put_scalar(&twin->json, &token);
    }
}

static void put_step(struct twin *twin)
{
    struct level *level = &twin->levels[twin->depth - 1];
    turn_pair(&twin->json, level);
    if (level->left == 0) {
        close_level(twin);
    } else {
        put_next(twin);
    }
}

/* The meta's own keys stand beside "kind" and "bytes". */
static void put_meta(struct twin *twin)
{
    struct fe_token meta = {.kind = FE_TOKEN_MAP};
    (void)fe_cursor_next(&twin->cursor, &meta);
    twin->levels[0] = (struct level){.form = OBJECT, .left = 2 * meta.number};
    twin->depth = 1;
    while (twin->depth > 1 || twin->levels[0].left > 0) {
        put_step(twin);
    }
}

/* ── the bytes of a frame: as text if it can be ── */

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* How many bytes at the end begin a character that goes on in the next frame. */
static size_t begun_at_end(struct fe_slice bytes)
{
    for (size_t len = 1; len <= 3 && len <= bytes.len; len++) {
        unsigned char c = (unsigned char)bytes.ptr[bytes.len - len];
        size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c >= 0xc2) {
            return whole > len ? len : 0;
        }
        if (c < 0x80) {
            return 0;
        }
    }
    return 0;
}

static void put_piece(struct fe_json_writer *json, struct fe_slice bytes)
{
    if (bytes.len > 0) {
        put_bin(json, bytes);
    }
}

/* A frame's end may divide a character: then a list says the rest as text. */
static void put_bytes(struct fe_json_writer *json, struct fe_slice bytes)
{
    size_t front = 0;
    while (front < 3 && front < bytes.len && continues(bytes.ptr[front])) {
        front++;
    }
    struct fe_slice middle = fe_slice_from(bytes, front);
    size_t back = begun_at_end(middle);
    middle.len -= back;
    if ((middle.len == 0 && bytes.len > 0) || !fe_utf8_valid(middle)) {
        put_bin(json, bytes);
        return;
    }
    if (front == 0 && back == 0) {
        fe_json_put_string(json, bytes);
        return;
    }
    fe_json_begin_array(json);
    put_piece(json, (struct fe_slice){bytes.ptr, front});
    fe_json_put_string(json, middle);
    put_piece(json, fe_slice_from(bytes, bytes.len - back));
    fe_json_end_array(json);
}

static void put_kind(struct fe_json_writer *json, unsigned char kind)
{
    fe_json_key(json, "kind");
    if (kind < FE_FRAME_KINDS) {
        fe_json_put_string(json, fe_frame_kind_text((enum fe_frame_kind)kind));
    } else {
        fe_json_put_int(json, kind);
    }
}

void fe_frame_to_json(struct fe_slice text, struct fe_buf *out)
{
    struct twin twin = {.depth = 0};
    struct fe_token bytes = {.kind = FE_TOKEN_NIL};
    fe_json_writer_init(&twin.json, out);
    fe_cursor_init(&twin.cursor, fe_slice_from(text, FE_PACK_META_AT));
    fe_json_begin_object(&twin.json);
    put_kind(&twin.json, (unsigned char)text.ptr[1]);
    put_meta(&twin);
    if (fe_cursor_next(&twin.cursor, &bytes) == 0) {
        fe_json_key(&twin.json, "bytes");
        put_bytes(&twin.json, bytes.bytes);
    }
    fe_json_end_object(&twin.json);
}

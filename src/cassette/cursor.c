/* SPDX-License-Identifier: MIT */
#include "cassette/cursor.h"

#include <errno.h>

#include "util/utf8.h"

void fe_cursor_init(struct fe_cursor *cursor, struct fe_slice text)
{
    *cursor = (struct fe_cursor){.at = text.ptr, .end = fe_slice_end(text)};
}

static int bad(struct fe_cursor *cursor, const char *why)
{
    cursor->why = why;
    return -EBADMSG;
}

static size_t left(const struct fe_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* A big-endian number of `width` bytes; smaller ones than `least` have a shorter form. */
static int take_number(struct fe_cursor *cursor, size_t width, uint64_t least, uint64_t *number_out)
{
    if (left(cursor) < width) {
        return -ENODATA;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < width; i++) {
        number = number << 8 | (unsigned char)cursor->at[i];
    }
    cursor->at += width;
    *number_out = number;
    return number >= least ? 0 : bad(cursor, "a number is not in its shortest form");
}

/* Two's complement of `width` bytes; the shorter form ends where `above` begins. */
static int take_negative(struct fe_cursor *cursor, size_t width, int64_t above,
                         struct fe_token *token)
{
    uint64_t bits = 0;
    int r = take_number(cursor, width, 0, &bits);
    if (r < 0) {
        return r;
    }
    uint64_t sign = UINT64_C(1) << (width * 8 - 1);
    if ((bits & sign) == 0) {
        return bad(cursor, "a number is not in its shortest form");
    }
    /* -1 - n, where n are the other bits turned over: defined for every value. */
    int64_t value = -1 - (int64_t)(~bits & (sign - 1));
    if (value >= above) {
        return bad(cursor, "a number is not in its shortest form");
    }
    token->kind = FE_TOKEN_NEGATIVE;
    token->negative = value;
    return 0;
}

static int take_bytes(struct fe_cursor *cursor, uint64_t len, enum fe_token_kind kind,
                      struct fe_token *token)
{
    if (left(cursor) < len) {
        return -ENODATA;
    }
    token->kind = kind;
    token->bytes = (struct fe_slice){cursor->at, (size_t)len};
    cursor->at += len;
    if (kind == FE_TOKEN_STR && !cursor->well_formed && !fe_utf8_valid(token->bytes)) {
        return bad(cursor, "a text is not UTF-8");
    }
    return 0;
}

static int take_sized(struct fe_cursor *cursor, size_t width, uint64_t least,
                      enum fe_token_kind kind, struct fe_token *token)
{
    uint64_t len = 0;
    int r = take_number(cursor, width, least, &len);
    return r < 0 ? r : take_bytes(cursor, len, kind, token);
}

static int take_ext(struct fe_cursor *cursor, uint64_t len, struct fe_token *token)
{
    if (left(cursor) < 1) {
        return -ENODATA;
    }
    unsigned char type = (unsigned char)*cursor->at++;
    token->ext_type = type < 0x80 ? type : type - 0x100;
    return take_bytes(cursor, len, FE_TOKEN_EXT, token);
}

/* One, two, four, eight and sixteen bytes have a form of their own. */
static int take_sized_ext(struct fe_cursor *cursor, size_t width, uint64_t least,
                          struct fe_token *token)
{
    uint64_t len = 0;
    int r = take_number(cursor, width, least, &len);
    if (r == 0 && (len == 1 || len == 2 || len == 4 || len == 8 || len == 16)) {
        return bad(cursor, "a value is not in its shortest form");
    }
    return r < 0 ? r : take_ext(cursor, len, token);
}

static int begin_container(struct fe_cursor *cursor, uint64_t count, enum fe_token_kind kind,
                           struct fe_token *token)
{
    token->kind = kind;
    token->number = count;
    uint64_t values = kind == FE_TOKEN_MAP ? 2 * count : count;
    return values <= left(cursor) ? 0 : -ENODATA;
}

static int take_container(struct fe_cursor *cursor, size_t width, uint64_t least,
                          enum fe_token_kind kind, struct fe_token *token)
{
    uint64_t count = 0;
    int r = take_number(cursor, width, least, &count);
    return r < 0 ? r : begin_container(cursor, count, kind, token);
}

/* First bytes 0xc0 to 0xdf. */
static int take_marked(struct fe_cursor *cursor, unsigned char first, struct fe_token *token)
{
    switch (first) {
    case 0xc0:
        token->kind = FE_TOKEN_NIL;
        return 0;
    case 0xc2:
    case 0xc3:
        token->kind = FE_TOKEN_BOOL;
        token->number = first & 1;
        return 0;
    case 0xc4:
        return take_sized(cursor, 1, 0, FE_TOKEN_BIN, token);
    case 0xc5:
        return take_sized(cursor, 2, 1 << 8, FE_TOKEN_BIN, token);
    case 0xc6:
        return take_sized(cursor, 4, 1 << 16, FE_TOKEN_BIN, token);
    case 0xc7:
        return take_sized_ext(cursor, 1, 0, token);
    case 0xc8:
        return take_sized_ext(cursor, 2, 1 << 8, token);
    case 0xc9:
        return take_sized_ext(cursor, 4, 1 << 16, token);
    case 0xca:
        return take_bytes(cursor, 4, FE_TOKEN_FLOAT, token);
    case 0xcb:
        return take_bytes(cursor, 8, FE_TOKEN_FLOAT, token);
    case 0xcc:
        return take_number(cursor, 1, 1 << 7, &token->number);
    case 0xcd:
        return take_number(cursor, 2, 1 << 8, &token->number);
    case 0xce:
        return take_number(cursor, 4, 1 << 16, &token->number);
    case 0xcf:
        return take_number(cursor, 8, UINT64_C(1) << 32, &token->number);
    case 0xd0:
        return take_negative(cursor, 1, -32, token);
    case 0xd1:
        return take_negative(cursor, 2, INT8_MIN, token);
    case 0xd2:
        return take_negative(cursor, 4, INT16_MIN, token);
    case 0xd3:
        return take_negative(cursor, 8, INT32_MIN, token);
    case 0xd9:
        return take_sized(cursor, 1, 32, FE_TOKEN_STR, token);
    case 0xda:
        return take_sized(cursor, 2, 1 << 8, FE_TOKEN_STR, token);
    case 0xdb:
        return take_sized(cursor, 4, 1 << 16, FE_TOKEN_STR, token);
    case 0xdc:
        return take_container(cursor, 2, 16, FE_TOKEN_ARRAY, token);
    case 0xdd:
        return take_container(cursor, 4, 1 << 16, FE_TOKEN_ARRAY, token);
    case 0xde:
        return take_container(cursor, 2, 16, FE_TOKEN_MAP, token);
    case 0xdf:
        return take_container(cursor, 4, 1 << 16, FE_TOKEN_MAP, token);
    default:
        /* 0xd4 to 0xd8; 0xc1 is never used. */
        return first >= 0xd4 ? take_ext(cursor, UINT64_C(1) << (first - 0xd4), token)
                             : bad(cursor, "a value is no msgpack");
    }
}

int fe_cursor_next(struct fe_cursor *cursor, struct fe_token *token_out)
{
    token_out->kind = FE_TOKEN_UINT;
    token_out->number = 0;
    if (cursor->at == cursor->end) {
        return -ENODATA;
    }
    unsigned char first = (unsigned char)*cursor->at++;
    if (first < 0x80) {
        token_out->number = first;
        return 0;
    }
    if (first < 0x90) {
        return begin_container(cursor, first & 15, FE_TOKEN_MAP, token_out);
    }
    if (first < 0xa0) {
        return begin_container(cursor, first & 15, FE_TOKEN_ARRAY, token_out);
    }
    if (first < 0xc0) {
        return take_bytes(cursor, first & 31, FE_TOKEN_STR, token_out);
    }
    if (first < 0xe0) {
        return take_marked(cursor, first, token_out);
    }
    token_out->kind = FE_TOKEN_NEGATIVE;
    token_out->negative = (int64_t)first - 0x100;
    return 0;
}

struct level {
    uint64_t values; /* still to come */
    bool in_map;
};

static bool is_container(const struct fe_token *token)
{
    return token->kind == FE_TOKEN_ARRAY || token->kind == FE_TOKEN_MAP;
}

static struct level level_of(const struct fe_token *token)
{
    bool in_map = token->kind == FE_TOKEN_MAP;
    return (struct level){in_map ? 2 * token->number : token->number, in_map};
}

/* All that is in a list or map, whose beginning has been taken. */
static int skip_inside(struct fe_cursor *cursor, const struct fe_token *container)
{
    struct level levels[FE_CURSOR_DEPTH_MAX];
    size_t depth = 1;
    struct fe_token token;
    levels[0] = level_of(container);
    while (depth > 0) {
        struct level *level = &levels[depth - 1];
        if (level->values == 0) {
            depth--;
            continue;
        }
        bool is_key = level->in_map && level->values % 2 == 0;
        level->values--;
        int r = fe_cursor_next(cursor, &token);
        if (r < 0) {
            return r;
        }
        if (is_key && token.kind != FE_TOKEN_STR) {
            return bad(cursor, "a key is no text");
        }
        if (is_container(&token)) {
            if (depth == FE_CURSOR_DEPTH_MAX) {
                return bad(cursor, "values are nested too deep");
            }
            levels[depth++] = level_of(&token);
        }
    }
    return 0;
}

int fe_cursor_skip(struct fe_cursor *cursor)
{
    struct fe_token token;
    int r = fe_cursor_next(cursor, &token);
    return r == 0 && is_container(&token) ? skip_inside(cursor, &token) : r;
}

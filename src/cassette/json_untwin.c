/* SPDX-License-Identifier: MIT */
/* What comes out is put before the reader's own rules at the end, so a line that somebody has
 * edited by hand makes no frame that a reader would refuse. */
#include <errno.h>

#include "cassette/decode.h"
#include "cassette/json_twin_private.h"
#include "cassette/pack_private.h"
#include "util/json.h"
#include "util/secret.h"

enum {
    LEVELS_MAX = 64 /* a map as pairs takes two; the frame's own rule is stricter */
};

enum form {
    LIST,
    OBJECT,
    PAIRS
};

struct level {
    enum form form;
    struct fe_json container;
    struct fe_json_cursor cursor;
};

struct untwin {
    struct fe_buf *out;
    struct fe_arena arena;
    struct level levels[LEVELS_MAX];
    size_t depth;
    const char *why;
};

static int bad(struct untwin *u, const char *why)
{
    u->why = why;
    return -EBADMSG;
}

static int text_of(struct untwin *u, const struct fe_json *value, struct fe_slice *text_out)
{
    int r = fe_json_string(value, &u->arena, text_out);
    if (r < 0) {
        return bad(u, r == -EILSEQ ? "a text with half a surrogate pair" : "a text is expected");
    }
    return 0;
}

static size_t count_of(const struct fe_json *container)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json value;
    size_t count = 0;
    while (fe_json_next(container, &cursor, NULL, &value)) {
        count++;
    }
    return count;
}

/* The two values of a list of two. */
static int two_of(struct untwin *u, const struct fe_json *list, struct fe_json pair_out[2])
{
    if (list->kind != FE_JSON_ARRAY || count_of(list) != 2) {
        return bad(u, "a list of two is expected");
    }
    struct fe_json_cursor cursor = {0};
    (void)fe_json_next(list, &cursor, NULL, &pair_out[0]);
    (void)fe_json_next(list, &cursor, NULL, &pair_out[1]);
    return 0;
}

static int push(struct untwin *u, enum form form, const struct fe_json *container)
{
    if (u->depth == LEVELS_MAX) {
        return bad(u, "values are nested too deep");
    }
    u->levels[u->depth++] = (struct level){.form = form, .container = *container};
    return 0;
}

/* Appends what the base64 in a text says. */
static int decode_base64(struct untwin *u, const struct fe_json *value, struct fe_buf *bytes)
{
    struct fe_slice text;
    int r = text_of(u, value, &text);
    if (r == 0 && fe_base64_decode(text, bytes) < 0) {
        return bad(u, "the base64 is none");
    }
    return r;
}

static int put_bin(struct untwin *u, const struct fe_json *value)
{
    struct fe_buf bytes;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    int r = decode_base64(u, value, &bytes);
    if (r == 0) {
        fe_pack_bin(u->out, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int put_float(struct untwin *u, const struct fe_json *value)
{
    struct fe_slice text;
    char bits[8];
    int r = text_of(u, value, &text);
    if (r < 0) {
        return r;
    }
    if (text.len != 8 && text.len != 16) {
        return bad(u, "a float has 8 or 16 hexadecimal digits");
    }
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = fe_hex_digit(text.ptr[2 * i]);
        int low = fe_hex_digit(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return bad(u, "a float has 8 or 16 hexadecimal digits");
        }
        bits[i] = (char)(high << 4 | low);
    }
    fe_pack_float(u->out, (struct fe_slice){bits, text.len / 2});
    return 0;
}

static int put_ext(struct untwin *u, const struct fe_json *value)
{
    struct fe_json pair[2];
    int64_t type = 0;
    int r = two_of(u, value, pair);
    if (r == 0 && (fe_json_int64(&pair[0], &type) < 0 || type < INT8_MIN || type > INT8_MAX)) {
        r = bad(u, "an ext's type is a number from -128 to 127");
    }
    struct fe_buf bytes;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    if (r == 0) {
        r = decode_base64(u, &pair[1], &bytes);
    }
    if (r == 0) {
        fe_pack_ext(u->out, (int8_t)type, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int open_pairs(struct untwin *u, const struct fe_json *value)
{
    if (value->kind != FE_JSON_ARRAY) {
        return bad(u, "a map's pairs are a list");
    }
    fe_pack_map(u->out, count_of(value));
    return push(u, PAIRS, value);
}

static int put_special(struct untwin *u, struct fe_slice key, const struct fe_json *value)
{
    if (fe_slice_eq(key, FE_SLICE("base64"))) {
        return put_bin(u, value);
    }
    if (fe_slice_eq(key, FE_SLICE("float"))) {
        return put_float(u, value);
    }
    return fe_slice_eq(key, FE_SLICE("ext")) ? put_ext(u, value) : open_pairs(u, value);
}

static int put_object(struct untwin *u, const struct fe_json *object)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    size_t count = count_of(object);
    if (count == 1 && fe_json_next(object, &cursor, &key, &value)) {
        struct fe_slice text;
        int r = text_of(u, &key, &text);
        if (r < 0) {
            return r;
        }
        if (fe_json_twin_is_special(text)) {
            return put_special(u, text, &value);
        }
    }
    fe_pack_map(u->out, count);
    return push(u, OBJECT, object);
}

static int put_number(struct untwin *u, const struct fe_json *value)
{
    uint64_t positive = 0;
    int64_t number = 0;
    if (fe_slice_u64(value->text, &positive) == 0) {
        fe_pack_uint(u->out, positive);
        return 0;
    }
    if (fe_json_int64(value, &number) < 0) {
        return bad(u, "a number is not whole, or too big");
    }
    fe_pack_int(u->out, number);
    return 0;
}

static int put_string(struct untwin *u, const struct fe_json *value)
{
    struct fe_slice text;
    int r = text_of(u, value, &text);
    if (r == 0) {
        fe_pack_str(u->out, text);
    }
    return r;
}

static int put_value(struct untwin *u, const struct fe_json *value)
{
    switch (value->kind) {
    case FE_JSON_NULL:
        fe_pack_nil(u->out);
        return 0;
    case FE_JSON_FALSE:
    case FE_JSON_TRUE:
        fe_pack_bool(u->out, value->kind == FE_JSON_TRUE);
        return 0;
    case FE_JSON_NUMBER:
        return put_number(u, value);
    case FE_JSON_STRING:
        return put_string(u, value);
    case FE_JSON_ARRAY:
        fe_pack_array(u->out, count_of(value));
        return push(u, LIST, value);
    case FE_JSON_OBJECT:
        return put_object(u, value);
    }
    return -EBADMSG;
}

/* The next value of the innermost level; the level is left behind its last one. */
static int put_step(struct untwin *u)
{
    struct level *level = &u->levels[u->depth - 1];
    struct fe_json key;
    struct fe_json value;
    struct fe_json pair[2];
    if (!fe_json_next(&level->container, &level->cursor, &key, &value)) {
        u->depth--;
        return 0;
    }
    if (level->form == PAIRS) {
        int r = two_of(u, &value, pair);
        return r < 0 ? r : push(u, LIST, &value);
    }
    int r = level->form == OBJECT ? put_string(u, &key) : 0;
    return r < 0 ? r : put_value(u, &value);
}

/* ── the frame around it ── */

struct members {
    struct fe_json kind;
    struct fe_json bytes;
    size_t kinds;
    size_t bytes_count;
    size_t count; /* of all */
};

static int find_members(struct untwin *u, const struct fe_json *frame, struct members *members_out)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    *members_out = (struct members){0};
    while (fe_json_next(frame, &cursor, &key, &value)) {
        if (fe_slice_eq(key.text, FE_SLICE("\"kind\""))) {
            members_out->kind = value;
            members_out->kinds++;
        } else if (fe_slice_eq(key.text, FE_SLICE("\"bytes\""))) {
            members_out->bytes = value;
            members_out->bytes_count++;
        }
        members_out->count++;
    }
    if (members_out->kinds != 1 || members_out->bytes_count > 1) {
        return bad(u, "a frame has one \"kind\", and \"bytes\" at most once");
    }
    return 0;
}

static int read_kind(struct untwin *u, const struct fe_json *value, uint64_t *kind_out)
{
    enum fe_frame_kind kind = FE_FRAME_KINDS;
    struct fe_slice text;
    if (value->kind == FE_JSON_NUMBER) {
        int r = fe_slice_u64(value->text, kind_out);
        return r < 0 || *kind_out >= 0x80 ? bad(u, "a kind is a number below 128") : 0;
    }
    int r = text_of(u, value, &text);
    if (r == 0 && fe_frame_kind_parse(text, &kind) < 0) {
        return bad(u, "the kind is unknown");
    }
    *kind_out = kind;
    return r;
}

static int put_meta(struct untwin *u, const struct fe_json *frame)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    int r = 0;
    while (r == 0 && fe_json_next(frame, &cursor, &key, &value)) {
        if (fe_slice_eq(key.text, FE_SLICE("\"kind\"")) ||
            fe_slice_eq(key.text, FE_SLICE("\"bytes\""))) {
            continue;
        }
        r = put_string(u, &key);
        r = r < 0 ? r : put_value(u, &value);
        while (r == 0 && u->depth > 0) {
            r = put_step(u);
        }
    }
    return r;
}

/* A text, or {"base64": …}. */
static int gather_piece(struct untwin *u, const struct fe_json *piece, struct fe_buf *bytes)
{
    struct fe_json base64;
    struct fe_slice text;
    if (fe_json_member(piece, "base64", &base64)) {
        return decode_base64(u, &base64, bytes);
    }
    int r = text_of(u, piece, &text);
    if (r == 0) {
        (void)fe_buf_put(bytes, text);
    }
    return r;
}

static int no_room(struct untwin *u, int error)
{
    return bad(u, error == -ENOMEM ? "not enough memory" : "longer than a frame may be");
}

static int put_bytes(struct untwin *u, const struct fe_json *value)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json piece;
    struct fe_buf bytes;
    bool pieces = value->kind == FE_JSON_ARRAY;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    int r = pieces ? 0 : gather_piece(u, value, &bytes);
    while (pieces && r == 0 && fe_json_next(value, &cursor, NULL, &piece)) {
        r = gather_piece(u, &piece, &bytes);
    }
    if (r == 0 && bytes.error != 0) {
        r = no_room(u, bytes.error);
    }
    if (r == 0) {
        fe_pack_bin(u->out, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int check(struct untwin *u)
{
    struct fe_frame frame;
    if (u->out->error != 0) {
        return no_room(u, u->out->error);
    }
    u->why = "no frame"; /* unless the decoder knows better */
    return fe_frame_decode(fe_buf_slice(u->out), &u->arena, &frame, &u->why) > 0 ? 0 : -EBADMSG;
}

static int put_frame(struct untwin *u, struct fe_slice line)
{
    struct fe_json frame;
    struct members members;
    uint64_t kind = 0;
    if (fe_json_parse(line, &frame, NULL) < 0 || frame.kind != FE_JSON_OBJECT) {
        return bad(u, "the line is no JSON object");
    }
    int r = find_members(u, &frame, &members);
    r = r < 0 ? r : read_kind(u, &members.kind, &kind);
    if (r < 0) {
        return r;
    }
    fe_pack_begin(u->out, kind, members.bytes_count > 0);
    fe_pack_map(u->out, members.count - 1 - members.bytes_count);
    r = put_meta(u, &frame);
    if (r == 0 && members.bytes_count > 0) {
        r = put_bytes(u, &members.bytes);
    }
    fe_pack_end(u->out);
    return r < 0 ? r : check(u);
}

int fe_json_twin_read(struct fe_slice line, struct fe_buf *frame_out, const char **why_out)
{
    struct untwin u = {.out = frame_out};
    int r = put_frame(&u, line);
    *why_out = u.why;
    fe_arena_done(&u.arena);
    return r;
}

/* SPDX-License-Identifier: MIT */
/* From values of JSON to those of msgpack, without recursion. */
#include "cassette/json_untwin_private.h"

#include <errno.h>

#include "cassette/frame.h"
#include "cassette/json_twin_private.h"
#include "cassette/pack_private.h"
#include "util/secret.h"

int fe_untwin_bad(struct fe_untwin *u, const char *why)
{
    u->why = why;
    return -EBADMSG;
}

int fe_untwin_text(struct fe_untwin *u, const struct fe_json *value, struct fe_slice *text_out)
{
    int r = fe_json_string(value, &u->arena, text_out);
    if (r < 0) {
        return fe_untwin_bad(u, r == -EILSEQ ? "a text with half a surrogate pair"
                                             : "a text is expected");
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
static int two_of(struct fe_untwin *u, const struct fe_json *list, struct fe_json pair_out[2])
{
    if (list->kind != FE_JSON_ARRAY || count_of(list) != 2) {
        return fe_untwin_bad(u, "a list of two is expected");
    }
    struct fe_json_cursor cursor = {0};
    (void)fe_json_next(list, &cursor, NULL, &pair_out[0]);
    (void)fe_json_next(list, &cursor, NULL, &pair_out[1]);
    return 0;
}

static int push(struct fe_untwin *u, enum fe_untwin_form form, const struct fe_json *container)
{
    if (u->depth == FE_UNTWIN_LEVELS) {
        return fe_untwin_bad(u, "values are nested too deep");
    }
    u->levels[u->depth++] = (struct fe_untwin_level){.form = form, .container = *container};
    return 0;
}

/* Appends what the base64 in a text says. */
int fe_untwin_base64(struct fe_untwin *u, const struct fe_json *value, struct fe_buf *bytes)
{
    struct fe_slice text;
    int r = fe_untwin_text(u, value, &text);
    if (r == 0 && fe_base64_decode(text, bytes) < 0) {
        return fe_untwin_bad(u, "the base64 is none");
    }
    return r;
}

static int put_bin(struct fe_untwin *u, const struct fe_json *value)
{
    struct fe_buf bytes;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    int r = fe_untwin_base64(u, value, &bytes);
    if (r == 0) {
        fe_pack_bin(u->out, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int put_float(struct fe_untwin *u, const struct fe_json *value)
{
    struct fe_slice text;
    char bits[8];
    int r = fe_untwin_text(u, value, &text);
    if (r < 0) {
        return r;
    }
    if (text.len != 8 && text.len != 16) {
        return fe_untwin_bad(u, "a float has 8 or 16 hexadecimal digits");
    }
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = fe_hex_digit(text.ptr[2 * i]);
        int low = fe_hex_digit(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return fe_untwin_bad(u, "a float has 8 or 16 hexadecimal digits");
        }
        bits[i] = (char)(high << 4 | low);
    }
    fe_pack_float(u->out, (struct fe_slice){bits, text.len / 2});
    return 0;
}

static int put_ext(struct fe_untwin *u, const struct fe_json *value)
{
    struct fe_json pair[2];
    int64_t type = 0;
    int r = two_of(u, value, pair);
    if (r == 0 && (fe_json_int64(&pair[0], &type) < 0 || type < INT8_MIN || type > INT8_MAX)) {
        r = fe_untwin_bad(u, "an ext's type is a number from -128 to 127");
    }
    struct fe_buf bytes;
    fe_buf_init(&bytes, FE_FRAME_BYTES_MAX);
    if (r == 0) {
        r = fe_untwin_base64(u, &pair[1], &bytes);
    }
    if (r == 0) {
        fe_pack_ext(u->out, (int8_t)type, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

static int open_pairs(struct fe_untwin *u, const struct fe_json *value)
{
    if (value->kind != FE_JSON_ARRAY) {
        return fe_untwin_bad(u, "a map's pairs are a list");
    }
    fe_pack_map(u->out, count_of(value));
    return push(u, FE_UNTWIN_PAIRS, value);
}

static int put_special(struct fe_untwin *u, struct fe_slice key, const struct fe_json *value)
{
    if (fe_slice_eq(key, FE_SLICE("base64"))) {
        return put_bin(u, value);
    }
    if (fe_slice_eq(key, FE_SLICE("float"))) {
        return put_float(u, value);
    }
    return fe_slice_eq(key, FE_SLICE("ext")) ? put_ext(u, value) : open_pairs(u, value);
}

static int put_object(struct fe_untwin *u, const struct fe_json *object)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    size_t count = count_of(object);
    if (count == 1 && fe_json_next(object, &cursor, &key, &value)) {
        struct fe_slice text;
        int r = fe_untwin_text(u, &key, &text);
        if (r < 0) {
            return r;
        }
        if (fe_json_twin_is_special(text)) {
            return put_special(u, text, &value);
        }
    }
    fe_pack_map(u->out, count);
    return push(u, FE_UNTWIN_OBJECT, object);
}

static int put_number(struct fe_untwin *u, const struct fe_json *value)
{
    uint64_t positive = 0;
    int64_t number = 0;
    if (fe_slice_u64(value->text, &positive) == 0) {
        fe_pack_uint(u->out, positive);
        return 0;
    }
    if (fe_json_int64(value, &number) < 0) {
        return fe_untwin_bad(u, "a number is not whole, or too big");
    }
    fe_pack_int(u->out, number);
    return 0;
}

static int put_string(struct fe_untwin *u, const struct fe_json *value)
{
    struct fe_slice text;
    int r = fe_untwin_text(u, value, &text);
    if (r == 0) {
        fe_pack_str(u->out, text);
    }
    return r;
}

static int put_value(struct fe_untwin *u, const struct fe_json *value)
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
        return push(u, FE_UNTWIN_LIST, value);
    case FE_JSON_OBJECT:
        return put_object(u, value);
    }
    return -EBADMSG;
}

/* The next value of the innermost level; the level is left behind its last one. */
static int put_step(struct fe_untwin *u)
{
    struct fe_untwin_level *level = &u->levels[u->depth - 1];
    struct fe_json key;
    struct fe_json value;
    struct fe_json pair[2];
    if (!fe_json_next(&level->container, &level->cursor, &key, &value)) {
        u->depth--;
        return 0;
    }
    if (level->form == FE_UNTWIN_PAIRS) {
        int r = two_of(u, &value, pair);
        return r < 0 ? r : push(u, FE_UNTWIN_LIST, &value);
    }
    int r = level->form == FE_UNTWIN_OBJECT ? put_string(u, &key) : 0;
    return r < 0 ? r : put_value(u, &value);
}

int fe_untwin_member(struct fe_untwin *u, const struct fe_json *key, const struct fe_json *value)
{
    int r = put_string(u, key);
    r = r < 0 ? r : put_value(u, value);
    while (r == 0 && u->depth > 0) {
        r = put_step(u);
    }
    return r;
}

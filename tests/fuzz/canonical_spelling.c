/* SPDX-License-Identifier: MIT */
#include "canonical_spelling.h"

#include <assert.h>

#include "util/buf.h"
#include "util/utf8.h"

enum {
    TEXT_BYTES_MAX = 64 << 20,
    MEMBERS_MAX = 64,
    PAIRS_MAX = 256
};

static uint32_t draw(struct spelling *spelling, uint32_t below)
{
    spelling->seed = spelling->seed * 1664525U + 1013904223U;
    return (spelling->seed >> 8) % below;
}

static struct fe_slice take(struct spelling *spelling, struct fe_buf *buf)
{
    assert(buf->error == 0);
    struct fe_slice text = fe_arena_copy(spelling->arena, fe_buf_slice(buf));
    fe_buf_done(buf);
    return text;
}

/* ── targets and forms ── */

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void put_escape(struct spelling *spelling, char c, struct fe_buf *out)
{
    (void)fe_buf_printf(out, draw(spelling, 2) ? "%%%02X" : "%%%02x", (unsigned char)c);
}

/* The byte that an escape at the front of `text` stands for, or -1. */
static int escaped(struct fe_slice text)
{
    if (text.len < 3 || text.ptr[0] != '%') {
        return -1;
    }
    int high = fe_hex_digit(text.ptr[1]);
    int low = fe_hex_digit(text.ptr[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

struct fe_slice spell_path(struct spelling *spelling, struct fe_slice path)
{
    struct fe_buf out;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; i < path.len;) {
        int byte = escaped(fe_slice_from(path, i));
        char c = (char)(byte >= 0 ? byte : path.ptr[i]);
        if (byte >= 0 ? !is_unreserved(c) || draw(spelling, 2)
                      : is_unreserved(c) && draw(spelling, 4) == 0) {
            put_escape(spelling, c, &out);
        } else {
            (void)fe_buf_putc(&out, c);
        }
        i += byte >= 0 ? 3 : 1;
    }
    return take(spelling, &out);
}

/* What a name or a value means. */
static struct fe_slice decode(struct spelling *spelling, struct fe_slice text)
{
    struct fe_buf out;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; i < text.len;) {
        int byte = escaped(fe_slice_from(text, i));
        char c = (char)(byte >= 0 ? byte : text.ptr[i] == '+' ? ' ' : text.ptr[i]);
        (void)fe_buf_putc(&out, c);
        i += byte >= 0 ? 3 : 1;
    }
    return take(spelling, &out);
}

static void put_spelled(struct spelling *spelling, struct fe_slice meant, struct fe_buf *out)
{
    for (size_t i = 0; i < meant.len; i++) {
        if (is_unreserved(meant.ptr[i]) && draw(spelling, 4) > 0) {
            (void)fe_buf_putc(out, meant.ptr[i]);
        } else if (meant.ptr[i] == ' ' && draw(spelling, 2)) {
            (void)fe_buf_putc(out, '+');
        } else {
            put_escape(spelling, meant.ptr[i], out);
        }
    }
}

struct pair {
    struct fe_slice name;
    struct fe_slice value;
};

static size_t read_pairs(struct spelling *spelling, struct fe_slice text, struct pair *pairs)
{
    size_t count = 0;
    struct fe_slice pair;
    struct fe_slice name;
    while (fe_slice_split(&text, '&', &pair)) {
        if (pair.len > 0 && count < PAIRS_MAX) {
            bool has_name = fe_slice_split(&pair, '=', &name);
            pairs[count++] = (struct pair){decode(spelling, has_name ? name : pair),
                                           decode(spelling, has_name ? pair : FE_SLICE(""))};
        }
    }
    return text.len > 0 ? PAIRS_MAX : count;
}

struct fe_slice spell_pairs(struct spelling *spelling, struct fe_slice text)
{
    struct pair pairs[PAIRS_MAX];
    struct fe_buf out;
    size_t count = read_pairs(spelling, text, pairs);
    if (count == PAIRS_MAX) {
        return text;
    }
    for (size_t i = 1; i < count; i++) {
        if (!fe_slice_eq(pairs[i - 1].name, pairs[i].name) && draw(spelling, 2)) {
            struct pair moved = pairs[i];
            pairs[i] = pairs[i - 1];
            pairs[i - 1] = moved;
        }
    }
    fe_buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        (void)fe_buf_puts(&out, i > 0 ? "&" : "");
        (void)fe_buf_puts(&out, draw(spelling, 4) ? "" : "&");
        put_spelled(spelling, pairs[i].name, &out);
        (void)fe_buf_putc(&out, '=');
        put_spelled(spelling, pairs[i].value, &out);
    }
    return take(spelling, &out);
}

/* ── JSON ── */

static void put_space(struct spelling *spelling, struct fe_buf *out)
{
    static const char *const spaces[] = {"", "", " ", "\n\t", "\r"};
    (void)fe_buf_puts(out, spaces[draw(spelling, 5)]);
}

static void put_character(struct spelling *spelling, struct fe_slice character, struct fe_buf *out)
{
    char c = character.ptr[0];
    bool must = c == '"' || c == '\\' || (unsigned char)c < ' ';
    if (character.len == 1 && (must || draw(spelling, 4) == 0)) {
        (void)fe_buf_printf(out, draw(spelling, 2) ? "\\u%04x" : "\\u%04X", (unsigned char)c);
    } else {
        (void)fe_buf_put(out, character);
    }
}

static void put_string(struct spelling *spelling, const struct fe_json *string, bool changes,
                       struct fe_buf *out)
{
    struct fe_slice text;
    int r = fe_json_string(string, spelling->arena, &text);
    assert(r == 0);
    (void)fe_buf_puts(out, changes ? "\"x" : "\"");
    while (text.len > 0) {
        struct fe_slice character = {text.ptr, fe_utf8_length(text)};
        assert(character.len > 0);
        put_character(spelling, character, out);
        text = fe_slice_from(text, character.len);
    }
    (void)fe_buf_putc(out, '"');
}

static void put_number(struct spelling *spelling, struct fe_slice text, bool changes,
                       struct fe_buf *out)
{
    static const char *const ends[] = {"", ".0", "e0", "E+0", "e-00", ".000E0"};
    bool has_point = fe_slice_index(text, '.') >= 0;
    bool has_exponent = fe_slice_index(text, 'e') >= 0 || fe_slice_index(text, 'E') >= 0;
    if (changes) { /* a digit more in front */
        size_t sign = text.ptr[0] == '-';
        (void)fe_buf_puts(out, sign ? "-1" : "1");
        text = fe_slice_from(text, sign);
    }
    (void)fe_buf_put(out, text);
    if (!has_exponent && !has_point) {
        (void)fe_buf_puts(out, ends[draw(spelling, 6)]);
    } else if (!has_exponent) {
        (void)fe_buf_puts(out, draw(spelling, 2) ? "00" : "0e0");
    }
}

static bool take_change(struct spelling *spelling)
{
    bool changes = spelling->changes;
    spelling->changes = false;
    return changes;
}

static void put_value(struct spelling *spelling, const struct fe_json *json, struct fe_buf *out);

static void put_elements(struct spelling *spelling, const struct fe_json *array, struct fe_buf *out)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json value;
    bool first = true;
    (void)fe_buf_putc(out, '[');
    while (fe_json_next(array, &cursor, NULL, &value)) {
        (void)fe_buf_puts(out, first ? "" : ",");
        put_value(spelling, &value, out);
        first = false;
    }
    put_space(spelling, out);
    (void)fe_buf_putc(out, ']');
}

static void put_members(struct spelling *spelling, const struct fe_json *object, struct fe_buf *out)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json keys[MEMBERS_MAX];
    struct fe_json values[MEMBERS_MAX];
    size_t count = 0;
    while (fe_json_next(object, &cursor, &keys[count], &values[count])) {
        count++;
        assert(count < MEMBERS_MAX);
    }
    size_t first = count > 0 ? draw(spelling, (uint32_t)count) : 0;
    size_t step = draw(spelling, 2) ? 1 : count > 0 ? count - 1 : 0; /* forwards, or backwards */
    (void)fe_buf_putc(out, '{');
    for (size_t i = 0; i < count; i++) {
        size_t at = (first + i * step) % count;
        (void)fe_buf_puts(out, i > 0 ? "," : "");
        put_space(spelling, out);
        put_string(spelling, &keys[at], false, out);
        put_space(spelling, out);
        (void)fe_buf_putc(out, ':');
        put_value(spelling, &values[at], out);
    }
    put_space(spelling, out);
    (void)fe_buf_putc(out, '}');
}

/* As deep as the scanner allows. */
static void put_value(struct spelling *spelling, const struct fe_json *json, struct fe_buf *out)
{
    put_space(spelling, out);
    switch (json->kind) {
    case FE_JSON_OBJECT:
        put_members(spelling, json, out);
        break;
    case FE_JSON_ARRAY:
        put_elements(spelling, json, out);
        break;
    case FE_JSON_STRING:
        put_string(spelling, json, take_change(spelling), out);
        break;
    case FE_JSON_NUMBER:
        put_number(spelling, json->text, take_change(spelling), out);
        break;
    case FE_JSON_TRUE:
        (void)fe_buf_puts(out, take_change(spelling) ? "false" : "true");
        break;
    default:
        (void)fe_buf_puts(out, take_change(spelling)        ? "true"
                               : json->kind == FE_JSON_NULL ? "null"
                                                            : "false");
    }
    put_space(spelling, out);
}

struct fe_slice spell_json(struct spelling *spelling, const struct fe_json *json)
{
    struct fe_buf out;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    put_value(spelling, json, &out);
    return take(spelling, &out);
}

static bool is_text(const struct fe_json *string, struct fe_arena *arena)
{
    struct fe_slice text;
    return fe_json_string(string, arena, &text) == 0;
}

static bool has_twice(const struct fe_json *keys, size_t count, struct fe_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            struct fe_slice a = {NULL, 0};
            struct fe_slice b = {NULL, 0};
            (void)fe_json_string(&keys[i], arena, &a);
            (void)fe_json_string(&keys[k], arena, &b);
            if (fe_slice_eq(a, b)) {
                return true;
            }
        }
    }
    return false;
}

static bool knows_all_in(const struct fe_json *container, struct fe_arena *arena)
{
    bool is_object = container->kind == FE_JSON_OBJECT;
    struct fe_json_cursor cursor = {0};
    struct fe_json keys[MEMBERS_MAX];
    struct fe_json value;
    size_t count = 0;
    while (fe_json_next(container, &cursor, &keys[count], &value)) {
        if (!spelling_knows(&value, arena) || (is_object && !is_text(&keys[count], arena))) {
            return false;
        }
        count += is_object;
        if (count == MEMBERS_MAX) {
            return false;
        }
    }
    return !has_twice(keys, count, arena);
}

bool spelling_knows(const struct fe_json *json, struct fe_arena *arena)
{
    switch (json->kind) {
    case FE_JSON_OBJECT:
    case FE_JSON_ARRAY:
        return knows_all_in(json, arena);
    case FE_JSON_STRING:
        return is_text(json, arena);
    default:
        return true;
    }
}

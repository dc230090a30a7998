/* SPDX-License-Identifier: MIT */
#include "util/json.h"

#include <assert.h>
#include <errno.h>

#include "util/json_scan.h"
#include "util/utf8.h"

int fe_json_parse(struct fe_slice text, struct fe_json *value_out, size_t *offset_out)
{
    struct fe_json_scan s;
    struct fe_json value = {FE_JSON_NULL, {NULL, 0}};
    fe_json_scan_init(&s, text);
    fe_json_scan_space(&s);
    int r = fe_json_scan_value(&s, &value);
    if (r == 0) {
        fe_json_scan_space(&s);
        r = s.at < s.end ? -EBADMSG : 0;
    }
    if (r == 0) {
        *value_out = value;
    } else if (offset_out) {
        *offset_out = (size_t)(s.at - text.ptr);
    }
    return r;
}

/* Whether anything but the container's end is ahead. */
static bool goes_on(struct fe_json_scan *s)
{
    fe_json_scan_space(s);
    return *s->at != '}' && *s->at != ']';
}

bool fe_json_next(const struct fe_json *container, struct fe_json_cursor *cursor,
                  struct fe_json *key, struct fe_json *value)
{
    if (container->kind != FE_JSON_ARRAY && container->kind != FE_JSON_OBJECT) {
        return false;
    }
    struct fe_json_scan s;
    fe_json_scan_init(&s, fe_slice_from(container->text, cursor->offset));
    if (!goes_on(&s)) {
        return false;
    }
    s.at++; /* the opening bracket, or the comma behind the last member */
    if (!goes_on(&s)) {
        return false;
    }
    struct fe_slice key_text = {NULL, 0};
    int r = container->kind == FE_JSON_OBJECT ? fe_json_scan_key(&s, &key_text) : 0;
    if (r == 0) {
        r = fe_json_scan_value(&s, value);
    }
    assert(r == 0);
    if (key) {
        *key = (struct fe_json){FE_JSON_STRING, key_text};
    }
    cursor->offset = (size_t)(s.at - container->text.ptr);
    return r == 0;
}

static uint32_t take_hex4(struct fe_slice *rest)
{
    uint32_t unit = 0;
    for (size_t i = 0; i < 4; i++) {
        unit = unit << 4 | (uint32_t)fe_hex_digit(rest->ptr[i]);
    }
    *rest = fe_slice_from(*rest, 4);
    return unit;
}

/* Behind "\u": one code point, from one escape or from a surrogate pair of two. */
static int take_code_point(struct fe_slice *rest, uint32_t *code_point_out)
{
    uint32_t unit = take_hex4(rest);
    if (unit < 0xd800 || unit > 0xdfff) {
        *code_point_out = unit;
        return 0;
    }
    if (unit > 0xdbff || !fe_slice_starts(*rest, FE_SLICE("\\u"))) {
        return -EILSEQ;
    }
    *rest = fe_slice_from(*rest, 2);
    uint32_t low = take_hex4(rest);
    if (low < 0xdc00 || low > 0xdfff) {
        return -EILSEQ;
    }
    *code_point_out = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    return 0;
}

/* Takes one character, or one byte of it, off the inside of a string. Gives how many bytes it is.
 */
static int take_char(struct fe_slice *rest, char out[4])
{
    char c = rest->ptr[0];
    *rest = fe_slice_from(*rest, 1);
    if (c != '\\') {
        out[0] = c;
        return 1;
    }
    c = rest->ptr[0];
    *rest = fe_slice_from(*rest, 1);
    if (c == 'u') {
        uint32_t code_point = 0;
        int r = take_code_point(rest, &code_point);
        return r < 0 ? r : (int)fe_utf8_encode(code_point, out);
    }
    static const char names[] = "bfnrt";
    const char *name = strchr(names, c);
    out[0] = (char)(name ? "\b\f\n\r\t"[name - names] : c);
    return 1;
}

static struct fe_slice inside_quotes(const struct fe_json *string)
{
    return (struct fe_slice){string->text.ptr + 1, string->text.len - 2};
}

static bool key_is(const struct fe_json *key, struct fe_slice name)
{
    struct fe_slice rest = inside_quotes(key);
    if (fe_slice_index(rest, '\\') < 0) {
        return fe_slice_eq(rest, name);
    }
    while (rest.len > 0) {
        char c[4];
        int len = take_char(&rest, c);
        if (len < 0 || !fe_slice_starts(name, (struct fe_slice){c, (size_t)len})) {
            return false;
        }
        name = fe_slice_from(name, (size_t)len);
    }
    return name.len == 0;
}

bool fe_json_member(const struct fe_json *object, const char *name, struct fe_json *value_out)
{
    if (object->kind != FE_JSON_OBJECT) {
        return false;
    }
    bool found = false;
    struct fe_slice wanted = fe_slice_cstr(name);
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    while (fe_json_next(object, &cursor, &key, &value)) {
        if (key_is(&key, wanted)) {
            *value_out = value;
            found = true;
        }
    }
    return found;
}

int fe_json_string(const struct fe_json *value, struct fe_arena *arena, struct fe_slice *text_out)
{
    if (value->kind != FE_JSON_STRING) {
        return -EINVAL;
    }
    struct fe_slice rest = inside_quotes(value);
    if (fe_slice_index(rest, '\\') < 0) {
        *text_out = rest;
        return 0;
    }
    char *text = fe_arena_alloc(arena, rest.len);
    size_t len = 0;
    while (rest.len > 0) {
        char c[4];
        int n = take_char(&rest, c);
        if (n < 0) {
            return n;
        }
        memcpy(text + len, c, (size_t)n);
        len += (size_t)n;
    }
    *text_out = (struct fe_slice){text, len};
    return 0;
}

int fe_json_int64(const struct fe_json *value, int64_t *number_out)
{
    if (value->kind != FE_JSON_NUMBER) {
        return -EINVAL;
    }
    bool negative = value->text.ptr[0] == '-';
    uint64_t magnitude = 0;
    int r = fe_slice_u64(fe_slice_from(value->text, negative), &magnitude);
    if (r < 0) {
        return r;
    }
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return -ERANGE;
    }
    *number_out = (int64_t)(negative ? 0 - magnitude : magnitude);
    return 0;
}

struct fe_slice fe_json_member_text(const struct fe_json *object, const char *name,
                                    struct fe_arena *arena)
{
    struct fe_json value;
    struct fe_slice text = {"", 0};
    if (!fe_json_member(object, name, &value) || fe_json_string(&value, arena, &text) < 0) {
        return FE_SLICE("");
    }
    return text;
}

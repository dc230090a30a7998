/* SPDX-License-Identifier: MIT */
#include "util/json_writer.h"

#include <assert.h>

#include "util/utf8.h"

enum {
    DEPTH_MAX = 64
};

void fe_json_writer_init(struct fe_json_writer *writer, struct fe_buf *out)
{
    *writer = (struct fe_json_writer){.out = out};
}

/* The bit of the container that is being written; none at the top. */
static uint64_t here(const struct fe_json_writer *writer)
{
    return writer->depth > 0 ? UINT64_C(1) << (writer->depth - 1) : 0;
}

static void put_comma(struct fe_json_writer *writer)
{
    if (writer->has_items & here(writer)) {
        (void)fe_buf_putc(writer->out, ',');
    }
    writer->has_items |= here(writer);
}

static void before_value(struct fe_json_writer *writer)
{
    bool in_object = (writer->is_object & here(writer)) != 0;
    assert(in_object == writer->after_key);
    if (!in_object) {
        put_comma(writer);
    }
    writer->after_key = false;
}

static void begin(struct fe_json_writer *writer, bool object)
{
    before_value(writer);
    assert(writer->depth < DEPTH_MAX);
    (void)fe_buf_putc(writer->out, object ? '{' : '[');
    writer->depth++;
    writer->has_items &= ~here(writer);
    writer->is_object &= ~here(writer);
    writer->is_object |= object ? here(writer) : 0;
}

static void end(struct fe_json_writer *writer, bool object)
{
    assert(writer->depth > 0 && !writer->after_key);
    assert(((writer->is_object & here(writer)) != 0) == object);
    (void)fe_buf_putc(writer->out, object ? '}' : ']');
    writer->depth--;
}

void fe_json_begin_object(struct fe_json_writer *writer)
{
    begin(writer, true);
}

void fe_json_end_object(struct fe_json_writer *writer)
{
    end(writer, true);
}

void fe_json_begin_array(struct fe_json_writer *writer)
{
    begin(writer, false);
}

void fe_json_end_array(struct fe_json_writer *writer)
{
    end(writer, false);
}

/* Eight bytes, all of which are ASCII and stand for themselves: no top bit is set, neither in them
 * nor by taking from each as much as it has to have at least. */
static bool are_plain(const char *bytes)
{
    const uint64_t each = UINT64_MAX / 255;
    uint64_t word = 0;
    memcpy(&word, bytes, sizeof(word));
    uint64_t control = word - each * ' ';
    uint64_t quote = (word ^ each * '"') - each;
    uint64_t backslash = (word ^ each * '\\') - each;
    return ((word | control | quote | backslash) & each * 0x80) == 0;
}

/* How many bytes at the front stand for themselves. */
static size_t plain_length(struct fe_slice text)
{
    size_t at = 0;
    while (text.len - at >= sizeof(uint64_t) && are_plain(text.ptr + at)) {
        at += sizeof(uint64_t);
    }
    bool short_rest = at > 0 && text.len - at < sizeof(uint64_t);
    if (short_rest && are_plain(fe_slice_end(text) - sizeof(uint64_t))) {
        return text.len;
    }
    while (at < text.len) {
        unsigned char c = (unsigned char)text.ptr[at];
        size_t length = c < 0x80 ? 1 : fe_utf8_length(fe_slice_from(text, at));
        if (c < ' ' || c == '"' || c == '\\' || length == 0) {
            break;
        }
        at += length;
    }
    return at;
}

static void put_special(struct fe_buf *out, unsigned char c)
{
    if (c == '"' || c == '\\') {
        (void)fe_buf_putc(out, '\\');
        (void)fe_buf_putc(out, (char)c);
    } else if (c >= 0x80) {
        (void)fe_buf_puts(out, "\xef\xbf\xbd");
    } else if (c >= '\b' && c <= '\r' && c != '\v') {
        (void)fe_buf_putc(out, '\\');
        (void)fe_buf_putc(out, "btn?fr"[c - '\b']);
    } else {
        (void)fe_buf_printf(out, "\\u%04x", c);
    }
}

/* Most strings need no escape. */
static void put_plain(struct fe_buf *out, struct fe_slice text)
{
    char *room = NULL;
    if (fe_buf_reserve(out, text.len + 2, &room) == 0) {
        room[0] = '"';
        memcpy(room + 1, text.ptr ? text.ptr : "", text.len);
        memcpy(room + 1 + text.len, "\"", 2);
        out->len += text.len + 2;
    }
}

static void put_quoted(struct fe_buf *out, struct fe_slice text)
{
    if (plain_length(text) == text.len) {
        put_plain(out, text);
        return;
    }
    (void)fe_buf_putc(out, '"');
    while (text.len > 0) {
        size_t plain = plain_length(text);
        (void)fe_buf_append(out, text.ptr, plain);
        text = fe_slice_from(text, plain);
        if (text.len > 0) {
            put_special(out, (unsigned char)text.ptr[0]);
            text = fe_slice_from(text, 1);
        }
    }
    (void)fe_buf_putc(out, '"');
}

void fe_json_key_slice(struct fe_json_writer *writer, struct fe_slice name)
{
    assert((writer->is_object & here(writer)) != 0 && !writer->after_key);
    put_comma(writer);
    put_quoted(writer->out, name);
    (void)fe_buf_putc(writer->out, ':');
    writer->after_key = true;
}

void fe_json_key(struct fe_json_writer *writer, const char *name)
{
    fe_json_key_slice(writer, fe_slice_cstr(name));
}

void fe_json_put_string(struct fe_json_writer *writer, struct fe_slice text)
{
    before_value(writer);
    put_quoted(writer->out, text);
}

void fe_json_put_int(struct fe_json_writer *writer, int64_t number)
{
    before_value(writer);
    (void)fe_buf_printf(writer->out, "%lld", (long long)number);
}

void fe_json_put_bool(struct fe_json_writer *writer, bool value)
{
    before_value(writer);
    (void)fe_buf_puts(writer->out, value ? "true" : "false");
}

void fe_json_put_null(struct fe_json_writer *writer)
{
    before_value(writer);
    (void)fe_buf_puts(writer->out, "null");
}

void fe_json_put_raw(struct fe_json_writer *writer, struct fe_slice json)
{
    before_value(writer);
    (void)fe_buf_put(writer->out, json);
}

void fe_json_put_members(struct fe_json_writer *writer, struct fe_slice members)
{
    assert((writer->is_object & here(writer)) != 0 && !writer->after_key);
    put_comma(writer);
    (void)fe_buf_put(writer->out, members);
}

void fe_json_member_string(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    fe_json_key(writer, name);
    fe_json_put_string(writer, text);
}

void fe_json_member_int(struct fe_json_writer *writer, const char *name, int64_t number)
{
    fe_json_key(writer, name);
    fe_json_put_int(writer, number);
}

void fe_json_member_bool(struct fe_json_writer *writer, const char *name, bool value)
{
    fe_json_key(writer, name);
    fe_json_put_bool(writer, value);
}

/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/har_message.h"

#include <ctype.h>
#include <stdlib.h>

#include "util/secret.h"

/* ── values of JSON ── */

struct fe_slice fe_har_string(const struct fe_har_reading *reading, const struct fe_json *object,
                              const char *name)
{
    struct fe_json value;
    struct fe_slice text = {NULL, 0};
    if (!fe_json_member(object, name, &value) ||
        fe_json_string(&value, reading->arena, &text) < 0) {
        return FE_SLICE("");
    }
    return text;
}

/* The number, or -1, which archives have for "not known". */
double fe_har_number(const struct fe_json *object, const char *name)
{
    struct fe_json value;
    char text[64];
    if (!fe_json_member(object, name, &value) || value.kind != FE_JSON_NUMBER ||
        value.text.len >= sizeof(text)) {
        return -1;
    }
    memcpy(text, value.text.ptr, value.text.len);
    text[value.text.len] = '\0';
    double number = strtod(text, NULL);
    return number >= 0 && number < 1e15 ? number : -1;
}

/* ── heads ── */

bool fe_har_is_field_name(struct fe_slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (!isalnum(c) && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", (char)c))) {
            return false;
        }
    }
    return name.len > 0;
}

void fe_har_add_field(const struct fe_har_reading *reading, struct fe_har_message *message,
                      struct fe_slice name, struct fe_slice value)
{
    if (!fe_har_is_field_name(name) || memchr(value.ptr, '\r', value.len) != NULL ||
        memchr(value.ptr, '\0', value.len) != NULL ||
        fe_headers_add(&message->head.headers, reading->arena, name, value) < 0) {
        fe_har_lose(reading, FE_HAR_BAD_FIELD);
    }
}

/* Archives put fields of one name into one, a line each. */
static void add_lines(const struct fe_har_reading *reading, struct fe_har_message *message,
                      struct fe_slice name, struct fe_slice value)
{
    struct fe_slice line = {NULL, 0};
    if (value.len == 0 || fe_slice_index(value, '\n') < 0) {
        fe_har_add_field(reading, message, name, value.len > 0 ? value : FE_SLICE(""));
        return;
    }
    fe_har_lose(reading, FE_HAR_SPLIT_FIELD);
    while (fe_slice_split(&value, '\n', &line)) {
        fe_har_add_field(reading, message, name, fe_slice_trim(line));
    }
}

void fe_har_read_fields(const struct fe_har_reading *reading, const struct fe_json *json,
                        struct fe_har_message *message)
{
    struct fe_json list;
    struct fe_json item;
    struct fe_json_cursor cursor = {0};
    if (!fe_json_member(json, "headers", &list) || list.kind != FE_JSON_ARRAY) {
        return;
    }
    while (fe_json_next(&list, &cursor, NULL, &item)) {
        struct fe_slice name = fe_har_string(reading, &item, "name");
        if (name.len > 0 && name.ptr[0] == ':') {
            fe_har_lose(reading, FE_HAR_PSEUDO);
        } else {
            add_lines(reading, message, name, fe_har_string(reading, &item, "value"));
        }
    }
}

void fe_har_read_version(const struct fe_har_reading *reading, const struct fe_json *json,
                         struct fe_har_message *message)
{
    struct fe_slice version = fe_har_string(reading, json, "httpVersion");
    size_t at = 0;
    while (at < version.len && !isdigit((unsigned char)version.ptr[at])) {
        at++;
    }
    char digit = '1';
    if (at < version.len) {
        digit = version.ptr[at];
    }
    message->head.minor_version = fe_slice_eq_nocase(version, FE_SLICE("HTTP/1.0")) ? 0 : 1;
    if (digit == '2' || digit == '3') {
        fe_har_lose(reading, FE_HAR_HTTP2);
    }
}

static struct fe_headers without_codings(const struct fe_har_reading *reading,
                                         const struct fe_headers *fields)
{
    struct fe_headers plain = {0};
    for (size_t i = 0; i < fields->count; i++) {
        if (!fe_slice_eq_nocase(fields->items[i].name, FE_SLICE("Content-Encoding"))) {
            (void)fe_headers_add(&plain, reading->arena, fields->items[i].name,
                                 fields->items[i].value);
        }
    }
    return plain;
}

/* ── bodies ── */

static int from_base64(const struct fe_har_reading *reading, struct fe_slice text,
                       struct fe_slice *bytes_out)
{
    struct fe_buf bytes;
    fe_buf_init(&bytes, text.len + 1);
    int r = fe_base64_decode(text, &bytes);
    if (r == 0) {
        *bytes_out = fe_arena_copy(reading->arena, fe_buf_slice(&bytes));
    }
    fe_buf_done(&bytes);
    return r;
}

void fe_har_drop(const struct fe_har_reading *reading, struct fe_har_message *message,
                 enum fe_har_loss loss)
{
    fe_har_lose(reading, loss);
    message->dropped = FE_SLICE("archive");
}

void fe_har_read_text(const struct fe_har_reading *reading, const struct fe_json *holder,
                      struct fe_har_message *message)
{
    struct fe_json text;
    struct fe_slice encoding = fe_har_string(reading, holder, "encoding");
    struct fe_slice type = {NULL, 0};
    encoding = encoding.len > 0 ? encoding : fe_har_string(reading, holder, "_encoding");
    if (!fe_json_member(holder, "text", &text) || text.kind != FE_JSON_STRING) {
        return;
    }
    int r = fe_json_string(&text, reading->arena, &message->body);
    if (r == 0 && fe_slice_eq(encoding, FE_SLICE("base64"))) {
        fe_har_lose(reading, FE_HAR_BASE64);
        r = from_base64(reading, message->body, &message->body);
    } else if (fe_headers_get(&message->head.headers, FE_SLICE("Content-Type"), &type)) {
        ptrdiff_t at = fe_slice_index(type, '=');
        struct fe_slice charset = at < 0 ? FE_SLICE("") : fe_slice_from(type, (size_t)at + 1);
        struct fe_slice before = {type.ptr, at < 0 ? 0 : (size_t)at};
        if (before.len >= 7 &&
            fe_slice_eq_nocase(fe_slice_from(before, before.len - 7), FE_SLICE("charset")) &&
            !fe_slice_eq_nocase(charset, FE_SLICE("utf-8")) &&
            !fe_slice_eq_nocase(charset, FE_SLICE("\"utf-8\""))) {
            fe_har_lose(reading, FE_HAR_CHARSET);
        }
    }
    if (r < 0) {
        message->body = (struct fe_slice){NULL, 0};
        fe_har_drop(reading, message, FE_HAR_BAD_BODY);
    }
}

static void set_length(const struct fe_har_reading *reading, struct fe_har_message *message)
{
    struct fe_slice length = fe_arena_printf(reading->arena, "%zu", message->body.len);
    fe_har_lose(reading, FE_HAR_NO_LENGTH);
    fe_har_add_field(reading, message, FE_SLICE("Content-Length"), length);
    message->head.framing = FE_RECORDED_LENGTH;
}

/* How the body said where it ends, once it is known, and how many bytes it was. */
void fe_har_settle_body(const struct fe_har_reading *reading, const struct fe_json *json,
                        bool may_close, struct fe_har_message *message)
{
    struct fe_headers *fields = &message->head.headers;
    struct fe_slice codings = {NULL, 0};
    struct fe_slice connection = FE_SLICE("Connection");
    if (fe_headers_has_token(fields, FE_SLICE("Transfer-Encoding"), FE_SLICE("chunked"))) {
        message->head.framing = FE_RECORDED_CHUNKED;
    } else if (fe_headers_count(fields, FE_SLICE("Content-Length")) > 0) {
        message->head.framing = FE_RECORDED_LENGTH;
    } else if (message->body.len > 0) {
        bool closes = message->head.minor_version == 0 ||
                      fe_headers_has_token(fields, connection, FE_SLICE("close"));
        if (may_close && closes) {
            message->head.framing = FE_RECORDED_CLOSE;
        } else {
            set_length(reading, message);
        }
    }
    double size = fe_har_number(json, "bodySize");
    message->wire_bytes = message->body.len;
    if (message->body.len > 0 && fe_headers_get(fields, FE_SLICE("Content-Encoding"), &codings) &&
        !fe_slice_eq_nocase(codings, FE_SLICE("identity"))) {
        fe_har_lose(reading, FE_HAR_DECODED);
        message->decoded = codings;
        message->wire_bytes = size > 0 ? (uint64_t)size : message->body.len;
    }
    message->plain = without_codings(reading, fields);
}

static void append_encoded(struct fe_buf *out, struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (isalnum(c) || (c && strchr("-._*", (char)c))) {
            (void)fe_buf_putc(out, (char)c);
        } else {
            (void)fe_buf_printf(out, "%%%02X", c);
        }
    }
}

void fe_har_read_parameters(const struct fe_har_reading *reading, const struct fe_json *data,
                            struct fe_har_message *message)
{
    struct fe_json list;
    struct fe_json item;
    struct fe_json_cursor cursor = {0};
    struct fe_buf form;
    if (!fe_json_member(data, "params", &list) || list.kind != FE_JSON_ARRAY ||
        list.text.len <= 2) {
        return;
    }
    if (!fe_slice_starts(fe_har_string(reading, data, "mimeType"),
                         FE_SLICE("application/x-www-form-urlencoded"))) {
        fe_har_drop(reading, message, FE_HAR_NO_BODY);
        return;
    }
    fe_buf_init_firm(&form, list.text.len * 3);
    while (fe_json_next(&list, &cursor, NULL, &item)) {
        (void)fe_buf_puts(&form, form.len > 0 ? "&" : "");
        append_encoded(&form, fe_har_string(reading, &item, "name"));
        (void)fe_buf_putc(&form, '=');
        append_encoded(&form, fe_har_string(reading, &item, "value"));
    }
    fe_har_lose(reading, FE_HAR_PARAMETERS);
    message->body = fe_arena_copy(reading->arena, fe_buf_slice(&form));
    fe_buf_done(&form);
}

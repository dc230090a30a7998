/* SPDX-License-Identifier: MIT */
#include "cassette/match/canonical_private.h"
#include "cassette/redact/coding.h"
#include "message/media_type.h"
#include "util/limits.h"

/* All fields of that name, as one list (RFC 9110 §5.3). */
static struct fe_slice joined(const struct fe_headers *headers, struct fe_slice name,
                              struct fe_arena *arena)
{
    struct fe_slice all = {"", 0};
    for (size_t i = 0; i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        if (field->name.len != name.len || !fe_slice_eq_nocase(field->name, name)) {
            continue;
        }
        all = all.len == 0
                  ? field->value
                  : fe_arena_printf(arena, FE_PRI ", " FE_PRI, FE_ARG(all), FE_ARG(field->value));
    }
    return all;
}

/* A recording that had secrets has been stored without its coding, though its head still names it:
 * what cannot be decoded is taken as it is. */
struct fe_slice fe_canonical_decoded(const struct fe_headers *headers, struct fe_slice body,
                                     struct fe_arena *arena)
{
    struct fe_slice codings = joined(headers, FE_SLICE("Content-Encoding"), arena);
    struct fe_buf out;
    if (codings.len == 0) {
        return body;
    }
    fe_buf_init(&out, FE_LIMIT_JSON_BODY_BYTES);
    if (fe_decode_content(codings, body, &out) == 0) {
        body = fe_arena_copy(arena, fe_buf_slice(&out));
    }
    fe_buf_done(&out);
    return body;
}

/* ── what it is ── */

static bool ends_nocase(struct fe_slice text, struct fe_slice end)
{
    return text.len >= end.len && fe_slice_eq_nocase(fe_slice_from(text, text.len - end.len), end);
}

static bool starts_nocase(struct fe_slice text, struct fe_slice start)
{
    return text.len >= start.len &&
           fe_slice_eq_nocase((struct fe_slice){text.ptr, start.len}, start);
}

/* Modules post their results, which are JSON, as octet-stream. */
static bool looks_like_json(struct fe_slice type, struct fe_slice body)
{
    size_t at = 0;
    if (type.len > 0 && !ends_nocase(type, FE_SLICE("/octet-stream"))) {
        return false;
    }
    while (at < body.len && strchr(" \t\r\n", body.ptr[at]) != NULL && body.ptr[at] != '\0') {
        at++;
    }
    return at < body.len && (body.ptr[at] == '{' || body.ptr[at] == '[' || body.ptr[at] == '"');
}

static bool is_json(struct fe_slice type)
{
    return ends_nocase(type, FE_SLICE("/json")) || ends_nocase(type, FE_SLICE("+json")) ||
           ends_nocase(type, FE_SLICE("-json"));
}

static size_t count_pairs(struct fe_slice text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == '&';
    }
    return count;
}

/* Adds the parts of a body that has some, and tells what it is; else "bytes". */
static struct fe_slice add_structure(struct fe_canonical_parts *parts, struct fe_slice content_type,
                                     struct fe_slice body)
{
    struct fe_slice type = fe_media_essence(content_type);
    if (body.len > FE_CANONICAL_BODY_BYTES) {
        return FE_SLICE("bytes");
    }
    if (is_json(type) || looks_like_json(type, body)) {
        return fe_canonical_json(parts, fe_arena_copy(parts->arena, body)) == 0 ? FE_SLICE("json")
                                                                                : FE_SLICE("bytes");
    }
    if (fe_slice_eq_nocase(type, FE_SLICE("application/x-www-form-urlencoded")) &&
        count_pairs(body) <= FE_CANONICAL_PARTS) {
        fe_canonical_pairs(parts, FE_PART_BODY, body);
        return FE_SLICE("form");
    }
    if (starts_nocase(type, FE_SLICE("multipart/")) &&
        fe_canonical_multipart(parts, content_type, fe_arena_copy(parts->arena, body)) == 0) {
        return FE_SLICE("multipart");
    }
    return FE_SLICE("bytes");
}

void fe_canonical_body(struct fe_canonical_parts *parts, const struct fe_headers *headers,
                       struct fe_slice body)
{
    struct fe_slice content_type = {"", 0};
    size_t form = parts->count;
    fe_canonical_add(parts, FE_PART_BODY_FORM, FE_SLICE(""), FE_SLICE(""));
    if (body.len == 0) {
        return;
    }
    body = fe_canonical_decoded(headers, body, parts->arena);
    if (body.len == 0) {
        return;
    }
    (void)fe_headers_get(headers, FE_SLICE("Content-Type"), &content_type);
    struct fe_slice what = add_structure(parts, content_type, body);
    parts->items[form].value = what;
    if (fe_slice_eq(what, FE_SLICE("bytes"))) {
        bool short_one = body.len <= FE_CANONICAL_VALUE_BYTES;
        fe_canonical_add(parts, FE_PART_BODY, FE_SLICE(""),
                         short_one ? fe_arena_copy(parts->arena, body) : body);
    }
}

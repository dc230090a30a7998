/* SPDX-License-Identifier: MIT */
#include "cassette/match/canonical.h"

#include "cassette/match/canonical_private.h"

/* ── the target ── */

/* Without scheme and authority, if it has them (RFC 9112 §3.2.2). */
static struct fe_slice origin_form(struct fe_slice target)
{
    static const struct fe_slice mark = FE_SLICE_INIT("://");
    ptrdiff_t colon = fe_slice_index(target, ':');
    if (colon <= 0 || target.ptr[0] == '/' ||
        !fe_slice_starts(fe_slice_from(target, (size_t)colon), mark)) {
        return target;
    }
    size_t at = (size_t)colon + mark.len;
    while (at < target.len && target.ptr[at] != '/' && target.ptr[at] != '?') {
        at++;
    }
    return fe_slice_from(target, at);
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* RFC 3986 §6.2.2.1 and §6.2.2.2. What is no escape stands for itself. */
static struct fe_slice normal_path(struct fe_slice path, struct fe_arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    if (path.len > 0 && fe_slice_index(path, '%') < 0) {
        return fe_arena_copy(arena, path);
    }
    char *normal = fe_arena_alloc(arena, path.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        int high = path.ptr[i] == '%' && path.len - i > 2 ? fe_hex_digit(path.ptr[i + 1]) : -1;
        int low = high >= 0 ? fe_hex_digit(path.ptr[i + 2]) : -1;
        char byte = (char)(high * 16 + low);
        if (low < 0) {
            normal[len++] = path.ptr[i];
            continue;
        }
        i += 2;
        if (is_unreserved(byte)) {
            normal[len++] = byte;
        } else {
            normal[len++] = '%';
            normal[len++] = digits[high];
            normal[len++] = digits[low];
        }
    }
    /* An empty path is "/" (RFC 9110 §4.2.3). */
    return len > 0 ? (struct fe_slice){normal, len} : FE_SLICE("/");
}

static void find_rules(struct fe_canonical_parts *parts, struct fe_slice path)
{
    const struct fe_match_options *options = parts->options;
    if (options->rule_count > 0) {
        parts->rules = fe_arena_alloc(parts->arena, options->rule_count * sizeof(*parts->rules));
    }
    for (size_t i = 0; i < options->rule_count; i++) {
        if (fe_match_path(options->rules[i].path, path)) {
            parts->rules[parts->rule_count++] = options->rules[i];
        }
    }
}

/* ── fields ── */

static bool selects(struct fe_slice name)
{
    static const struct fe_slice names[] = {FE_SLICE_INIT("accept"),
                                            FE_SLICE_INIT("accept-language"),
                                            FE_SLICE_INIT("range"),
                                            FE_SLICE_INIT("if-match"),
                                            FE_SLICE_INIT("if-none-match"),
                                            FE_SLICE_INIT("if-modified-since"),
                                            FE_SLICE_INIT("if-unmodified-since")};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].len == name.len && fe_slice_eq_nocase(names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool has_name(const struct fe_names *names, struct fe_slice name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (fe_slice_eq_nocase(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

/* What a rule ignores is ignored, whatever another one names. */
static bool counts(const struct fe_canonical_parts *parts, struct fe_slice name)
{
    bool named = parts->options->profile == FE_MATCH_STRICT && selects(name);
    for (size_t i = 0; i < parts->rule_count; i++) {
        if (has_name(&parts->rules[i].ignore_fields, name)) {
            return false;
        }
        named = named || has_name(&parts->rules[i].match_fields, name);
    }
    return named;
}

static struct fe_slice small_letters(struct fe_slice text, struct fe_arena *arena)
{
    char *small = fe_arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        small[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return (struct fe_slice){small, text.len};
}

static void add_fields(struct fe_canonical_parts *parts, const struct fe_headers *headers)
{
    size_t first = parts->count;
    for (size_t i = 0; i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        if (counts(parts, field->name)) {
            struct fe_slice name = small_letters(field->name, parts->arena);
            struct fe_slice value = fe_arena_copy(parts->arena, fe_slice_trim(field->value));
            fe_canonical_add(parts, FE_PART_FIELD, name,
                             fe_canonical_value(parts, FE_NAME_FIELD, name, value));
        }
    }
    fe_canonical_sort(parts, first);
}

/* ── public ── */

struct fe_slice fe_canonical_path(struct fe_slice target, struct fe_arena *arena)
{
    target = origin_form(target);
    ptrdiff_t question = fe_slice_index(target, '?');
    return normal_path((struct fe_slice){target.ptr, question < 0 ? target.len : (size_t)question},
                       arena);
}

void fe_canonical_make(const struct fe_match_options *options, const struct fe_frame_head *head,
                       struct fe_slice body, struct fe_arena *arena,
                       struct fe_canonical *canonical_out)
{
    struct fe_canonical_parts parts = {.options = options, .arena = arena};
    struct fe_slice target = origin_form(head->target);
    ptrdiff_t question = fe_slice_index(target, '?');
    size_t path_len = question < 0 ? target.len : (size_t)question;
    struct fe_slice path = fe_canonical_path(target, arena);
    fe_canonical_add(&parts, FE_PART_METHOD, FE_SLICE(""), fe_arena_copy(arena, head->method));
    fe_canonical_add(&parts, FE_PART_PATH, FE_SLICE(""), path);
    if (options->profile != FE_MATCH_METHOD_PATH) {
        find_rules(&parts, path);
        if (question >= 0) {
            fe_canonical_pairs(&parts, FE_PART_QUERY, fe_slice_from(target, path_len + 1));
        }
        add_fields(&parts, &head->headers);
        fe_canonical_body(&parts, &head->headers, body);
    }
    *canonical_out = (struct fe_canonical){parts.items, parts.count};
}

/* SPDX-License-Identifier: MIT */
#include "cassette/library/explain_private.h"
#include "cassette/redact/redactor.h"
#include "util/utf8.h"

enum {
    RULE_BYTES_MAX = 1 << 20
};

struct ignored {
    struct fe_names fields;
    struct fe_names query;
    struct fe_names pointers;
};

/* ── what is to be ignored ── */

static bool is_safe(const struct fe_explaining *e, struct fe_slice text)
{
    return fe_slice_eq(fe_redactor_text(e->redactor, text, e->arena), text);
}

/* Whether `name` is `item`, or, of pointers, below it. */
static bool covers(struct fe_slice item, struct fe_slice name, bool is_pointer)
{
    return fe_slice_starts(name, item) &&
           (name.len == item.len || (is_pointer && name.ptr[item.len] == '/'));
}

/* False if there are too many. */
static bool add_name(struct fe_names *names, struct fe_slice name, bool is_pointer)
{
    for (size_t i = 0; i < names->count; i++) {
        if (covers(names->items[i], name, is_pointer)) {
            return true;
        }
    }
    if (names->count == FE_EXPLAIN_DIFFERENCES) {
        return false;
    }
    names->items[names->count++] = name;
    return true;
}

static struct fe_slice body_form(const struct fe_canonical *canonical)
{
    for (size_t i = 0; i < canonical->count; i++) {
        if (canonical->parts[i].kind == FE_PART_BODY_FORM) {
            return canonical->parts[i].value;
        }
    }
    return FE_SLICE("");
}

/* False: there is no way to. */
static bool ignore(const struct fe_explaining *e, const struct fe_difference *difference, bool json,
                   struct ignored *ignored)
{
    const struct fe_part *part = difference->ours ? difference->ours : difference->theirs;
    if (part->name.len == 0 || !fe_utf8_valid(part->name) ||
        !fe_slice_eq(fe_explain_name(e, part), part->name)) {
        return false;
    }
    switch (part->kind) {
    case FE_PART_FIELD:
        return add_name(&ignored->fields, part->name, false);
    case FE_PART_QUERY:
        return add_name(&ignored->query, part->name, false);
    case FE_PART_BODY:
        return json && add_name(&ignored->pointers, part->name, true);
    default:
        return false;
    }
}

static struct fe_names no_names(struct fe_arena *arena)
{
    return (struct fe_names){
        fe_arena_alloc(arena, FE_EXPLAIN_DIFFERENCES * sizeof(struct fe_slice)), 0};
}

static bool ignore_all(const struct fe_explaining *e, struct ignored *ignored)
{
    const struct fe_near *near = &e->near[0];
    bool json = fe_slice_eq(body_form(&near->asked), FE_SLICE("json"));
    struct fe_arena scratch = {NULL};
    struct fe_difference *differences =
        fe_arena_alloc(&scratch, near->differences * sizeof(*differences) + 1);
    size_t count =
        fe_canonical_compare(&near->asked, &near->canonical, differences, near->differences);
    bool possible = count > 0 && e->missed->body;
    for (size_t i = 0; i < count && possible; i++) {
        possible = ignore(e, &differences[i], json, ignored);
    }
    fe_arena_done(&scratch);
    return possible;
}

/* ── its path ── */

static void put_segment(const struct fe_explaining *e, struct fe_slice segment, struct fe_buf *out)
{
    (void)fe_buf_put(out, is_safe(e, segment) ? segment : FE_SLICE("*"));
}

/* With a star for each segment that holds a secret; absent if that is not enough. */
static struct fe_slice path_pattern(const struct fe_explaining *e)
{
    struct fe_slice rest = fe_row_path_of(&e->near[0].asked);
    struct fe_buf pattern;
    ptrdiff_t slash = 0;
    if (!fe_utf8_valid(rest) || is_safe(e, rest)) {
        return fe_utf8_valid(rest) ? rest : (struct fe_slice){NULL, 0};
    }
    fe_buf_init_firm(&pattern, RULE_BYTES_MAX);
    while ((slash = fe_slice_index(rest, '/')) >= 0) {
        put_segment(e, (struct fe_slice){rest.ptr, (size_t)slash}, &pattern);
        (void)fe_buf_putc(&pattern, '/');
        rest = fe_slice_from(rest, (size_t)slash + 1);
    }
    put_segment(e, rest, &pattern);
    struct fe_slice made = fe_arena_copy(e->arena, fe_buf_slice(&pattern));
    fe_buf_done(&pattern);
    return is_safe(e, made) ? made : (struct fe_slice){NULL, 0};
}

/* ── as YAML ── */

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether it means itself without quotation marks, in a list within brackets too. */
static bool is_plain(struct fe_slice text)
{
    static const char others[] = "0123456789/_-.*%~+";
    static const struct fe_slice words[] = {
        FE_SLICE_INIT("null"), FE_SLICE_INIT("true"), FE_SLICE_INIT("false"),
        FE_SLICE_INIT("yes"),  FE_SLICE_INIT("no"),   FE_SLICE_INIT("on"),
        FE_SLICE_INIT("off"),  FE_SLICE_INIT("y"),    FE_SLICE_INIT("n"),
    };
    bool plain = text.len > 0 && (text.ptr[0] == '/' || is_letter(text.ptr[0]));
    for (size_t i = 0; i < text.len && plain; i++) {
        plain = is_letter(text.ptr[i]) || memchr(others, text.ptr[i], sizeof(others) - 1) != NULL;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && plain; i++) {
        plain = !fe_slice_eq_nocase(text, words[i]);
    }
    return plain;
}

static uint32_t code_point(const char *ptr, size_t length)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)ptr[0] & masks[length];
    for (size_t i = 1; i < length; i++) {
        code = code << 6 | ((unsigned char)ptr[i] & 0x3f);
    }
    return code;
}

/* Whatever is not printable ASCII by its number: which others YAML takes is a long list. */
static void put_quoted(struct fe_buf *out, struct fe_slice text)
{
    (void)fe_buf_putc(out, '"');
    while (text.len > 0) {
        size_t length = fe_utf8_length(text);
        uint32_t code = code_point(text.ptr, length);
        if (code == '"' || code == '\\') {
            (void)fe_buf_printf(out, "\\%c", (char)code);
        } else if (code >= ' ' && code < 0x7f) {
            (void)fe_buf_putc(out, (char)code);
        } else {
            (void)fe_buf_printf(out, "\\U%08x", (unsigned)code);
        }
        text = fe_slice_from(text, length);
    }
    (void)fe_buf_putc(out, '"');
}

static void put_scalar(struct fe_buf *out, struct fe_slice text)
{
    if (is_plain(text)) {
        (void)fe_buf_put(out, text);
    } else {
        put_quoted(out, text);
    }
}

static void put_list(struct fe_buf *out, const char *key, const struct fe_names *names)
{
    if (names->count == 0) {
        return;
    }
    (void)fe_buf_printf(out, "      %s: [", key);
    for (size_t i = 0; i < names->count; i++) {
        (void)fe_buf_puts(out, i > 0 ? ", " : "");
        put_scalar(out, names->items[i]);
    }
    (void)fe_buf_puts(out, "]\n");
}

static struct fe_slice rule_text(const struct fe_explaining *e, struct fe_slice path,
                                 const struct ignored *ignored)
{
    struct fe_slice rule = {NULL, 0};
    struct fe_buf out;
    fe_buf_init_firm(&out, RULE_BYTES_MAX);
    (void)fe_buf_puts(&out, "server:\n  rules:\n    - path: ");
    put_scalar(&out, path);
    (void)fe_buf_putc(&out, '\n');
    put_list(&out, "ignore_headers", &ignored->fields);
    put_list(&out, "ignore_query", &ignored->query);
    put_list(&out, "ignore_body", &ignored->pointers);
    if (out.error == 0) {
        rule = fe_arena_copy(e->arena, fe_buf_slice(&out));
    }
    fe_buf_done(&out);
    return rule;
}

struct fe_slice fe_explain_rule(const struct fe_explaining *e)
{
    struct ignored ignored = {
        .fields = no_names(e->arena),
        .query = no_names(e->arena),
        .pointers = no_names(e->arena),
    };
    const struct fe_slice none = {NULL, 0};
    if (e->out->near_count == 0 || !ignore_all(e, &ignored)) {
        return none;
    }
    struct fe_slice path = path_pattern(e);
    return path.ptr ? rule_text(e, path, &ignored) : none;
}

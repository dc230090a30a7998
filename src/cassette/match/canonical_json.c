/* SPDX-License-Identifier: MIT */
/* A document is checked by the strict scanner, and then gone through once: every value is a part,
 * its name the pointer to it (RFC 6901). Objects and arrays are parts too, "{}" and "[]", else an
 * array could not be told from an object whose members are called 0 and 1. Strings stand between
 * quotation marks, with no escape that is not needed. Which strings are secrets is as in
 * redact/json_values.c. */
#include <errno.h>

#include "cassette/match/canonical_private.h"
#include "util/json.h"
#include "util/limits.h"

enum {
    POINTER_BYTES_FIRST = 128,
    POINTERS_BYTES_MAX = 32 << 20, /* of all parts together: deep documents repeat themselves */
    INDEX_BYTES = 24,
    ESCAPE_BYTES = 6 /* the longest: \u001f */
};

struct level {
    bool object;
    bool ignored;
    struct fe_slice kind; /* of all strings in it; empty: they are no secrets */
    size_t pointer_len;
    size_t index; /* of the next element */
};

struct walk {
    struct fe_canonical_parts *parts;
    const char *at;
    const char *end;
    char *pointer; /* to the value that comes */
    size_t pointer_len;
    size_t pointer_capacity;
    size_t pointers_bytes;
    size_t first_part;
    bool ignored;
    struct fe_slice kind;
    bool may_ignore; /* whether any rule does */
    size_t depth;
    struct level levels[FE_LIMIT_JSON_DEPTH + 1];
};

/* A member that is null, told from an element by where its text stands. */
static const char null_member[] = "null";

/* ── the pointer ── */

static void put_pointer(struct walk *w, const char *bytes, size_t len)
{
    if (w->pointer_capacity - w->pointer_len < len) {
        size_t capacity = (w->pointer_capacity + len) * 2;
        char *pointer = fe_arena_alloc(w->parts->arena, capacity);
        if (w->pointer_len > 0) {
            memcpy(pointer, w->pointer, w->pointer_len);
        }
        w->pointer = pointer;
        w->pointer_capacity = capacity;
    }
    memcpy(w->pointer + w->pointer_len, bytes, len);
    w->pointer_len += len;
}

static void put_name(struct walk *w, struct fe_slice name)
{
    put_pointer(w, "/", 1);
    if (fe_slice_index(name, '~') < 0 && fe_slice_index(name, '/') < 0) {
        put_pointer(w, name.ptr, name.len);
        return;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~' || name.ptr[i] == '/') {
            put_pointer(w, name.ptr[i] == '~' ? "~0" : "~1", 2);
        } else {
            put_pointer(w, &name.ptr[i], 1);
        }
    }
}

static void put_index(struct walk *w, size_t index)
{
    char text[INDEX_BYTES];
    size_t at = sizeof(text);
    do {
        text[--at] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    text[--at] = '/';
    put_pointer(w, text + at, sizeof(text) - at);
}

static bool is_ignored(const struct walk *w)
{
    const struct fe_slice pointer = {w->pointer, w->pointer_len};
    for (size_t i = 0; i < w->parts->rule_count; i++) {
        const struct fe_names *names = &w->parts->rules[i].ignore_pointers;
        for (size_t k = 0; k < names->count; k++) {
            if (fe_slice_eq(names->items[k], pointer)) {
                return true;
            }
        }
    }
    return false;
}

/* ── text ── */

static void skip_space(struct walk *w)
{
    while (w->at < w->end &&
           (*w->at == ' ' || *w->at == '\n' || *w->at == '\r' || *w->at == '\t')) {
        w->at++;
    }
}

/* A string with its quotation marks. */
static struct fe_slice take_string(struct walk *w, bool *escaped_out)
{
    const char *first = w->at++;
    *escaped_out = false;
    while (*w->at != '"') {
        bool escape = *w->at == '\\';
        *escaped_out = *escaped_out || escape;
        w->at += escape ? 2 : 1;
    }
    w->at++;
    return (struct fe_slice){first, (size_t)(w->at - first)};
}

static struct fe_slice take_scalar(struct walk *w)
{
    const char *first = w->at;
    while (w->at < w->end && strchr(" \t\r\n,]}", *w->at) == NULL) {
        w->at++;
    }
    return (struct fe_slice){first, (size_t)(w->at - first)};
}

static size_t escape(char c, char out[ESCAPE_BYTES])
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    static const char start[] = {'\\', 'u', '0', '0'};
    const char *found = c != '\0' ? strchr(named, c) : NULL;
    if (found != NULL) {
        out[0] = '\\';
        out[1] = names[found - named];
        return 2;
    }
    if ((unsigned char)c >= ' ') {
        out[0] = c;
        return 1;
    }
    memcpy(out, start, sizeof(start));
    out[4] = c < 16 ? '0' : '1';
    out[5] = "0123456789abcdef"[c & 15];
    return ESCAPE_BYTES;
}

/* The same string in its one spelling. */
static int respell(struct walk *w, struct fe_slice text, struct fe_slice *value_out)
{
    const struct fe_json string = {FE_JSON_STRING, text};
    struct fe_slice content = {NULL, 0};
    if (fe_json_string(&string, w->parts->arena, &content) < 0) {
        return -EBADMSG;
    }
    char *value = fe_arena_alloc(w->parts->arena, content.len * ESCAPE_BYTES + 2);
    size_t len = 0;
    value[len++] = '"';
    for (size_t i = 0; i < content.len; i++) {
        len += escape(content.ptr[i], value + len);
    }
    value[len++] = '"';
    *value_out = (struct fe_slice){value, len};
    return 0;
}

/* ── parts ── */

static int add(struct walk *w, struct fe_slice value)
{
    if (w->ignored) {
        return 0;
    }
    w->pointers_bytes += w->pointer_len;
    if (w->pointers_bytes > POINTERS_BYTES_MAX ||
        w->parts->count - w->first_part >= FE_CANONICAL_PARTS) {
        return -E2BIG;
    }
    struct fe_slice name = {w->pointer, w->pointer_len};
    fe_canonical_add(w->parts, FE_PART_BODY, fe_arena_copy(w->parts->arena, name), value);
    return 0;
}

static int add_string(struct walk *w)
{
    bool escaped = false;
    struct fe_slice text = take_string(w, &escaped);
    if (w->kind.len > 0 && text.len > 2) {
        return add(w, fe_canonical_secret(w->parts, w->kind));
    }
    int r = escaped && !w->ignored ? respell(w, text, &text) : 0;
    return r < 0 ? r : add(w, text);
}

static int add_container(struct walk *w)
{
    bool object = *w->at++ == '{';
    w->levels[++w->depth] = (struct level){object, w->ignored, w->kind, w->pointer_len, 0};
    return add(w, object ? FE_SLICE("{}") : FE_SLICE("[]"));
}

static int add_value(struct walk *w)
{
    switch (*w->at) {
    case '{':
    case '[':
        return add_container(w);
    case '"':
        return add_string(w);
    case 'n':
        w->at += strlen(null_member);
        return add(w, w->levels[w->depth].object ? fe_slice_cstr(null_member) : FE_SLICE("null"));
    case 't':
    case 'f':
        return add(w, take_scalar(w));
    default:
        return add(w, fe_canonical_number(take_scalar(w), w->parts->arena));
    }
}

/* ── from value to value ── */

static struct fe_slice kind_of(const struct walk *w, struct fe_slice name, struct fe_slice within)
{
    const struct fe_rules *secrets = w->parts->options->secrets;
    struct fe_slice kind = {NULL, 0};
    if (secrets == NULL || name.len == 0) {
        return kind;
    }
    if (!fe_rules_find(secrets, FE_NAME_JSON, name, &kind)) {
        bool inherits = within.len > 0 && !fe_rules_describes(secrets, name);
        kind = inherits ? within : (struct fe_slice){NULL, 0};
    }
    return kind;
}

static int take_name(struct walk *w, const struct level *level)
{
    bool escaped = false;
    struct fe_json key = {FE_JSON_STRING, take_string(w, &escaped)};
    struct fe_slice name = {NULL, 0};
    if (fe_json_string(&key, w->parts->arena, &name) < 0) {
        return -EBADMSG;
    }
    skip_space(w);
    w->at++; /* the colon */
    skip_space(w);
    put_name(w, name);
    w->kind = kind_of(w, name, level->kind);
    return 0;
}

/* Leaves what ends here, up to the next value. False: there is none. */
static bool find_value(struct walk *w)
{
    for (; w->depth > 0; w->depth--) {
        skip_space(w);
        if (*w->at != '}' && *w->at != ']') {
            w->at += *w->at == ',';
            skip_space(w);
            return true;
        }
        w->at++;
    }
    return false;
}

static int next_value(struct walk *w)
{
    struct level *level = &w->levels[w->depth];
    int r = 0;
    w->pointer_len = level->pointer_len;
    if (level->object) {
        r = take_name(w, level);
    } else {
        put_index(w, level->index++);
        w->kind = level->kind;
    }
    w->ignored = level->ignored || (w->may_ignore && is_ignored(w));
    return r;
}

static int walk_document(struct walk *w)
{
    w->ignored = w->may_ignore && is_ignored(w);
    int r = add_value(w);
    while (r == 0 && find_value(w)) {
        r = next_value(w);
        if (r == 0) {
            r = add_value(w);
        }
    }
    return r;
}

/* ── when all are there ── */

static bool has_names_twice(const struct walk *w)
{
    const struct fe_canonical_parts *parts = w->parts;
    for (size_t i = w->first_part + 1; i < parts->count; i++) {
        if (fe_slice_eq(parts->items[i - 1].name, parts->items[i].name)) {
            return true;
        }
    }
    return false;
}

static void drop_null_members(const struct walk *w)
{
    struct fe_canonical_parts *parts = w->parts;
    size_t kept = w->first_part;
    for (size_t i = kept; i < parts->count; i++) {
        if (parts->items[i].value.ptr != null_member) {
            parts->items[kept++] = parts->items[i];
        }
    }
    parts->count = kept;
}

static void begin(struct walk *w, struct fe_canonical_parts *parts, struct fe_slice text)
{
    w->parts = parts;
    w->at = text.ptr;
    w->end = fe_slice_end(text);
    w->pointer = fe_arena_alloc(parts->arena, POINTER_BYTES_FIRST);
    w->pointer_capacity = POINTER_BYTES_FIRST;
    w->pointer_len = 0;
    w->pointers_bytes = 0;
    w->first_part = parts->count;
    w->ignored = false;
    w->kind = (struct fe_slice){NULL, 0};
    w->depth = 0;
    w->levels[0] = (struct level){.object = false};
    w->may_ignore = false;
    for (size_t i = 0; i < parts->rule_count; i++) {
        w->may_ignore = w->may_ignore || parts->rules[i].ignore_pointers.count > 0;
    }
}

int fe_canonical_json(struct fe_canonical_parts *parts, struct fe_slice text)
{
    struct fe_json document;
    struct walk w; /* its levels are written before they are read */
    if (fe_json_parse(text, &document, NULL) < 0) {
        return -EBADMSG;
    }
    begin(&w, parts, document.text);
    int r = walk_document(&w);
    if (r == 0) {
        fe_canonical_sort(parts, w.first_part);
        r = has_names_twice(&w) ? -EBADMSG : 0;
    }
    if (r < 0) {
        parts->count = w.first_part;
        return r;
    }
    if (parts->options->profile == FE_MATCH_LENIENT) {
        drop_null_members(&w);
    }
    return 0;
}

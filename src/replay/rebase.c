/* SPDX-License-Identifier: MIT */
#include "replay/rebase.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/json.h"
#include "util/time_text.h"

/* What takes the place of a part of a text, in the order of the text. */
struct edit {
    struct fe_slice old;
    struct fe_slice text;
    struct edit *next;
};

struct rebase {
    int64_t by_ns;
    struct fe_arena *arena;
    struct edit *first;
    struct edit **last;
    size_t pointer_count;
};

static void begin(struct rebase *rebase, int64_t by_ns, struct fe_arena *arena)
{
    *rebase = (struct rebase){.by_ns = by_ns, .arena = arena};
    rebase->last = &rebase->first;
}

static void replace(struct rebase *rebase, struct fe_slice old, struct fe_slice text)
{
    struct edit *edit = fe_arena_alloc(rebase->arena, sizeof(*edit));
    *edit = (struct edit){.old = old, .text = text};
    *rebase->last = edit;
    rebase->last = &edit->next;
}

static char *put(char *to, const char *from, size_t len)
{
    memcpy(to, from, len);
    return to + len;
}

static struct fe_slice end(const struct rebase *rebase, struct fe_slice text)
{
    size_t len = text.len;
    const char *from = text.ptr;
    if (rebase->first == NULL) {
        return text;
    }
    for (const struct edit *edit = rebase->first; edit; edit = edit->next) {
        len = len - edit->old.len + edit->text.len;
    }
    char *moved = fe_arena_alloc(rebase->arena, len);
    char *to = moved;
    for (const struct edit *edit = rebase->first; edit; edit = edit->next) {
        to = put(to, from, (size_t)(edit->old.ptr - from));
        to = put(to, edit->text.ptr, edit->text.len);
        from = edit->old.ptr + edit->old.len;
    }
    (void)put(to, from, (size_t)(text.ptr + text.len - from));
    return (struct fe_slice){moved, len};
}

/* The very beginning stays where it is. */
static bool move(const struct rebase *rebase, int64_t *time_ns)
{
    return *time_ns != 0 && !__builtin_add_overflow(*time_ns, rebase->by_ns, time_ns);
}

/* ── fields ── */

static void move_date(struct rebase *rebase, struct fe_slice value)
{
    int64_t time_ns = 0;
    struct fe_slice old = fe_slice_trim(value);
    if (fe_http_date_parse(old, &time_ns) == 0 && move(rebase, &time_ns)) {
        char *text = fe_arena_alloc(rebase->arena, FE_HTTP_DATE_BYTES);
        fe_http_date_format(time_ns, text);
        replace(rebase, old, fe_slice_cstr(text));
    }
}

static void move_cookie(struct rebase *rebase, struct fe_slice cookie)
{
    struct fe_slice part;
    (void)fe_slice_split(&cookie, ';', &part); /* its name, which may be any, and its value */
    while (fe_slice_split(&cookie, ';', &part)) {
        ptrdiff_t equals = fe_slice_index(part, '=');
        struct fe_slice name = {part.ptr, equals < 0 ? part.len : (size_t)equals};
        if (equals >= 0 && fe_slice_eq_nocase(fe_slice_trim(name), FE_SLICE("Expires"))) {
            move_date(rebase, fe_slice_from(part, name.len + 1));
        }
    }
}

struct fe_slice fe_rebase_field(const struct fe_header *field, int64_t by_ns,
                                struct fe_arena *arena)
{
    struct rebase rebase;
    begin(&rebase, by_ns, arena);
    if (fe_slice_eq_nocase(field->name, FE_SLICE("Set-Cookie"))) {
        move_cookie(&rebase, field->value);
    } else if (fe_slice_eq_nocase(field->name, FE_SLICE("Date")) ||
               fe_slice_eq_nocase(field->name, FE_SLICE("Expires")) ||
               fe_slice_eq_nocase(field->name, FE_SLICE("Last-Modified"))) {
        move_date(&rebase, field->value);
    }
    return end(&rebase, field->value);
}

/* ── JSON ── */

static void move_string(struct rebase *rebase, const struct fe_json *value)
{
    int64_t time_ns = 0;
    struct fe_slice old;
    if (fe_json_string(value, rebase->arena, &old) == 0 && fe_time_parse_any(old, &time_ns) == 0 &&
        move(rebase, &time_ns)) {
        char *text = fe_arena_alloc(rebase->arena, old.len + 2);
        text[0] = text[old.len + 1] = '"';
        fe_time_format_like(time_ns, old, text + 1);
        replace(rebase, value->text, (struct fe_slice){text, old.len + 2});
    }
}

static void move_number(struct rebase *rebase, const struct fe_json *value)
{
    const int64_t seconds_min = INT64_C(1000000000);
    const int64_t ms_min = INT64_C(100000000000);
    const int64_t ms_end = INT64_C(100000000000000);
    int64_t number = 0;
    if (fe_json_int64(value, &number) == 0 && number >= seconds_min && number < ms_end) {
        int64_t unit_ns = number < ms_min ? FE_NS_PER_S : FE_NS_PER_MS;
        int64_t by = rebase->by_ns / unit_ns - (rebase->by_ns % unit_ns < 0);
        replace(rebase, value->text, fe_arena_printf(rebase->arena, "%" PRId64, number + by));
    }
}

static void move_value(struct rebase *rebase, const struct fe_json *value)
{
    if (value->kind == FE_JSON_STRING) {
        move_string(rebase, value);
    } else if (value->kind == FE_JSON_NUMBER) {
        move_number(rebase, value);
    }
}

/* Whether a pointer's segment, "~0" and "~1" for "~" and "/" in it, names a member or an element.
 */
static bool segment_names(struct fe_slice segment, struct fe_slice name)
{
    size_t at = 0;
    if (fe_slice_eq(segment, FE_SLICE("*"))) {
        return true;
    }
    for (size_t i = 0; i < segment.len; i++, at++) {
        char c = segment.ptr[i];
        bool escape = c == '~' && i + 1 < segment.len;
        if (escape && (segment.ptr[i + 1] == '0' || segment.ptr[i + 1] == '1')) {
            c = (char)(segment.ptr[++i] == '0' ? '~' : '/');
        }
        if (at == name.len || name.ptr[at] != c) {
            return false;
        }
    }
    return at == name.len;
}

/* What is left of a pointer behind the segment that names `name`. False: it leads elsewhere. */
static bool follow(struct fe_slice pointer, struct fe_slice name, struct fe_slice *rest_out)
{
    if (pointer.len == 0 || pointer.ptr[0] != '/') {
        return false;
    }
    struct fe_slice segment = fe_slice_from(pointer, 1);
    ptrdiff_t slash = fe_slice_index(segment, '/');
    segment.len = slash < 0 ? segment.len : (size_t)slash;
    if (!segment_names(segment, name)) {
        return false;
    }
    *rest_out = fe_slice_from(pointer, 1 + segment.len);
    return true;
}

/* The name of a member or, in `digits`, of an element. */
static struct fe_slice name_of(struct rebase *rebase, const struct fe_json *container,
                               const struct fe_json *key, size_t index, char digits[24])
{
    struct fe_slice name = key->text;
    if (container->kind == FE_JSON_ARRAY) {
        (void)snprintf(digits, 24, "%zu", index);
        return fe_slice_cstr(digits);
    }
    (void)fe_json_string(key, rebase->arena, &name);
    return name;
}

/* `pointers` is a row of what is left of those that lead to `value`; in the row behind it is put
 * what is left of them further in. */
static void visit(struct rebase *rebase, const struct fe_json *value, struct fe_slice *pointers,
                  size_t count)
{
    struct fe_slice *inner = pointers + rebase->pointer_count;
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json child;
    char digits[24];
    for (size_t index = 0; fe_json_next(value, &cursor, &key, &child); index++) {
        struct fe_slice name = name_of(rebase, value, &key, index, digits);
        size_t inner_count = 0;
        for (size_t i = 0; i < count; i++) {
            inner_count += follow(pointers[i], name, &inner[inner_count]);
        }
        if (inner_count > 0) {
            visit(rebase, &child, inner, inner_count);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (pointers[i].len == 0) {
            move_value(rebase, value);
            return;
        }
    }
}

static size_t segments_of(struct fe_slice pointer)
{
    size_t segments = 0;
    for (size_t i = 0; i < pointer.len; i++) {
        segments += pointer.ptr[i] == '/';
    }
    return segments;
}

struct fe_slice fe_rebase_json(struct fe_slice body, const struct fe_names *pointers, int64_t by_ns,
                               struct fe_arena *arena)
{
    struct fe_json value;
    struct rebase rebase;
    size_t rows = 2; /* for the whole document, and behind the longest pointer */
    if (pointers->count == 0 || fe_json_parse(body, &value, NULL) < 0) {
        return body;
    }
    begin(&rebase, by_ns, arena);
    rebase.pointer_count = pointers->count;
    for (size_t i = 0; i < pointers->count; i++) {
        size_t needed = segments_of(pointers->items[i]) + 2;
        rows = needed > rows ? needed : rows;
    }
    struct fe_slice *all = fe_arena_alloc(arena, rows * pointers->count * sizeof(*all));
    memcpy(all, pointers->items, pointers->count * sizeof(*all));
    visit(&rebase, &value, all, pointers->count);
    return end(&rebase, body);
}

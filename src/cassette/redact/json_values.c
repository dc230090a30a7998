/* SPDX-License-Identifier: MIT */
/* JSON as a row of tokens rather than a grammar: a string that a colon follows was a name. So a
 * broken document goes through as it is, and the next one is read again.
 *
 * A string is a secret if its name says so, or if it stands anywhere within an array or object
 * whose name says so, unless its own name only describes (fe_rules_describes). Numbers, true, false
 * and null are left: no credential is one, and expires_in must stay. Text in other strings is
 * looked into: for URLs, and for JSON when it begins with a bracket. Names and what is outside of
 * strings go through the text machine as well, so that something taken for JSON wrongly loses
 * nothing. */
#include "cassette/redact/values.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "util/utf8.h"

enum {
    LEVELS = 128, /* deeper ones are as the last of them */
    NAME_BYTES = 256
};

enum inside {
    UNDECIDED, /* nothing but space so far */
    TEXT,
    NESTED_JSON,
    SECRET
};

struct level {
    bool object;
    struct fe_slice kind; /* of all strings in it; empty: they are no secrets */
};

struct fe_json_values {
    struct fe_values *values;
    unsigned depth; /* of documents in documents */
    bool by_line;
    struct fe_text_values *text;
    struct fe_json_values *nested; /* made when it is needed */
    struct level levels[LEVELS];   /* the first is the document */
    size_t level;
    bool after_colon;
    struct fe_slice kind; /* of the value behind the colon */
    bool in_string;
    enum inside inside;
    char name[NAME_BYTES];
    size_t name_len;
    char escape[5]; /* what follows a backslash, which counts in escape_len */
    size_t escape_len;
    uint32_t high; /* half of a surrogate pair */
    struct fe_values_raw raw;
};

struct fe_json_values *fe_json_values_new(struct fe_values *values, unsigned depth, bool by_line)
{
    struct fe_json_values *m = fe_xalloc(sizeof(*m));
    m->values = values;
    m->depth = depth;
    m->by_line = by_line;
    m->text = fe_text_values_new(values, 0);
    return m;
}

void fe_json_values_free(struct fe_json_values *m)
{
    if (m != NULL) {
        fe_json_values_free(m->nested);
        fe_text_values_free(m->text);
        free(m);
    }
}

/* ── what strings hold ── */

static void choose_inside(struct fe_json_values *m, char c)
{
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        return;
    }
    m->inside = TEXT;
    if ((c == '{' || c == '[') && m->depth < FE_VALUES_DEPTH) {
        m->inside = NESTED_JSON;
        if (m->nested == NULL) {
            m->nested = fe_json_values_new(m->values, m->depth + 1, false);
        }
    }
}

static void add_content(struct fe_json_values *m, struct fe_slice text, struct fe_slice raw)
{
    if (m->inside == SECRET) {
        fe_values_take(m->values, text, raw);
        return;
    }
    size_t room = NAME_BYTES - m->name_len;
    size_t len = text.len < room ? text.len : room;
    memcpy(m->name + m->name_len, text.ptr, len);
    m->name_len += len;
    for (size_t i = 0; i < text.len && m->inside == UNDECIDED; i++) {
        choose_inside(m, text.ptr[i]);
    }
    if (m->inside == NESTED_JSON) {
        fe_json_values_push(m->nested, text, raw);
    } else {
        fe_text_values_push(m->text, text, raw);
    }
}

/* The kind of the string that begins here. */
static struct fe_slice string_kind(const struct fe_json_values *m)
{
    const struct level *level = &m->levels[m->level];
    if (m->after_colon) {
        return m->kind;
    }
    return level->object ? FE_SLICE("") : level->kind;
}

static void begin_string(struct fe_json_values *m, struct fe_slice raw)
{
    struct fe_slice kind = string_kind(m);
    fe_text_values_break(m->text);
    fe_values_plain(m->values, raw);
    m->in_string = true;
    m->inside = UNDECIDED;
    m->name_len = 0;
    if (kind.len > 0) {
        m->inside = SECRET;
        fe_values_begin(m->values, kind);
    }
}

static void end_content(struct fe_json_values *m)
{
    if (m->inside == SECRET) {
        fe_values_finish(m->values);
    } else if (m->inside == NESTED_JSON) {
        fe_json_values_break(m->nested);
    }
    fe_text_values_break(m->text);
    m->in_string = false;
}

/* ── escapes ── */

/* The next unit of UTF-16 from \uXXXX: a half waits for its other one, which is lost if it does not
 * come: its raw text goes out with the next character. */
static size_t decode_unit(struct fe_json_values *m, char out[4])
{
    uint32_t unit = 0;
    for (size_t i = 1; i < 5; i++) {
        unit = unit << 4 | (uint32_t)fe_hex_digit(m->escape[i]);
    }
    uint32_t high = m->high;
    m->high = 0;
    if (unit >= 0xd800 && unit < 0xdc00) {
        m->high = unit;
        return 0;
    }
    if (unit >= 0xdc00 && unit < 0xe000) {
        unit = high == 0 ? 0xfffd : 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
    }
    return fe_utf8_encode(unit, out);
}

/* What the whole escape means; a wrong one stands for its characters. */
static size_t decode_escape(struct fe_json_values *m, char out[4])
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    char first = m->escape[0];
    if (first == 'u') {
        return decode_unit(m, out);
    }
    const char *found = first != '\0' ? strchr(names, first) : NULL;
    out[0] = first;
    if (found != NULL) {
        out[0] = meanings[found - names];
    }
    m->high = 0;
    return 1;
}

static void release_raw(struct fe_json_values *m, struct fe_slice text)
{
    struct fe_slice raw = m->raw.raw;
    m->raw.raw = (struct fe_slice){NULL, 0};
    m->escape_len = 0;
    if (raw.len == 0) {
        return;
    }
    add_content(m, text, raw);
    if (raw.ptr == m->raw.copy) {
        fe_text_values_keep(m->text);
        if (m->nested != NULL) {
            fe_json_values_keep(m->nested);
        }
        fe_values_flush(m->values);
    }
}

/* Lets go of an escape that broke off, and of half a pair. */
static void end_escape(struct fe_json_values *m)
{
    m->high = 0;
    release_raw(m, FE_SLICE("\\"));
}

/* False: `c` is none of the escape's. */
static bool step_escape(struct fe_json_values *m, char c, struct fe_slice raw)
{
    char out[4];
    bool digits = m->escape_len > 1;
    if (digits && fe_hex_digit(c) < 0) {
        end_escape(m);
        return false;
    }
    fe_values_raw_add(&m->raw, raw);
    m->escape[m->escape_len - 1] = c;
    m->escape_len++;
    if (m->escape[0] == 'u' && m->escape_len < 6) {
        return true;
    }
    size_t len = decode_escape(m, out);
    m->escape_len = 0;
    if (m->high == 0) {
        release_raw(m, (struct fe_slice){out, len});
    }
    return true;
}

/* ── outside of strings ── */

static void on_colon(struct fe_json_values *m)
{
    struct fe_slice name = {m->name, m->name_len};
    struct fe_slice within = m->levels[m->level].kind;
    m->after_colon = true;
    m->kind = (struct fe_slice){NULL, 0};
    if (m->name_len == 0 || fe_rules_find(m->values->rules, FE_NAME_JSON, name, &m->kind)) {
        return;
    }
    if (within.len > 0 && !fe_rules_describes(m->values->rules, name)) {
        m->kind = within;
    }
}

static void open_level(struct fe_json_values *m, bool object)
{
    struct fe_slice kind = m->after_colon ? m->kind : m->levels[m->level].kind;
    if (m->level + 1 < LEVELS) {
        m->level++;
        m->levels[m->level] = (struct level){object, kind};
    }
    m->after_colon = false;
    m->name_len = 0;
}

static void step_outside(struct fe_json_values *m, char c, struct fe_slice raw)
{
    if (c == '"') {
        begin_string(m, raw);
        return;
    }
    fe_text_values_push(m->text, raw.len == 1 && raw.ptr[0] == c ? raw : (struct fe_slice){&c, 1},
                        raw);
    if (c == ':') {
        on_colon(m);
    } else if (c == '{' || c == '[') {
        open_level(m, c == '{');
    } else if (c == '}' || c == ']' || c == ',') {
        m->level -= c != ',' && m->level > 0;
        m->after_colon = false;
        m->name_len = 0;
    }
}

static void step_string(struct fe_json_values *m, char c, struct fe_slice raw)
{
    if (m->escape_len > 0 && step_escape(m, c, raw)) {
        return;
    }
    if (c == '\\') {
        fe_values_raw_add(&m->raw, raw);
        m->escape_len = 1;
        return;
    }
    if (m->high != 0) {
        end_escape(m);
    }
    if (c != '"') {
        add_content(m, raw.len == 1 && raw.ptr[0] == c ? raw : (struct fe_slice){&c, 1}, raw);
        return;
    }
    end_content(m);
    fe_values_plain(m->values, raw);
    if (m->after_colon) {
        m->after_colon = false;
        m->name_len = 0;
    }
}

/* ── public ── */

static size_t plain_run(const struct fe_json_values *m, struct fe_slice text)
{
    size_t len = 0;
    if (m->in_string && m->escape_len == 0 && m->high == 0) {
        while (len < text.len && text.ptr[len] != '"' && text.ptr[len] != '\\' &&
               text.ptr[len] != '\n') {
            len++;
        }
    }
    return len;
}

void fe_json_values_push(struct fe_json_values *m, struct fe_slice text, struct fe_slice raw)
{
    for (size_t i = 0; i < text.len;) {
        struct fe_slice rest = fe_slice_from(text, i);
        size_t run = text.ptr == raw.ptr ? plain_run(m, rest) : 0;
        if (run > 0) {
            rest.len = run;
            add_content(m, rest, rest);
            i += run;
            continue;
        }
        struct fe_slice own = fe_values_raw_of(text, raw, i);
        char c = text.ptr[i++];
        if (c == '\n' && m->by_line) {
            fe_json_values_break(m);
        }
        if (m->in_string) {
            step_string(m, c, own);
        } else {
            step_outside(m, c, own);
        }
    }
}

void fe_json_values_break(struct fe_json_values *m)
{
    end_escape(m);
    if (m->in_string) {
        end_content(m);
    }
    fe_text_values_break(m->text);
    m->level = 0;
    m->after_colon = false;
    m->name_len = 0;
    m->levels[0] = (struct level){false, {NULL, 0}};
}

void fe_json_values_keep(struct fe_json_values *m)
{
    fe_values_raw_keep(&m->raw);
    fe_text_values_keep(m->text);
    if (m->nested != NULL) {
        fe_json_values_keep(m->nested);
    }
}

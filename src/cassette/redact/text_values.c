/* SPDX-License-Identifier: MIT */
/* Text of no known grammar: URLs wherever they are, and, where the kind of text allows it, fields
 * of HTML forms, elements of XML, assignments and header lines.
 *
 * A value in a query is taken as it comes, for nothing else can be meant. All else is a guess: the
 * value is held until its end is seen, and only replaced if it looks like a secret, because what a
 * name marks wrongly ({token: "submit-button"}) would be struck out of the whole recording. */
#include <stdlib.h>

#include "cassette/redact/text_guess.h"
#include "cassette/redact/text_private.h"
#include "util/alloc.h"

struct fe_text_values *fe_text_values_new(struct fe_values *values, unsigned flags)
{
    struct fe_text_values *m = fe_xalloc(sizeof(*m));
    m->values = values;
    m->flags = flags;
    m->percent.plus_is_space = true;
    m->inner.plus_is_space = true;
    fe_buf_init_firm(&m->held, FE_TEXT_HELD_BYTES);
    fe_buf_init_firm(&m->held_raw, FE_TEXT_HELD_BYTES);
    return m;
}

void fe_text_values_free(struct fe_text_values *m)
{
    if (m != NULL) {
        fe_buf_done(&m->held);
        fe_buf_done(&m->held_raw);
        free(m);
    }
}

/* ── the scanner ── */

static void plain(struct fe_text_values *m, char c, struct fe_slice raw)
{
    m->history = m->history << 8 | (unsigned char)c;
    fe_values_plain(m->values, raw);
}

/* What the character behind the separator begins. False: nothing. */
static bool begin_value(struct fe_text_values *m, char c, struct fe_slice raw)
{
    if ((c == '"' || c == '\'') && (m->flags & FE_TEXT_QUOTED) != 0 && !m->rescanning &&
        fe_text_find_name(m, FE_NAME_JSON)) {
        plain(m, c, raw);
        fe_text_hold_begin(m, FE_TEXT_IN_QUOTES);
        m->closer = c;
        return true;
    }
    if (fe_text_ends_query_value(c)) {
        return false;
    }
    bool pair = m->separator == FE_TEXT_EQUALS && !m->spaced;
    bool query = pair && fe_text_name_is_query(m);
    bool first = pair && m->before == 0; /* a form, or a cookie */
    if ((query || first) && (m->flags & FE_TEXT_SCRIPT) == 0 &&
        fe_text_find_name(m, query ? FE_NAME_QUERY : FE_NAME_JSON)) {
        fe_text_take_begin(m, FE_TEXT_TAKE);
        fe_text_step(m, c, raw);
        return true;
    }
    bool line = m->separator == FE_TEXT_COLON && m->spaced && (m->flags & FE_TEXT_LINES) != 0;
    /* An unquoted value in a script is an expression, unless it is part of a URL. */
    bool word = pair && (query || (m->flags & FE_TEXT_SCRIPT) == 0);
    if ((line || word) && fe_text_find_name(m, query ? FE_NAME_QUERY : FE_NAME_JSON)) {
        fe_text_hold_begin(m, FE_TEXT_BARE);
        fe_text_step(m, c, raw);
        return true;
    }
    return false;
}

static void scan_separator(struct fe_text_values *m, char c)
{
    if (m->separator <= FE_TEXT_NAMED) {
        m->separator = c == '=' ? FE_TEXT_EQUALS : FE_TEXT_COLON;
        m->spaced = false;
    } else {
        fe_text_forget_name(m);
    }
}

static void scan_name_char(struct fe_text_values *m, char c)
{
    fe_text_add_to_name(m, c);
    ptrdiff_t at = (c | 0x20) == 'd' ? fe_text_nested_name(m) : -1;
    if (at >= 0) {
        struct fe_slice name = {m->name + at, m->name_len - 3 - (size_t)at};
        if (fe_rules_find(m->values->rules, FE_NAME_QUERY, name, &m->kind)) {
            fe_text_take_begin(m, FE_TEXT_NESTED);
        }
    }
}

/* Whether `c` ends a name that is not separated from its value yet: space, or the quotation mark
 * that is in front of it, too. */
static bool ends_name(const struct fe_text_values *m, char c)
{
    bool quote = (c == '"' || c == '\'') && (char)m->before == c;
    bool blank = c == ' ' || c == '\t';
    return m->name_len > 0 &&
           ((quote && m->separator == FE_TEXT_NOTHING) || (blank && m->separator <= FE_TEXT_NAMED));
}

/* Whether ">" ends the tag of an element whose text is a secret. */
static bool opens_element(struct fe_text_values *m, char c)
{
    char before = (char)m->before;
    return c == '>' && (m->flags & FE_TEXT_MARKUP) != 0 && !m->rescanning &&
           m->separator == FE_TEXT_NOTHING && (before == '<' || before == ':') &&
           fe_text_find_name(m, FE_NAME_JSON);
}

static void scan_other(struct fe_text_values *m, char c)
{
    if (ends_name(m, c)) {
        m->separator = FE_TEXT_NAMED;
    } else if ((c == ' ' || c == '\t') && m->separator > FE_TEXT_NAMED) {
        m->spaced = true;
    } else if (opens_element(m, c)) {
        fe_text_hold_begin(m, FE_TEXT_ELEMENT);
    } else {
        fe_text_forget_name(m);
    }
}

static void scan(struct fe_text_values *m, char c, struct fe_slice raw)
{
    bool behind_slash = (m->history & 0xffff) == (':' << 8 | '/');
    if (c != ' ' && c != '\t' && m->separator > FE_TEXT_NAMED && begin_value(m, c, raw)) {
        return;
    }
    if (c == '<' && (m->flags & FE_TEXT_MARKUP) != 0 && !m->rescanning) {
        fe_text_forget_name(m);
        fe_text_hold_begin(m, FE_TEXT_TAG);
        m->closer = '\0';
        (void)fe_text_hold(m, c, raw);
        m->history = m->history << 8 | '<';
        return;
    }
    if (fe_text_is_name_char(c)) {
        fe_values_plain(m->values, raw);
        scan_name_char(m, c);
        m->history = m->history << 8 | (unsigned char)c;
        return;
    }
    plain(m, c, raw);
    if (c == '/' && behind_slash) {
        fe_text_forget_name(m);
        fe_text_hold_begin(m, FE_TEXT_USERINFO);
    } else if (m->name_len > 0 && (c == '=' || c == ':')) {
        scan_separator(m, c);
    } else {
        scan_other(m, c);
    }
}

/* ── the modes ── */

static void step_userinfo(struct fe_text_values *m, char c, struct fe_slice raw)
{
    if (c == '@' && m->held.len > 0) {
        fe_text_hold_decide_userinfo(m);
        scan(m, c, raw);
    } else if ((unsigned char)c <= ' ' || strchr("/?#&;,\"'<>\\(){}[]|@", c) != NULL) {
        fe_text_hold_release(m);
        scan(m, c, raw);
    } else if (!fe_text_hold(m, c, raw)) {
        scan(m, c, raw);
    } else if (c == ':' && m->colon == 0) {
        m->colon = m->held.len;
        m->colon_raw = m->held_raw.len;
    }
}

static void step_bare(struct fe_text_values *m, char c, struct fe_slice raw)
{
    struct fe_slice text = fe_buf_slice(&m->held);
    if (c == ' ' && fe_guess_is_scheme(text)) {
        (void)fe_text_hold(m, c, raw);
    } else if (fe_text_ends_query_value(c) || c == '(' || c == ')') {
        if (c == '(') {
            fe_text_hold_release(m);
        } else {
            fe_text_hold_decide(m);
        }
        fe_text_step(m, c, raw);
    } else if (!fe_text_hold(m, c, raw)) {
        scan(m, c, raw);
    }
}

static void step_quoted(struct fe_text_values *m, char c, struct fe_slice raw)
{
    size_t backslashes = 0;
    while (backslashes < m->held.len && m->held.ptr[m->held.len - 1 - backslashes] == '\\') {
        backslashes++;
    }
    if ((c == m->closer && backslashes % 2 == 0) || c == '\n') {
        fe_text_hold_decide(m);
        fe_text_step(m, c, raw);
    } else if (!fe_text_hold(m, c, raw)) {
        scan(m, c, raw);
    }
}

static void step_element(struct fe_text_values *m, char c, struct fe_slice raw)
{
    if (c == '<') {
        fe_text_hold_decide(m);
        fe_text_step(m, c, raw);
    } else if (!fe_text_hold(m, c, raw)) {
        scan(m, c, raw);
    }
}

static void step_tag(struct fe_text_values *m, char c, struct fe_slice raw)
{
    if (!fe_text_hold(m, c, raw)) {
        scan(m, c, raw);
        return;
    }
    if (m->closer != '\0') {
        m->closer = (char)(c == m->closer ? '\0' : m->closer);
    } else if (c == '"' || c == '\'') {
        m->closer = c;
    } else if (c == '>') {
        fe_text_hold_decide_tag(m);
        return;
    }
    if (!fe_guess_may_be_field(fe_buf_slice(&m->held))) {
        fe_text_hold_release(m);
    }
}

/* Behind a nested value the next pair may come, so its "%26" counts as the beginning of a name. */
static void step_nested(struct fe_text_values *m, char c, struct fe_slice raw)
{
    fe_text_take_nested(m, c, raw);
    if (m->nested_over != '\0') {
        m->mode = FE_TEXT_SCAN;
        fe_text_forget_name(m);
        if (m->nested_over == '&') {
            fe_text_add_to_name(m, '%');
            fe_text_add_to_name(m, '2');
            fe_text_add_to_name(m, '6');
        }
    }
}

void fe_text_step(struct fe_text_values *m, char c, struct fe_slice raw)
{
    switch (m->mode) {
    case FE_TEXT_TAKE:
        if (fe_text_ends_query_value(c)) {
            fe_text_take_end(m);
            scan(m, c, raw);
        } else {
            fe_text_take(m, c, raw);
        }
        return;
    case FE_TEXT_NESTED:
        if (fe_text_ends_query_value(c)) {
            fe_text_take_end(m);
            scan(m, c, raw);
            return;
        }
        step_nested(m, c, raw);
        return;
    case FE_TEXT_USERINFO:
        step_userinfo(m, c, raw);
        return;
    case FE_TEXT_BARE:
        step_bare(m, c, raw);
        return;
    case FE_TEXT_IN_QUOTES:
        step_quoted(m, c, raw);
        return;
    case FE_TEXT_ELEMENT:
        step_element(m, c, raw);
        return;
    case FE_TEXT_TAG:
        step_tag(m, c, raw);
        return;
    case FE_TEXT_SCAN:
        break;
    }
    scan(m, c, raw);
}

/* ── public ── */

void fe_text_values_push(struct fe_text_values *m, struct fe_slice text, struct fe_slice raw)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = text.ptr == raw.ptr ? fe_text_skip(m, fe_slice_from(text, i)) : 0;
        if (len == 0) {
            fe_text_step(m, text.ptr[i], fe_values_raw_of(text, raw, i));
            len = 1;
        }
        i += len;
    }
}

void fe_text_values_break(struct fe_text_values *m)
{
    if (m->mode == FE_TEXT_TAKE || m->mode == FE_TEXT_NESTED) {
        fe_text_take_end(m);
    } else if (m->mode == FE_TEXT_BARE || m->mode == FE_TEXT_IN_QUOTES) {
        fe_text_hold_decide(m);
    } else if (m->mode != FE_TEXT_SCAN) {
        fe_text_hold_release(m);
    }
    /* What was released may have begun something. */
    if (m->mode != FE_TEXT_SCAN) {
        fe_text_values_break(m);
    }
    fe_text_forget_name(m);
    m->history = 0;
}

void fe_text_values_keep(struct fe_text_values *m)
{
    fe_values_raw_keep(&m->percent.raw);
    fe_values_raw_keep(&m->inner.raw);
}

/* SPDX-License-Identifier: MIT */
/* A view holds only what lies within reach of something decoded: the rest means the same as in its
 * parent, and is searched there. So text with few escapes costs little, and views upon views are
 * small or empty. Where something is left out, a token says so, and no match may span it. */
#include "cassette/redact/secret_views_private.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "util/secret.h"
#include "util/utf8.h"

enum {
    TOKENS_FIRST = 64,
    UNIT_BYTES_MAX = 12 /* two surrogates */
};

/* What stands at the front of a text. */
struct unit {
    size_t in; /* 0: no escape */
    size_t out;
    char bytes[4];
    bool cut; /* the text ends amid what may be one */
};

typedef struct unit decode_fn(struct fe_slice text);

static struct unit decode_percent(struct fe_slice text)
{
    struct unit unit = {0};
    int high = text.len > 1 ? fe_hex_digit(text.ptr[1]) : 0;
    int low = text.len > 2 ? fe_hex_digit(text.ptr[2]) : 0;
    if (high >= 0 && low >= 0) {
        unit.cut = text.len < 3;
        unit.in = unit.cut ? 0 : 3;
        unit.out = 1;
        unit.bytes[0] = (char)(high * 16 + low);
    }
    return unit;
}

/* "\uXXXX": -1 if it is none, -2 if the text ends within it. */
static long read_unit16(struct fe_slice text)
{
    const char *intro = "\\u";
    long value = 0;
    for (size_t i = 0; i < 6; i++) {
        if (i == text.len) {
            return -2;
        }
        int digit = i < 2 ? (text.ptr[i] == intro[i] ? 0 : -1) : fe_hex_digit(text.ptr[i]);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

static struct unit decode_unicode(struct fe_slice text)
{
    struct unit unit = {0};
    long first = read_unit16(text);
    bool is_high = first >= 0xd800 && first <= 0xdbff;
    long second = is_high ? read_unit16(fe_slice_from(text, 6)) : -1;
    if (first == -2 || second == -2) {
        unit.cut = true;
    } else if (second >= 0xdc00 && second <= 0xdfff) {
        unit.in = 12;
        first = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    } else if (first >= 0 && (first < 0xd800 || first > 0xdfff)) {
        unit.in = 6;
    }
    if (unit.in > 0) {
        unit.out = fe_utf8_encode((uint32_t)first, unit.bytes);
    }
    return unit;
}

static struct unit decode_json(struct fe_slice text)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    struct unit unit = {.cut = text.len < 2};
    if (unit.cut) {
        return unit;
    }
    if (text.ptr[1] == 'u') {
        return decode_unicode(text);
    }
    const char *name = memchr(names, text.ptr[1], sizeof(names) - 1);
    if (name) {
        unit.in = 2;
        unit.out = 1;
        unit.bytes[0] = meanings[name - names];
    }
    return unit;
}

/* ── building one ── */

static void ensure_bytes(struct fe_view *view, size_t capacity)
{
    if (view->bytes_capacity < capacity) {
        if (view->bytes) {
            fe_wipe(view->bytes, view->bytes_capacity);
        }
        free(view->bytes);
        view->bytes = fe_xalloc(capacity);
        view->bytes_capacity = capacity;
    }
}

static void add_token(struct fe_view *view, size_t from, size_t in, size_t out)
{
    if (view->token_count == view->token_capacity) {
        size_t capacity = view->token_capacity ? view->token_capacity * 2 : TOKENS_FIRST;
        struct fe_view_token *tokens = fe_xalloc(capacity * sizeof(*tokens));
        if (view->tokens) {
            memcpy(tokens, view->tokens, view->token_count * sizeof(*tokens));
        }
        free(view->tokens);
        view->tokens = tokens;
        view->token_capacity = capacity;
    }
    view->tokens[view->token_count++] = (struct fe_view_token){view->text.len, from, in, out};
}

static void put(struct fe_view *view, const char *bytes, size_t len)
{
    memcpy(view->bytes + view->text.len, bytes, len);
    view->text.len += len;
}

/* The next escape of either kind in [at, end), or `end`. */
static size_t next_escape(struct fe_slice text, size_t at, size_t end)
{
    for (; at < end; at++) {
        struct unit unit = {0};
        if (text.ptr[at] == '%') {
            unit = decode_percent(fe_slice_from(text, at));
        } else if (text.ptr[at] == '\\') {
            unit = decode_json(fe_slice_from(text, at));
        }
        if (unit.in > 0 || unit.cut) {
            break;
        }
    }
    return at;
}

/* What no match can need of the text between two escapes. */
struct gap {
    size_t begin; /* both at the end of that text: there is nothing to be left out */
    size_t end;
};

/* Between two escapes of this view, or, at the `front`, before the first. Escapes that views upon
 * this one resolve may stand between, and shorten the way: only text without any separates. */
static struct gap find_gap(struct fe_slice text, size_t from, size_t to, size_t reach, bool front)
{
    size_t before = from; /* the escape before, and where the row that it is in began */
    size_t row = from;
    struct gap gap = {to, to};
    for (size_t next = from; before < to; next = before + 1) {
        size_t at = next_escape(text, next, to);
        if (at - before > reach) {
            gap.begin = gap.begin == to ? before + reach : gap.begin;
            row = at;
        }
        before = at;
    }
    if (gap.begin < to) {
        gap.begin = front ? from : gap.begin;
        gap.end = row - gap.begin > reach ? row - reach : gap.begin;
    }
    return gap;
}

/* The parent's text from `from`, behind an escape or at the front, up to one at `to`, or the end.
 */
static void put_plain(struct fe_view *view, struct fe_slice parent, size_t from, size_t to,
                      size_t reach)
{
    bool front = view->token_count == 0;
    const struct gap gap = find_gap(parent, from, to, reach + UNIT_BYTES_MAX, front);
    put(view, parent.ptr + from, gap.begin - from);
    if (gap.end > gap.begin) {
        add_token(view, gap.begin, gap.end - gap.begin, 0);
    }
    put(view, parent.ptr + gap.end, to - gap.end);
}

/* The next escape from `at` on; parent's length if there is none. */
static size_t find_unit(struct fe_slice parent, size_t at, char trigger, decode_fn *decode,
                        struct unit *unit)
{
    while (at < parent.len) {
        const char *found = memchr(parent.ptr + at, trigger, parent.len - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - parent.ptr);
        *unit = decode(fe_slice_from(parent, at));
        if (unit->in > 0 || unit->cut) {
            return at;
        }
        at++;
    }
    return parent.len;
}

static void build(struct fe_view *view, const struct fe_view *parent, bool percent, size_t reach)
{
    decode_fn *decode = percent ? decode_percent : decode_json;
    const char trigger = (char)(percent ? '%' : '\\');
    struct fe_slice text = parent->text;
    struct unit unit = {0};
    size_t done = 0;
    size_t at = find_unit(text, 0, trigger, decode, &unit);
    view->token_count = 0;
    view->open = parent->open;
    view->active = at < text.len && (unit.in > 0 || parent->open);
    if (!view->active) {
        return;
    }
    ensure_bytes(view, text.len);
    view->text = (struct fe_slice){view->bytes, 0};
    while (at < text.len && (unit.in > 0 || parent->open)) {
        put_plain(view, text, done, at, reach);
        if (unit.cut) {
            return; /* the view ends here until more is known */
        }
        add_token(view, at, unit.in, unit.out);
        put(view, unit.bytes, unit.out);
        done = at + unit.in;
        at = find_unit(text, done, trigger, decode, &unit);
    }
    const struct gap gap = find_gap(text, done, text.len, reach + UNIT_BYTES_MAX, false);
    view->open = view->open && gap.begin == text.len;
    put(view, text.ptr + done, gap.begin - done);
}

void fe_views_build(struct fe_views *views, struct fe_slice text, size_t reach, bool last)
{
    struct fe_view *items = views->items;
    items[0].active = true;
    items[0].open = !last;
    items[0].text = text;
    for (size_t i = 1; i < FE_SECRET_VIEWS; i++) {
        const struct fe_view *parent = &items[(i - 1) / 2];
        items[i].active = false;
        if (parent->active) {
            build(&items[i], parent, i % 2 == 1, reach);
        }
    }
}

void fe_views_done(struct fe_views *views)
{
    for (size_t i = 1; i < FE_SECRET_VIEWS; i++) {
        struct fe_view *view = &views->items[i];
        fe_wipe(view->bytes, view->bytes_capacity);
        free(view->bytes);
        free(view->tokens);
        *view = (struct fe_view){0};
    }
}

/* ── from a view to the text, and back ── */

/* The last token that begins at or before a place in the view, or in its parent; NULL. */
static const struct fe_view_token *token_before(const struct fe_view *view, size_t place,
                                                bool in_parent)
{
    size_t low = 0;
    size_t high = view->token_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct fe_view_token *token = &view->tokens[middle];
        if ((in_parent ? token->from : token->at) <= place) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? &view->tokens[low - 1] : NULL;
}

/* Where the escape, or the plain byte, at `at` in the view begins in the parent. */
static size_t begin_in_parent(const struct fe_view *view, size_t at)
{
    const struct fe_view_token *token = token_before(view, at, false);
    if (token == NULL) {
        return at;
    }
    return at < token->at + token->out ? token->from
                                       : token->from + token->in + (at - token->at - token->out);
}

/* Where that of the last byte before `end` ends there. */
static size_t end_in_parent(const struct fe_view *view, size_t end)
{
    const struct fe_view_token *token = token_before(view, end - 1, false);
    if (token && end <= token->at + token->out) {
        return token->from + token->in;
    }
    return begin_in_parent(view, end - 1) + 1;
}

/* Bytes [at, end) of the view were neighbours in the parent, too. */
static bool is_whole(const struct fe_view *view, size_t at, size_t end)
{
    const struct fe_view_token *token = token_before(view, end - 1, false);
    while (token && token->at > at) {
        if (token->out == 0) {
            return false;
        }
        token = token > view->tokens ? token - 1 : NULL;
    }
    return true;
}

bool fe_views_locate(const struct fe_views *views, size_t view, size_t *at, size_t *end)
{
    for (; view > 0; view = (view - 1) / 2) {
        const struct fe_view *item = &views->items[view];
        if (!is_whole(item, *at, *end)) {
            return false;
        }
        size_t begin = begin_in_parent(item, *at);
        *end = end_in_parent(item, *end);
        *at = begin;
    }
    return true;
}

size_t fe_views_certain(const struct fe_views *views, size_t reach)
{
    size_t certain = views->items[0].text.len;
    for (size_t i = 0; i < FE_SECRET_VIEWS; i++) {
        const struct fe_view *item = &views->items[i];
        if (!item->active || !item->open) {
            continue;
        }
        size_t at = item->text.len >= reach ? item->text.len + 1 - reach : 0;
        for (size_t view = i; view > 0; view = (view - 1) / 2) {
            at = begin_in_parent(&views->items[view], at);
        }
        certain = at < certain ? at : certain;
    }
    return certain;
}

/* The beginning, in the view, of what covers a place in its parent. False: it is in a gap. */
static bool into_view(const struct fe_view *view, size_t *at)
{
    const struct fe_view_token *token = token_before(view, *at, true);
    if (token && *at < token->from + token->in) {
        *at = token->at;
        return token->out > 0;
    }
    *at = token ? token->at + token->out + (*at - token->from - token->in) : *at;
    return *at <= view->text.len;
}

static size_t boundary_in(const struct fe_views *views, size_t view, size_t at)
{
    size_t path[FE_SECRET_VIEW_DEPTH];
    size_t depth = 0;
    size_t place = at;
    for (size_t v = view; v > 0; v = (v - 1) / 2) {
        path[depth++] = v;
    }
    for (size_t i = depth; i > 0; i--) {
        if (!into_view(&views->items[path[i - 1]], &place)) {
            return at;
        }
    }
    for (size_t i = 0; i < depth; i++) {
        place = begin_in_parent(&views->items[path[i]], place);
    }
    return place < at ? place : at;
}

size_t fe_views_boundary(const struct fe_views *views, size_t at)
{
    for (size_t i = 1; i < FE_SECRET_VIEWS;) {
        size_t moved = views->items[i].active ? boundary_in(views, i, at) : at;
        i = moved < at ? 1 : i + 1;
        at = moved;
    }
    return at;
}

/* SPDX-License-Identifier: MIT */
#include "util/json_scan.h"

#include <errno.h>

#include "util/utf8.h"

void fe_json_scan_init(struct fe_json_scan *s, struct fe_slice text)
{
    s->at = text.ptr;
    s->end = fe_slice_end(text);
    s->depth = 0;
}

/* The byte at the front; 0, which no rule allows outside a string, at the end. */
static char peek(const struct fe_json_scan *s)
{
    return (char)(s->at < s->end ? *s->at : '\0');
}

void fe_json_scan_space(struct fe_json_scan *s)
{
    while (s->at < s->end &&
           (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t')) {
        s->at++;
    }
}

static bool take(struct fe_json_scan *s, char c)
{
    if (peek(s) != c) {
        return false;
    }
    s->at++;
    return true;
}

static int take_literal(struct fe_json_scan *s, struct fe_slice literal)
{
    struct fe_slice rest = {s->at, (size_t)(s->end - s->at)};
    if (!fe_slice_starts(rest, literal)) {
        return -EBADMSG;
    }
    s->at += literal.len;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int take_digits(struct fe_json_scan *s)
{
    if (!is_digit(peek(s))) {
        return -EBADMSG;
    }
    while (is_digit(peek(s))) {
        s->at++;
    }
    return 0;
}

static int take_number(struct fe_json_scan *s)
{
    (void)take(s, '-');
    int r = take(s, '0') ? 0 : take_digits(s);
    if (r == 0 && take(s, '.')) {
        r = take_digits(s);
    }
    if (r == 0 && (take(s, 'e') || take(s, 'E'))) {
        if (!take(s, '+')) {
            (void)take(s, '-');
        }
        r = take_digits(s);
    }
    return r;
}

/* What follows a backslash. */
static int take_escape(struct fe_json_scan *s)
{
    if (!take(s, 'u')) {
        if (peek(s) == '\0' || strchr("\"\\/bfnrt", *s->at) == NULL) {
            return -EBADMSG;
        }
        s->at++;
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        if (fe_hex_digit(peek(s)) < 0) {
            return -EBADMSG;
        }
        s->at++;
    }
    return 0;
}

/* Whether all eight bytes are ASCII that stands for itself in a string: neither quote, backslash
 * nor control. A byte borrows from its neighbour only if it is one of these itself, so the answer
 * is exact. */
static bool all_plain(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = ones * 0x80;
    uint64_t word = 0;
    memcpy(&word, at, sizeof(word));
    uint64_t quote = word ^ (ones * '"');
    uint64_t backslash = word ^ (ones * '\\');
    return (((word - ones * ' ') | (quote - ones) | (backslash - ones) | word) & highs) == 0;
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= ' ' && byte < 0x80 && byte != '"' && byte != '\\';
}

static void skip_plain(struct fe_json_scan *s)
{
    while (s->end - s->at >= 8 && all_plain(s->at)) {
        s->at += 8;
    }
    while (s->at < s->end && is_plain(*s->at)) {
        s->at++;
    }
}

/* A run of characters past ASCII. If there is none, a control character is here, or the end. */
static int take_utf8(struct fe_json_scan *s)
{
    size_t length = 0;
    while ((unsigned char)peek(s) >= 0x80) {
        length = fe_utf8_length((struct fe_slice){s->at, (size_t)(s->end - s->at)});
        if (length == 0) {
            break;
        }
        s->at += length;
    }
    return length > 0 ? 0 : -EBADMSG;
}

static int take_string(struct fe_json_scan *s)
{
    if (!take(s, '"')) {
        return -EBADMSG;
    }
    int r = 0;
    while (r == 0) {
        skip_plain(s);
        if (take(s, '"')) {
            return 0;
        }
        r = take(s, '\\') ? take_escape(s) : take_utf8(s);
    }
    return r;
}

int fe_json_scan_key(struct fe_json_scan *s, struct fe_slice *key_out)
{
    const char *first = s->at;
    int r = take_string(s);
    if (r < 0) {
        return r;
    }
    *key_out = (struct fe_slice){first, (size_t)(s->at - first)};
    fe_json_scan_space(s);
    if (!take(s, ':')) {
        return -EBADMSG;
    }
    fe_json_scan_space(s);
    return 0;
}

/* What take_start() and take_rest() give when the value goes on with one inside it. */
enum {
    INNER_VALUE = 1
};

/* Up to the next value in the container on top. */
static int take_inner_key(struct fe_json_scan *s)
{
    struct fe_slice key;
    int r = s->closers[s->depth - 1] == '}' ? fe_json_scan_key(s, &key) : 0;
    return r < 0 ? r : INNER_VALUE;
}

static int open_container(struct fe_json_scan *s, char closer)
{
    if (s->depth == FE_LIMIT_JSON_DEPTH) {
        return -E2BIG;
    }
    s->at++;
    fe_json_scan_space(s);
    if (take(s, closer)) {
        return 0;
    }
    s->closers[s->depth++] = closer;
    return take_inner_key(s);
}

/* A scalar, an empty container, or the opening of one. */
static int take_start(struct fe_json_scan *s)
{
    switch (peek(s)) {
    case '{':
        return open_container(s, '}');
    case '[':
        return open_container(s, ']');
    case '"':
        return take_string(s);
    case 't':
        return take_literal(s, FE_SLICE("true"));
    case 'f':
        return take_literal(s, FE_SLICE("false"));
    case 'n':
        return take_literal(s, FE_SLICE("null"));
    default:
        return take_number(s);
    }
}

/* Behind a value: closes what ends here; with a comma the next one comes. */
static int take_rest(struct fe_json_scan *s)
{
    while (s->depth > 0) {
        fe_json_scan_space(s);
        if (take(s, ',')) {
            fe_json_scan_space(s);
            return take_inner_key(s);
        }
        if (!take(s, s->closers[s->depth - 1])) {
            return -EBADMSG;
        }
        s->depth--;
    }
    return 0;
}

static enum fe_json_kind kind_of(char first)
{
    switch (first) {
    case '{':
        return FE_JSON_OBJECT;
    case '[':
        return FE_JSON_ARRAY;
    case '"':
        return FE_JSON_STRING;
    case 't':
        return FE_JSON_TRUE;
    case 'f':
        return FE_JSON_FALSE;
    case 'n':
        return FE_JSON_NULL;
    default:
        return FE_JSON_NUMBER;
    }
}

int fe_json_scan_value(struct fe_json_scan *s, struct fe_json *value_out)
{
    const char *first = s->at;
    int r = 0;
    do {
        r = take_start(s);
        if (r == 0) {
            r = take_rest(s);
        }
    } while (r == INNER_VALUE);
    if (r == 0) {
        *value_out = (struct fe_json){kind_of(*first), {first, (size_t)(s->at - first)}};
    }
    return r;
}

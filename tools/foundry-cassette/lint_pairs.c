/* SPDX-License-Identifier: MIT */
/* Values by their names. In a view that was decoded, and in text of no known form, what follows a
 * secret name must look like a secret, too: programs and manuals are full of such names. */
#include <ctype.h>

#include "cassette/redact/secrets.h"
#include "foundry-cassette/lint_view_private.h"
#include "util/limits.h"
#include "util/secret.h"

enum {
    LOOSE_VALUE_BYTES_MIN = 8,
    BREAK_BYTES_MAX = 256 /* between a multipart name and its value */
};

static const char *const named = "the value of a secret name";

static struct fe_slice without_scheme(struct fe_slice value)
{
    static const struct fe_slice schemes[] = {FE_SLICE_INIT("Bearer "), FE_SLICE_INIT("Basic "),
                                              FE_SLICE_INIT("Token ")};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t len = schemes[i].len;
        if (value.len > len && fe_slice_eq_nocase((struct fe_slice){value.ptr, len}, schemes[i])) {
            return fe_slice_from(value, len);
        }
    }
    return value;
}

/* Takes one character off, escapes resolved; `out` gets up to 1 byte. How many bytes it was. */
size_t fe_lint_percent_char(struct fe_slice text, char *out)
{
    if (text.ptr[0] == '%' && text.len >= 3 && fe_hex_digit(text.ptr[1]) >= 0 &&
        fe_hex_digit(text.ptr[2]) >= 0) {
        *out = (char)(fe_hex_digit(text.ptr[1]) << 4 | fe_hex_digit(text.ptr[2]));
        return 3;
    }
    *out = text.ptr[0];
    return 1;
}

size_t fe_lint_json_char(struct fe_slice text, char *out)
{
    static const char names[] = "bfnrt";
    *out = text.ptr[0];
    if (text.ptr[0] != '\\' || text.len < 2) {
        return 1;
    }
    const char *name = text.ptr[1] ? strchr(names, text.ptr[1]) : NULL;
    if (text.ptr[1] != 'u') {
        *out = (char)(name ? "\b\f\n\r\t"[name - names] : text.ptr[1]);
        return 2;
    }
    unsigned code = 0;
    for (size_t i = 2; i < 6; i++) {
        int digit = i < text.len ? fe_hex_digit(text.ptr[i]) : -1;
        if (digit < 0) {
            return 1;
        }
        code = code << 4 | (unsigned)digit;
    }
    *out = (char)(code < 0x80 ? code : '?'); /* no secret that has a shape has such a character */
    return 6;
}

/* As it is, percent-encoded, or escaped as JSON may be. */
static bool is_placeholder(struct fe_slice value)
{
    static const char begin[] = "fe~";
    for (size_t i = 0; i < sizeof(begin) - 1; i++) {
        char c = '\0';
        if (value.len == 0) {
            return false;
        }
        size_t len =
            *value.ptr == '\\' ? fe_lint_json_char(value, &c) : fe_lint_percent_char(value, &c);
        /* Percent-encoded twice, "~" is "%257E". */
        if (c != begin[i] && c != '%') {
            return false;
        }
        value = fe_slice_from(value, len);
    }
    return true;
}

/* "user:password" in base64, of which only the user is left. */
static bool is_replaced_basic(struct fe_slice value)
{
    struct fe_buf pair;
    struct fe_slice password;
    struct fe_slice user = {NULL, 0};
    fe_buf_init(&pair, FE_LIMIT_HEAD_BYTES);
    bool decodes = fe_base64_decode(value, &pair) == 0;
    password = fe_buf_slice(&pair);
    bool replaced = decodes && fe_slice_split(&password, ':', &user) && is_placeholder(password);
    fe_buf_done(&pair);
    return replaced;
}

/* `value` without its scheme. */
static bool is_replaced(struct fe_slice value)
{
    return is_placeholder(value) || is_replaced_basic(value);
}

static bool looks_secret(struct fe_slice value)
{
    bool digit = false;
    bool letter = false;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c <= ' ' || c >= 0x7f || strchr("<>(){}[]$;,|\"'`\\", (char)c)) {
            return false;
        }
        digit = digit || isdigit(c);
        letter = letter || isalpha(c);
    }
    return value.len >= LOOSE_VALUE_BYTES_MIN && digit && letter;
}

static void learn(const struct fe_lint_view *lint, struct fe_slice value)
{
    if (value.len >= FE_SECRET_SEARCHED_BYTES_MIN) {
        (void)fe_secrets_learn(lint->secrets, FE_SLICE("secret"), value);
    }
}

void fe_lint_view_value(const struct fe_lint_view *lint, struct fe_slice name,
                        struct fe_slice value)
{
    struct fe_slice secret = without_scheme(value);
    if (secret.len > 0 && !is_replaced(secret) && !lint->known_only) {
        const struct fe_lint_hit found = {0, value.len, named, name};
        learn(lint, secret);
        lint->on_hit(lint->arg, &found);
    }
}

struct pair {
    enum fe_name_place place;
    struct fe_slice name;
    struct fe_slice value;
    bool strict;
};

static void check_pair(const struct fe_lint_layer *view, const struct pair *pair)
{
    struct fe_slice value = without_scheme(pair->value);
    struct fe_slice kind = {NULL, 0};
    if (value.len == 0 || pair->name.len == 0 || (!pair->strict && !looks_secret(value)) ||
        !fe_rules_find(view->lint->rules, pair->place, pair->name, &kind) || is_replaced(value)) {
        return;
    }
    size_t start = (size_t)(value.ptr - view->text.ptr);
    learn(view->lint, value);
    fe_lint_tell(view, start, start + value.len, named, pair->name);
}

/* The end of a string of JSON that begins behind its quote, or of the text. */
static size_t string_end(struct fe_slice text, size_t at)
{
    while (at < text.len && text.ptr[at] != '"') {
        at += text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
    }
    return at < text.len ? at : text.len;
}

/* `"name": "value"`, seen from the colon. */
void fe_lint_check_member(const struct fe_lint_layer *view, size_t colon)
{
    struct fe_slice text = view->text;
    size_t end = colon;
    size_t value = colon + 1;
    while (end > 0 && text.ptr[end - 1] == ' ') {
        end--;
    }
    while (value < text.len && isspace((unsigned char)text.ptr[value])) {
        value++;
    }
    if (end < 2 || text.ptr[end - 1] != '"' || value >= text.len || text.ptr[value] != '"') {
        return;
    }
    size_t name = --end;
    while (name > 0 && text.ptr[name - 1] != '"' && end - name < FE_LINT_NAME_BYTES_MAX) {
        name--;
    }
    struct pair pair = {FE_NAME_JSON,
                        {text.ptr + name, end - name},
                        {text.ptr + value + 1, string_end(text, value + 1) - value - 1},
                        (view->flags & FE_LINT_JSON) != 0};
    check_pair(view, &pair);
}

bool fe_lint_is_name_char(char c)
{
    return isalnum((unsigned char)c) || strchr("_-.[]%", c) != NULL;
}

static bool ends_pair(char c)
{
    return (unsigned char)c <= ' ' || strchr("&;\"'<>#\\`", c) != NULL;
}

/* `name="password"`, and the value behind an empty line, as multipart has it. */
static void check_part(const struct fe_lint_layer *view, size_t equals)
{
    struct fe_slice text = view->text;
    if (equals < 4 || memcmp(text.ptr + equals - 4, "name", 4) != 0 || equals + 1 >= text.len ||
        text.ptr[equals + 1] != '"' ||
        (equals > 4 && isalnum((unsigned char)text.ptr[equals - 5]))) {
        return;
    }
    size_t end = string_end(text, equals + 2);
    size_t at = end;
    while (at + 4 <= text.len && at - end < BREAK_BYTES_MAX &&
           memcmp(text.ptr + at, "\r\n\r\n", 4) != 0) {
        at++;
    }
    if (at + 4 > text.len || at - end >= BREAK_BYTES_MAX) {
        return;
    }
    at += 4;
    size_t value_end = at;
    while (value_end < text.len && text.ptr[value_end] != '\r') {
        value_end++;
    }
    struct pair pair = {FE_NAME_QUERY,
                        {text.ptr + equals + 2, end - equals - 2},
                        {text.ptr + at, value_end - at},
                        view->depth == 0};
    check_pair(view, &pair);
}

/* `name=value` of a query or a form, seen from the equals sign. */
void fe_lint_check_parameter(const struct fe_lint_layer *view, size_t equals)
{
    struct fe_slice text = view->text;
    size_t name = equals;
    size_t end = equals + 1;
    while (name > 0 && fe_lint_is_name_char(text.ptr[name - 1]) &&
           equals - name < FE_LINT_NAME_BYTES_MAX) {
        name--;
    }
    while (end < text.len && !ends_pair(text.ptr[end])) {
        end++;
    }
    bool in_query = name == 0 || text.ptr[name - 1] == '?' || text.ptr[name - 1] == '&';
    struct pair pair = {FE_NAME_QUERY,
                        {text.ptr + name, equals - name},
                        {text.ptr + equals + 1, end - equals - 1},
                        in_query && (view->flags & FE_LINT_FORM) != 0};
    if (in_query) {
        check_pair(view, &pair);
    }
    check_part(view, equals);
}

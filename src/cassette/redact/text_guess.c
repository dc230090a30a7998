/* SPDX-License-Identifier: MIT */
#include "cassette/redact/text_guess.h"

#include "cassette/redact/values.h"
#include "util/json.h"

enum {
    SECRET_BYTES_MIN = 8,
    REFERENCE_BYTES_MAX = 10
};

bool fe_guess_is_scheme(struct fe_slice text)
{
    return fe_slice_eq_nocase(text, FE_SLICE("Bearer")) ||
           fe_slice_eq_nocase(text, FE_SLICE("Basic")) ||
           fe_slice_eq_nocase(text, FE_SLICE("Token"));
}

static bool is_personal(struct fe_slice kind)
{
    return fe_slice_has_word(FE_SLICE("email name user phone"), ' ', kind);
}

bool fe_guess_is_secret(struct fe_slice kind, struct fe_slice text)
{
    bool has_digit = false;
    if (is_personal(kind)) {
        return text.len > 0;
    }
    text = fe_slice_from(text, fe_values_scheme(text));
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c <= ' ' || c == 0x7f || strchr("(){}[]<>", c) != NULL) {
            return false;
        }
        has_digit = has_digit || (c >= '0' && c <= '9');
    }
    return has_digit && text.len >= SECRET_BYTES_MIN;
}

struct fe_slice fe_guess_unquote(struct fe_slice text, struct fe_arena *arena)
{
    struct fe_json json;
    struct fe_slice meaning = text;
    if (fe_slice_index(text, '\\') < 0) {
        return text;
    }
    struct fe_slice quoted = fe_arena_printf(arena, "\"" FE_PRI "\"", FE_ARG(text));
    if (fe_json_parse(quoted, &json, NULL) < 0 || fe_json_string(&json, arena, &meaning) < 0) {
        return text;
    }
    return meaning;
}

/* ── markup ── */

/* The number in "#39" or "#x27", or 0. */
static uint32_t numeric_reference(struct fe_slice name)
{
    bool hex = name.len > 1 && (name.ptr[1] | 0x20) == 'x';
    uint32_t number = 0;
    for (size_t i = hex ? 2 : 1; i < name.len; i++) {
        int digit = fe_hex_digit(name.ptr[i]);
        if (digit < 0 || (!hex && digit > 9)) {
            return 0;
        }
        number = number * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return number;
}

/* A character of ASCII; '\0': none that is known. */
static char reference(struct fe_slice name)
{
    static const struct {
        struct fe_slice name;
        char c;
    } known[] = {
        {FE_SLICE_INIT("amp"), '&'},  {FE_SLICE_INIT("lt"), '<'},    {FE_SLICE_INIT("gt"), '>'},
        {FE_SLICE_INIT("quot"), '"'}, {FE_SLICE_INIT("apos"), '\''},
    };
    if (name.len > 0 && name.ptr[0] == '#') {
        uint32_t number = numeric_reference(name);
        return (char)(number < 0x80 ? number : 0);
    }
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fe_slice_eq(name, known[i].name)) {
            return known[i].c;
        }
    }
    return '\0';
}

struct fe_slice fe_guess_unescape_markup(struct fe_slice text, struct fe_arena *arena)
{
    char *out = fe_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    while (text.len > 0) {
        struct fe_slice rest = fe_slice_from(text, 1);
        ptrdiff_t end = text.ptr[0] == '&' ? fe_slice_index(rest, ';') : -1;
        char c = '\0';
        if (end > 0 && end < REFERENCE_BYTES_MAX) {
            c = reference((struct fe_slice){rest.ptr, (size_t)end});
        }
        out[len++] = (char)(c != '\0' ? c : text.ptr[0]);
        text = c != '\0' ? fe_slice_from(rest, (size_t)end + 1) : rest;
    }
    return (struct fe_slice){out, len};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '/';
}

static struct fe_slice take_until(struct fe_slice *rest, const char *stops)
{
    size_t len = 0;
    while (len < rest->len && !is_space(rest->ptr[len]) &&
           (rest->ptr[len] == '\0' || strchr(stops, rest->ptr[len]) == NULL)) {
        len++;
    }
    struct fe_slice taken = {rest->ptr, len};
    *rest = fe_slice_from(*rest, len);
    return taken;
}

static void skip_space(struct fe_slice *rest)
{
    while (rest->len > 0 && is_space(rest->ptr[0])) {
        *rest = fe_slice_from(*rest, 1);
    }
}

static struct fe_slice take_value(struct fe_slice *rest)
{
    char quote = (char)(rest->len > 0 ? rest->ptr[0] : '\0');
    if (quote != '"' && quote != '\'') {
        size_t len = 0;
        while (len < rest->len && (unsigned char)rest->ptr[len] > ' ' && rest->ptr[len] != '>') {
            len++;
        }
        struct fe_slice bare = {rest->ptr, len};
        *rest = fe_slice_from(*rest, len);
        return bare;
    }
    *rest = fe_slice_from(*rest, 1);
    ptrdiff_t end = fe_slice_index(*rest, quote);
    struct fe_slice value = {rest->ptr, end < 0 ? rest->len : (size_t)end};
    *rest = fe_slice_from(*rest, end < 0 ? rest->len : (size_t)end + 1);
    return value;
}

/* False at the end of the tag. */
static bool take_attribute(struct fe_slice *rest, struct fe_slice *name, struct fe_slice *value)
{
    skip_space(rest);
    *value = (struct fe_slice){NULL, 0};
    *name = take_until(rest, "=>");
    skip_space(rest);
    if (rest->len > 0 && rest->ptr[0] == '=') {
        *rest = fe_slice_from(*rest, 1);
        skip_space(rest);
        *value = take_value(rest);
        return true;
    }
    return name->len > 0;
}

static bool is_any(struct fe_slice name, struct fe_slice words)
{
    struct fe_slice word;
    while (fe_slice_split(&words, ' ', &word)) {
        if (fe_slice_eq_nocase(name, word)) {
            return true;
        }
    }
    return false;
}

bool fe_guess_field(struct fe_slice tag, struct fe_arena *arena, struct fe_guess_field *field_out)
{
    struct fe_slice rest = fe_slice_from(tag, 1);
    struct fe_slice name;
    struct fe_slice value;
    bool button = false;
    *field_out = (struct fe_guess_field){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (!is_any(take_until(&rest, ">"), FE_SLICE("input meta"))) {
        return false;
    }
    while (take_attribute(&rest, &name, &value)) {
        if (is_any(name, FE_SLICE("name property"))) {
            field_out->name = value;
        } else if (is_any(name, FE_SLICE("value content"))) {
            field_out->raw_value = value;
        } else if (is_any(name, FE_SLICE("type"))) {
            button = is_any(value, FE_SLICE("submit button reset image checkbox radio"));
        }
    }
    field_out->value = fe_guess_unescape_markup(field_out->raw_value, arena);
    return field_out->name.len > 0 && field_out->raw_value.len > 0 && !button;
}

bool fe_guess_may_be_field(struct fe_slice tag)
{
    static const struct fe_slice known[] = {FE_SLICE_INIT("<input"), FE_SLICE_INIT("<meta")};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        size_t len = tag.len < known[i].len ? tag.len : known[i].len;
        if (fe_slice_eq_nocase((struct fe_slice){tag.ptr, len},
                               (struct fe_slice){known[i].ptr, len})) {
            return tag.len <= known[i].len || is_space(tag.ptr[known[i].len]);
        }
    }
    return false;
}

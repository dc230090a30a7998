/* SPDX-License-Identifier: MIT */
/* Our scanner against jansson and yajl, on documents made at random from a fixed seed and on
 * damaged copies of them. Where these libraries are known to judge otherwise, that one difference
 * is named here, and nothing else is let through. */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>

#include <jansson.h>
#include <yajl/yajl_parse.h>

#include "util/buf.h"
#include "util/json.h"

enum {
    DOCUMENTS = 1500,
    MUTATIONS = 10, /* of each document */
    DEPTH_MAX = 6,
    DOCUMENT_BYTES_MAX = 1 << 20
};

/* SplitMix64: a few lines that give the same numbers everywhere. */
struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *dice, uint64_t sides)
{
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = dice->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % sides;
}

static void put_one_of(struct dice *dice, struct fe_buf *out, const char *const *texts,
                       size_t count)
{
    (void)fe_buf_puts(out, texts[roll(dice, count)]);
}

static void put_space(struct dice *dice, struct fe_buf *out)
{
    static const char *const spaces[] = {"", "", "", "", " ", "\n", "\t", "\r\n", "  "};
    put_one_of(dice, out, spaces, COUNT_OF(spaces));
}

static void put_string(struct dice *dice, struct fe_buf *out)
{
    static const char *const parts[] = {"a",
                                        "key",
                                        "some plain text",
                                        "\xc3\xa9",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\x7f",
                                        "\\n",
                                        "\\\"",
                                        "\\\\",
                                        "\\/",
                                        "\\u0041",
                                        "\\u00e9",
                                        "\\ud83d\\ude00",
                                        "\\u0000",
                                        "\\ud800",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "{",
                                        "]",
                                        ",",
                                        ":",
                                        " "};
    (void)fe_buf_putc(out, '"');
    for (uint64_t n = roll(dice, 6); n > 0; n--) {
        put_one_of(dice, out, parts, COUNT_OF(parts));
    }
    (void)fe_buf_putc(out, '"');
}

static void put_scalar(struct dice *dice, struct fe_buf *out)
{
    static const char *const scalars[] = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-0",
                                          "7",
                                          "-12",
                                          "1.5",
                                          "-0.25",
                                          "1e5",
                                          "1E-7",
                                          "2.5e+10",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "12345678901234567890123",
                                          "1e400",
                                          "1e-400"};
    if (roll(dice, 2) == 0) {
        put_string(dice, out);
    } else {
        put_one_of(dice, out, scalars, COUNT_OF(scalars));
    }
}

static void put_value(struct dice *dice, struct fe_buf *out, unsigned depth)
{
    uint64_t kind = depth == DEPTH_MAX ? 0 : roll(dice, 3);
    if (kind == 0) {
        put_scalar(dice, out);
        return;
    }
    (void)fe_buf_putc(out, kind == 1 ? '[' : '{');
    put_space(dice, out);
    for (uint64_t n = roll(dice, 5), first = n; n > 0; n--) {
        (void)fe_buf_puts(out, n == first ? "" : ",");
        put_space(dice, out);
        if (kind == 2) {
            put_string(dice, out);
            put_space(dice, out);
            (void)fe_buf_putc(out, ':');
            put_space(dice, out);
        }
        put_value(dice, out, depth + 1);
        put_space(dice, out);
    }
    (void)fe_buf_putc(out, kind == 1 ? ']' : '}');
}

static void make_document(struct dice *dice, struct fe_buf *out)
{
    fe_buf_clear(out);
    put_space(dice, out);
    put_value(dice, out, 0);
    put_space(dice, out);
    assert_int_equal(out->error, 0);
}

/* Copies `document` with one place changed: cut, doubled, replaced, or something put in. */
static void mutate(struct dice *dice, struct fe_slice document, struct fe_buf *out)
{
    static const struct fe_slice inserts[] = {
        FE_SLICE_INIT("\""),   FE_SLICE_INIT("\\"),
        FE_SLICE_INIT("{"),    FE_SLICE_INIT("}"),
        FE_SLICE_INIT("["),    FE_SLICE_INIT("]"),
        FE_SLICE_INIT(","),    FE_SLICE_INIT(":"),
        FE_SLICE_INIT("0"),    FE_SLICE_INIT("1"),
        FE_SLICE_INIT("-"),    FE_SLICE_INIT("+"),
        FE_SLICE_INIT("."),    FE_SLICE_INIT("e"),
        FE_SLICE_INIT("\\u"),  FE_SLICE_INIT("\\x"),
        FE_SLICE_INIT("null"), FE_SLICE_INIT("tru"),
        FE_SLICE_INIT("\0"),   FE_SLICE_INIT("\x1f"),
        FE_SLICE_INIT("\n"),   FE_SLICE_INIT("\x0b"),
        FE_SLICE_INIT("\x80"), FE_SLICE_INIT("\xc0\x80"),
        FE_SLICE_INIT("\xc3"), FE_SLICE_INIT("\xed\xa0\x80"),
        FE_SLICE_INIT("\xff"), FE_SLICE_INIT("\xf4\x90\x80\x80"),
        FE_SLICE_INIT("/**/"), FE_SLICE_INIT("\xef\xbb\xbf")};
    size_t at = roll(dice, document.len + 1);
    size_t cut = roll(dice, 2) * roll(dice, 4);
    size_t resume = at + cut < document.len ? at + cut : document.len;
    fe_buf_clear(out);
    (void)fe_buf_append(out, document.ptr, at);
    switch (roll(dice, 4)) {
    case 0:
        return; /* the rest is lost */
    case 1:
        (void)fe_buf_append(out, document.ptr + at, resume - at);
        resume = at;
        break;
    case 2:
        (void)fe_buf_put(out, inserts[roll(dice, COUNT_OF(inserts))]);
        break;
    default:
        break;
    }
    (void)fe_buf_put(out, fe_slice_from(document, resume));
    assert_int_equal(out->error, 0);
}

/* Whether jansson's refusal is one of the three that are its own: numbers that no double holds, a
 * key with U+0000, an escape that is half a surrogate pair. */
static bool is_janssons_own(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    return code == json_error_numeric_overflow || code == json_error_null_byte_in_key ||
           strncmp(error->text, "invalid Unicode '\\u", strlen("invalid Unicode '\\u")) == 0;
}

/* And jansson skips a zero byte right behind a number. */
static bool is_zero_behind_digit(struct fe_slice text, size_t at)
{
    return at > 0 && at < text.len && text.ptr[at] == '\0' && text.ptr[at - 1] >= '0' &&
           text.ptr[at - 1] <= '9';
}

static bool agrees_with_jansson(struct fe_slice text, bool ours, size_t offset)
{
    json_error_t error;
    json_t *tree = json_loadb(text.ptr, text.len,
                              JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    bool theirs = tree != NULL;
    json_decref(tree);
    return ours == theirs || (ours && is_janssons_own(&error)) ||
           (theirs && is_zero_behind_digit(text, offset));
}

/* Whether the bytes at `at` have the shape of UTF-8 (a lead byte and as many continuations as it
 * announces), which is all that yajl looks at: overlong forms, surrogates and what lies past
 * U+10FFFF pass it. */
static bool has_shape_of_utf8(struct fe_slice text, size_t at)
{
    unsigned char lead = at < text.len ? (unsigned char)text.ptr[at] : 0;
    size_t continuations = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if (lead < 0xc0 || lead > 0xf7 || at + continuations >= text.len) {
        return false;
    }
    for (size_t i = 1; i <= continuations; i++) {
        if (((unsigned char)text.ptr[at + i] & 0xc0) != 0x80) {
            return false;
        }
    }
    return true;
}

/* Two more things that yajl lets pass: vertical tabs and form feeds as space. */
static bool is_yajls_own(struct fe_slice text, size_t at)
{
    return has_shape_of_utf8(text, at) ||
           (at < text.len && (text.ptr[at] == '\v' || text.ptr[at] == '\f'));
}

static bool yajl_accepts_inside(const char *before, struct fe_slice text, const char *behind)
{
    const struct fe_slice parts[] = {fe_slice_cstr(before), text, fe_slice_cstr(behind)};
    yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
    yajl_status status = yajl_status_ok;
    for (size_t i = 0; i < COUNT_OF(parts) && status == yajl_status_ok; i++) {
        status = yajl_parse(parser, (const unsigned char *)parts[i].ptr, parts[i].len);
    }
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(parser);
    }
    yajl_free(parser);
    return status == yajl_status_ok;
}

/* Not alone, because at the top yajl overlooks an unfinished token behind a value; and inside of
 * both containers, because only one value fits into both. */
static bool yajl_accepts(struct fe_slice text)
{
    return yajl_accepts_inside("{\"a\":", text, "}") && yajl_accepts_inside("[0,", text, "]");
}

static bool agrees_with_yajl(struct fe_slice text, bool ours, size_t offset)
{
    bool theirs = yajl_accepts(text);
    return ours == theirs || (theirs && is_yajls_own(text, offset));
}

static bool is_structure(const char *from, const char *to, const char *allowed)
{
    for (; from < to; from++) {
        if (strchr(allowed, *from) == NULL) {
            return false;
        }
    }
    return true;
}

/* Writes a value from the spans of what it contains and from the gaps between these, in which
 * nothing but structure may stand. */
static void rejoin(const struct fe_json *value, struct fe_buf *out)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json inner;
    const char *at = value->text.ptr;
    const char *end = at + value->text.len;
    bool object = value->kind == FE_JSON_OBJECT;
    while (fe_json_next(value, &cursor, &key, &inner)) {
        const char *first = object ? key.text.ptr : inner.text.ptr;
        assert_true(is_structure(at, first, object ? "{, \t\r\n" : "[, \t\r\n"));
        (void)fe_buf_append(out, at, (size_t)(first - at));
        if (object) {
            const char *behind = key.text.ptr + key.text.len;
            assert_true(is_structure(behind, inner.text.ptr, ": \t\r\n"));
            (void)fe_buf_append(out, first, (size_t)(inner.text.ptr - first));
        }
        rejoin(&inner, out);
        at = inner.text.ptr + inner.text.len;
    }
    if (value->kind >= FE_JSON_ARRAY) {
        assert_true(is_structure(at, end, "{}[] \t\r\n"));
    }
    (void)fe_buf_append(out, at, (size_t)(end - at));
}

static void check_spans(const struct fe_json *value)
{
    struct fe_buf joined;
    fe_buf_init(&joined, DOCUMENT_BYTES_MAX);
    rejoin(value, &joined);
    assert_true(fe_slice_eq(fe_buf_slice(&joined), value->text));
    fe_buf_done(&joined);
}

static bool judge(struct fe_slice text)
{
    struct fe_json value;
    size_t offset = 0;
    int r = fe_json_parse(text, &value, &offset);
    assert_true(r == 0 || r == -EBADMSG);
    if (!agrees_with_jansson(text, r == 0, offset)) {
        fail_msg("jansson says otherwise than %d at %zu: " FE_PRI, r, offset, FE_ARG(text));
    }
    if (!agrees_with_yajl(text, r == 0, offset)) {
        fail_msg("yajl says otherwise than %d at %zu: " FE_PRI, r, offset, FE_ARG(text));
    }
    if (r == 0) {
        check_spans(&value);
    }
    return r == 0;
}

static void accepts_every_document_that_is_made_whole(void **state)
{
    (void)state;
    struct dice dice = {1};
    struct fe_buf document;
    fe_buf_init(&document, DOCUMENT_BYTES_MAX);
    for (int i = 0; i < DOCUMENTS; i++) {
        make_document(&dice, &document);
        assert_true(judge(fe_buf_slice(&document)));
    }
    fe_buf_done(&document);
}

static void judges_damaged_documents_as_the_others_do(void **state)
{
    (void)state;
    struct dice dice = {2};
    struct fe_buf document;
    struct fe_buf mutant;
    size_t accepted = 0;
    fe_buf_init(&document, DOCUMENT_BYTES_MAX);
    fe_buf_init(&mutant, DOCUMENT_BYTES_MAX);
    for (int i = 0; i < DOCUMENTS; i++) {
        make_document(&dice, &document);
        for (int j = 0; j < MUTATIONS; j++) {
            mutate(&dice, fe_buf_slice(&document), &mutant);
            accepted += judge(fe_buf_slice(&mutant));
        }
    }
    /* Both verdicts must be common, or the comparison says little. */
    assert_in_range(accepted, DOCUMENTS * MUTATIONS / 10, DOCUMENTS * MUTATIONS * 9 / 10);
    fe_buf_done(&document);
    fe_buf_done(&mutant);
}

static void judges_every_short_text_as_the_others_do(void **state)
{
    (void)state;
    static const char alphabet[] = {'"', '\\', '{',  '}',  '[',    ']',    ',',
                                    ':', '0',  '1',  '-',  '+',    '.',    'e',
                                    'u', ' ',  '\n', '\0', '\x1f', '\xc3', '\xa9'};
    const size_t letters = sizeof(alphabet);
    for (size_t length = 1; length <= 3; length++) {
        size_t count = length == 1   ? letters
                       : length == 2 ? letters * letters
                                     : letters * letters * letters;
        for (size_t n = 0; n < count; n++) {
            char text[3] = {alphabet[n % letters], alphabet[n / letters % letters],
                            alphabet[n / letters / letters % letters]};
            (void)judge((struct fe_slice){text, length});
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_every_document_that_is_made_whole),
        cmocka_unit_test(judges_damaged_documents_as_the_others_do),
        cmocka_unit_test(judges_every_short_text_as_the_others_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdbool.h>

#include "util/json.h"
#include "util/limits.h"

#define TEXT(literal) FE_SLICE_INIT(literal)

/* What RFC 8259 calls JSON. */
static const struct fe_slice good[] = {
    TEXT("null"),
    TEXT(" \t\r\n true \t\r\n "),
    TEXT("false"),
    TEXT("0"),
    TEXT("-0"),
    TEXT("-0.0e-0"),
    TEXT("1.5"),
    TEXT("12345678901234567890123"),
    TEXT("1e400"),
    TEXT("1E+2"),
    TEXT("0e1"),
    TEXT("\"\""),
    TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\""),
    TEXT("\"\\ud800\""), /* half a pair is in the grammar (§8.2) */
    TEXT("\"\\u0000\""),
    TEXT("\"\x7f\""),
    TEXT("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf\""),
    TEXT("\"\xe2\x80\xa8\""), /* U+2028 */
    TEXT("[]"),
    TEXT("[ ]"),
    TEXT("[1,[2,[]],{}]"),
    TEXT("{}"),
    TEXT("{ }"),
    TEXT("{\"\":0}"),
    TEXT("{\"a\":1,\"a\":2}"),
    TEXT("{ \"a\" : [ 1 , 2 ] , \"b\" : { } }"),
    TEXT("[[[[[[[[]]]]]]]]"),
};

/* What it does not, and where that shows. */
static const struct {
    struct fe_slice text;
    size_t offset;
} bad[] = {
    {TEXT(""), 0},
    {TEXT(" "), 1},
    {TEXT("\xef\xbb\xbf[]"), 0}, /* a byte order mark */
    {TEXT("nul"), 0},
    {TEXT("nulL"), 0},
    {TEXT("NaN"), 0},
    {TEXT("Infinity"), 0},
    {TEXT("nullnull"), 4},
    {TEXT("1 2"), 2},
    {TEXT("[] []"), 3},
    {TEXT("[]\0"), 2},
    {TEXT("\0"), 0},
    {TEXT("+1"), 0},
    {TEXT("-"), 1},
    {TEXT("--1"), 1},
    {TEXT("01"), 1},
    {TEXT("-01"), 2},
    {TEXT("1."), 2},
    {TEXT("1.e1"), 2},
    {TEXT(".5"), 0},
    {TEXT("1e"), 2},
    {TEXT("1e+"), 3},
    {TEXT("1e1.5"), 3},
    {TEXT("0x10"), 1},
    {TEXT("1_000"), 1},
    {TEXT("\xef\xbc\x91"), 0}, /* a full-width 1 */
    {TEXT("\""), 1},
    {TEXT("\"a"), 2},
    {TEXT("'a'"), 0},
    {TEXT("\"\n\""), 1},
    {TEXT("\"\t\""), 1},
    {TEXT("\"\0\""), 1},
    {TEXT("\"1234567\n\""), 8},
    {TEXT("\"12345678\x1f\""), 9},
    {TEXT("\"\\"), 2},
    {TEXT("\"\\\""), 3},
    {TEXT("\"\\a\""), 2},
    {TEXT("\"\\\0\""), 2},
    {TEXT("\"\\x41\""), 2},
    {TEXT("\"\\u12\""), 5},
    {TEXT("\"\\u12G4\""), 5},
    {TEXT("\"\\U0041\""), 2},
    {TEXT("\"\x80\""), 1},
    {TEXT("\"\xff\""), 1},
    {TEXT("\"\xc0\x80\""), 1},
    {TEXT("\"\xed\xa0\x80\""), 1},
    {TEXT("\"\xf4\x90\x80\x80\""), 1},
    {TEXT("\"\xc3"), 1},
    {TEXT("\"\xe2\x82"), 1},
    {TEXT("["), 1},
    {TEXT("]"), 0},
    {TEXT("[1"), 2},
    {TEXT("[1,"), 3},
    {TEXT("[1,]"), 3},
    {TEXT("[,1]"), 1},
    {TEXT("[1,,2]"), 3},
    {TEXT("[1 2]"), 3},
    {TEXT("[1}"), 2},
    {TEXT("{"), 1},
    {TEXT("{]"), 1},
    {TEXT("{\"a\""), 4},
    {TEXT("{\"a\":"), 5},
    {TEXT("{\"a\" 1}"), 5},
    {TEXT("{\"a\":1,}"), 7},
    {TEXT("{\"a\":1 \"b\":2}"), 7},
    {TEXT("{\"a\"::1}"), 5},
    {TEXT("{\"a\":1]"), 6},
    {TEXT("{a:1}"), 1},
    {TEXT("{1:1}"), 1},
    {TEXT("{null:1}"), 1},
    {TEXT("[1] // no"), 4},
    {TEXT("[/**/1]"), 1},
    {TEXT("[\x0b]"), 1},
    {TEXT("[\xc2\xa0]"), 1}, /* a space, but not one of JSON's */
    {TEXT("{\"a\":{\"b\":[1,{\"c\":tru}]}}"), 18},
};

static void accepts_all_that_is_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct fe_json value;
        if (fe_json_parse(good[i], &value, NULL) != 0) {
            fail_msg("refused: " FE_PRI, FE_ARG(good[i]));
        }
    }
}

static void refuses_all_else_and_says_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct fe_json value = {FE_JSON_OBJECT, FE_SLICE("untouched")};
        size_t offset = 999;
        if (fe_json_parse(bad[i].text, &value, &offset) != -EBADMSG || offset != bad[i].offset) {
            fail_msg("case %zu, at %zu: " FE_PRI, i, offset, FE_ARG(bad[i].text));
        }
        assert_int_equal(fe_json_parse(bad[i].text, &value, NULL), -EBADMSG);
        EXPECT_SLICE(value.text, "untouched");
    }
}

static void accepts_no_part_of_a_document_but_the_whole(void **state)
{
    (void)state;
    struct fe_slice text = FE_SLICE("{\"key\\n\":[true,null,-1.5e+3,\"\xc3\xa9\\u12ab\",{}]}");
    struct fe_json value;
    for (size_t len = 0; len < text.len; len++) {
        assert_int_equal(fe_json_parse((struct fe_slice){text.ptr, len}, &value, NULL), -EBADMSG);
    }
    assert_int_equal(fe_json_parse(text, &value, NULL), 0);
}

static struct fe_json parse(struct fe_slice text)
{
    struct fe_json value = {FE_JSON_NULL, {NULL, 0}};
    assert_int_equal(fe_json_parse(text, &value, NULL), 0);
    return value;
}

static void gives_the_value_without_the_space_around_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum fe_json_kind kind;
        const char *span;
    } cases[] = {
        {" null ", FE_JSON_NULL, "null"},     {"\ttrue", FE_JSON_TRUE, "true"},
        {"false\n", FE_JSON_FALSE, "false"},  {" -1.50E3 ", FE_JSON_NUMBER, "-1.50E3"},
        {" \"a\" ", FE_JSON_STRING, "\"a\""}, {" [ 1 ] ", FE_JSON_ARRAY, "[ 1 ]"},
        {" { } ", FE_JSON_OBJECT, "{ }"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_json value = parse(fe_slice_cstr(cases[i].text));
        assert_int_equal(value.kind, cases[i].kind);
        EXPECT_SLICE(value.text, cases[i].span);
    }
}

static void refuses_to_pass_its_depth_limit(void **state)
{
    (void)state;
    char text[2 * (FE_LIMIT_JSON_DEPTH + 1)];
    struct fe_json value;
    size_t offset = 0;
    for (size_t depth = FE_LIMIT_JSON_DEPTH; depth <= FE_LIMIT_JSON_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        int expected = depth == FE_LIMIT_JSON_DEPTH ? 0 : -E2BIG;
        struct fe_slice nested = {text, 2 * depth};
        assert_int_equal(fe_json_parse(nested, &value, &offset), expected);
    }
    assert_int_equal(offset, FE_LIMIT_JSON_DEPTH);
}

static void walks_an_array_in_order(void **state)
{
    (void)state;
    struct fe_json array = parse(FE_SLICE("[ 1 ,\"a,]\",[2,[3]] , {\"b\":4} ]"));
    static const char *const spans[] = {"1", "\"a,]\"", "[2,[3]]", "{\"b\":4}"};
    struct fe_json_cursor cursor = {0};
    struct fe_json value;
    for (size_t i = 0; i < COUNT_OF(spans); i++) {
        assert_true(fe_json_next(&array, &cursor, NULL, &value));
        EXPECT_SLICE(value.text, spans[i]);
    }
    assert_false(fe_json_next(&array, &cursor, NULL, &value));
    assert_false(fe_json_next(&array, &cursor, NULL, &value));
}

static void walks_an_object_in_the_senders_order(void **state)
{
    (void)state;
    struct fe_json object = parse(FE_SLICE("{\"z\":1, \"a\" : 2,\"z\":3}"));
    static const char *const keys[] = {"\"z\"", "\"a\"", "\"z\""};
    static const char *const values[] = {"1", "2", "3"};
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_true(fe_json_next(&object, &cursor, &key, &value));
        assert_int_equal(key.kind, FE_JSON_STRING);
        EXPECT_SLICE(key.text, keys[i]);
        EXPECT_SLICE(value.text, values[i]);
    }
    assert_false(fe_json_next(&object, &cursor, &key, &value));
}

static void finds_nothing_in_what_is_empty_or_no_container(void **state)
{
    (void)state;
    static const char *const texts[] = {"[]", "[ ]", "{}", "{\n}", "\"[1]\"", "12", "null"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fe_json value = parse(fe_slice_cstr(texts[i]));
        struct fe_json_cursor cursor = {0};
        struct fe_json inner;
        assert_false(fe_json_next(&value, &cursor, NULL, &inner));
        assert_false(fe_json_member(&value, "a", &inner));
    }
}

static void finds_members_by_name(void **state)
{
    (void)state;
    struct fe_json object =
        parse(FE_SLICE("{\"ab\":1,\"a\":2,\"\\u0061\\n\":3,\"\":4,\"a\\u0000\":5,"
                       "\"\\ud83d\\ude00\":6,\"\\ud83d\":7,\"in\":{\"b\":8}}"));
    static const struct {
        const char *name;
        const char *span;
    } cases[] = {{"ab", "1"}, {"a", "2"}, {"a\n", "3"}, {"", "4"}, {"\xf0\x9f\x98\x80", "6"}};
    struct fe_json value;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(fe_json_member(&object, cases[i].name, &value));
        EXPECT_SLICE(value.text, cases[i].span);
    }
    assert_false(fe_json_member(&object, "b", &value));
    assert_false(fe_json_member(&object, "abc", &value));
    assert_false(fe_json_member(&object, "\xed\xa0\xbd", &value));
}

static void takes_the_last_of_a_repeated_member(void **state)
{
    (void)state;
    struct fe_json object = parse(FE_SLICE("{\"a\":1,\"b\":2,\"\\u0061\":3}"));
    struct fe_json value;
    assert_true(fe_json_member(&object, "a", &value));
    EXPECT_SLICE(value.text, "3");
}

static void resolves_escapes(void **state)
{
    (void)state;
    static const struct {
        struct fe_slice text;
        struct fe_slice content;
    } cases[] = {
        {TEXT("\"\""), TEXT("")},
        {TEXT("\"plain \xc3\xa9\""), TEXT("plain \xc3\xa9")},
        {TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), TEXT("\"\\/\b\f\n\r\t")},
        {TEXT("\"\\u0041\\u00e9\\u20AC\""), TEXT("A\xc3\xa9\xe2\x82\xac")},
        {TEXT("\"\\ud83d\\ude00\\uDBFF\\uDFFF\""), TEXT("\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")},
        {TEXT("\"a\\u0000b\""), TEXT("a\0b")},
        {TEXT("\"\\\\u0041\""), TEXT("\\u0041")},
        {TEXT("\"\\ud7ff\\ue000\""), TEXT("\xed\x9f\xbf\xee\x80\x80")},
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_json value = parse(cases[i].text);
        struct fe_slice content = {NULL, 0};
        assert_int_equal(fe_json_string(&value, &arena, &content), 0);
        assert_true(fe_slice_eq(content, cases[i].content));
    }
    fe_arena_done(&arena);
}

static void borrows_a_string_without_escapes(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_slice text = FE_SLICE("\"borrowed\"");
    struct fe_json value = parse(text);
    struct fe_slice content = {NULL, 0};
    assert_int_equal(fe_json_string(&value, &arena, &content), 0);
    assert_ptr_equal(content.ptr, text.ptr + 1);
    assert_int_equal(fe_arena_bytes(&arena), 0);
    fe_arena_done(&arena);
}

static void refuses_half_a_surrogate_pair(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\"\\ud800\"",        "\"\\udc00\"",        "\"\\ud800x\"",       "\"\\ud800\\n\"",
        "\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\udfff\"",
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fe_json value = parse(fe_slice_cstr(texts[i]));
        struct fe_slice content = FE_SLICE("untouched");
        assert_int_equal(fe_json_string(&value, &arena, &content), -EILSEQ);
        EXPECT_SLICE(content, "untouched");
    }
    fe_arena_done(&arena);
}

static void gives_a_string_only_for_a_string(void **state)
{
    (void)state;
    static const char *const texts[] = {"1", "null", "true", "[\"a\"]", "{}"};
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fe_json value = parse(fe_slice_cstr(texts[i]));
        struct fe_slice content = {NULL, 0};
        assert_int_equal(fe_json_string(&value, &arena, &content), -EINVAL);
    }
    fe_arena_done(&arena);
}

static void reads_whole_numbers_that_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int r;
        int64_t number;
    } cases[] = {
        {"0", 0, 0},
        {"-0", 0, 0},
        {"42", 0, 42},
        {"-42", 0, -42},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9223372036854775808", -ERANGE, 7},
        {"-9223372036854775809", -ERANGE, 7},
        {"18446744073709551616", -ERANGE, 7},
        {"1.0", -EINVAL, 7},
        {"1e2", -EINVAL, 7},
        {"\"1\"", -EINVAL, 7},
        {"null", -EINVAL, 7},
        {"[1]", -EINVAL, 7},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_json value = parse(fe_slice_cstr(cases[i].text));
        int64_t number = 7;
        assert_int_equal(fe_json_int64(&value, &number), cases[i].r);
        assert_true(number == cases[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_all_that_is_json),
        cmocka_unit_test(refuses_all_else_and_says_where),
        cmocka_unit_test(accepts_no_part_of_a_document_but_the_whole),
        cmocka_unit_test(gives_the_value_without_the_space_around_it),
        cmocka_unit_test(refuses_to_pass_its_depth_limit),
        cmocka_unit_test(walks_an_array_in_order),
        cmocka_unit_test(walks_an_object_in_the_senders_order),
        cmocka_unit_test(finds_nothing_in_what_is_empty_or_no_container),
        cmocka_unit_test(finds_members_by_name),
        cmocka_unit_test(takes_the_last_of_a_repeated_member),
        cmocka_unit_test(resolves_escapes),
        cmocka_unit_test(borrows_a_string_without_escapes),
        cmocka_unit_test(refuses_half_a_surrogate_pair),
        cmocka_unit_test(gives_a_string_only_for_a_string),
        cmocka_unit_test(reads_whole_numbers_that_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

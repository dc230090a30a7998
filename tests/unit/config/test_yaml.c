/* SPDX-License-Identifier: MIT */
#include "parsed.h"

static void reads_the_core_schema(void **state)
{
    (void)state;
    expect_json(
        "port: 4000\n"
        "users:\n"
        "  - username: admin   # a comment\n"
        "    active: true\n"
        "    email: ~\n"
        "  - {username: 'true', score: 1.5}\n"
        "text: |\n"
        "  two\n"
        "  lines\n"
        "empty:\n",
        "{\"port\":4000,\"users\":[{\"username\":\"admin\",\"active\":true,\"email\":null},"
        "{\"username\":\"true\",\"score\":1.5}],\"text\":\"two\\nlines\\n\",\"empty\":null}");
}

static void takes_an_empty_file_for_an_empty_mapping(void **state)
{
    (void)state;
    expect_json("", "{}");
    expect_json("\n\n", "{}");
    expect_json("# only a comment\n", "{}");
    expect_json("---\n", "{}");
    expect_json("---\n...\n", "{}");
    expect_json("null\n", "{}");
    expect_json("\xef\xbb\xbf", "{}");
}

static void takes_other_roots_and_a_byte_order_mark(void **state)
{
    (void)state;
    expect_json("- 1\n- a\n", "[1,\"a\"]");
    expect_json("word", "\"word\"");
    expect_json("\xef\xbb\xbf"
                "a: 1\r\nb: 2\r\n",
                "{\"a\":1,\"b\":2}");
    expect_json("{\"a\": [1, \"b\", {\"c\": null}]}", "{\"a\":[1,\"b\",{\"c\":null}]}");
}

static void obeys_tags_of_the_core_schema(void **state)
{
    (void)state;
    expect_json(
        "{a: !!str 12, b: !!int '12', c: !!float 3, d: ! 7, e: !!map {}, f: !!seq [],"
        " g: !!null '', h: !!bool \"true\", i: !<tag:yaml.org,2002:str> no}",
        "{\"a\":\"12\",\"b\":12,\"c\":3,\"d\":\"7\",\"e\":{},\"f\":[],\"g\":null,\"h\":true,"
        "\"i\":\"no\"}");
}

static void refuses_other_tags_and_tags_that_do_not_fit(void **state)
{
    (void)state;
    expect_errors("a: !secret x\nb: [!!binary aGk=]\nc: !!int x\nd: !!seq {}\n",
                  "s.yaml:1: a: unknown tag !secret, expected none or one of !!str !!null !!bool "
                  "!!int !!float !!seq !!map\n"
                  "s.yaml:2: b[0]: unknown tag tag:yaml.org,2002:binary, expected none or one of "
                  "!!str !!null !!bool !!int !!float !!seq !!map\n"
                  "s.yaml:3: c: expected what its tag tag:yaml.org,2002:int says, found something "
                  "else\n"
                  "s.yaml:4: d: expected what its tag tag:yaml.org,2002:seq says, found something "
                  "else\n");
}

static void writes_aliases_out(void **state)
{
    (void)state;
    expect_json("a: &x {k: [1, &y two]}\nb: *x\nc: [*y, *x]\n*y : key\n",
                "{\"a\":{\"k\":[1,\"two\"]},\"b\":{\"k\":[1,\"two\"]},"
                "\"c\":[\"two\",{\"k\":[1,\"two\"]}],\"two\":\"key\"}");
}

static void takes_the_last_anchor_of_a_name(void **state)
{
    (void)state;
    expect_json("[&x 1, *x, &x 2, *x]", "[1,1,2,2]");
}

static void refuses_aliases_of_nothing_and_of_themselves(void **state)
{
    (void)state;
    expect_errors(
        "a: *later\nb: &later 1\nc: &c [1, *c]\nd: &d {e: {f: *d}}\n",
        "s.yaml:1: a: alias *later names nothing, expected the name of an anchor that "
        "ended before it\n"
        "s.yaml:3: c[1]: alias *c stands inside of what it names, expected the name of an "
        "anchor that ended before it\n"
        "s.yaml:4: d.e.f: alias *d stands inside of what it names, expected the name of "
        "an anchor that ended before it\n");
}

static void merges_mappings(void **state)
{
    (void)state;
    expect_json("base: &base {realm: r, active: true}\n"
                "more: &more {realm: other, email: e}\n"
                "a: {<<: *base, active: false}\n"
                "b: {<<: [*base, *more], x: 1}\n"
                "c: {y: 2, <<: {inline: 3}}\n",
                "{\"base\":{\"realm\":\"r\",\"active\":true},"
                "\"more\":{\"realm\":\"other\",\"email\":\"e\"},"
                "\"a\":{\"active\":false,\"realm\":\"r\"},"
                "\"b\":{\"x\":1,\"realm\":\"r\",\"active\":true,\"email\":\"e\"},"
                "\"c\":{\"y\":2,\"inline\":3}}");
}

static void keeps_what_was_merged_as_it_was(void **state)
{
    (void)state;
    expect_json("a: {<<: &in {k: 1}, l: 2}\nb: *in\nc: {<<: *in}\nd: *in\n",
                "{\"a\":{\"l\":2,\"k\":1},\"b\":{\"k\":1},\"c\":{\"k\":1},\"d\":{\"k\":1}}");
}

static void takes_a_quoted_merge_key_for_a_key(void **state)
{
    (void)state;
    expect_json("{'<<': {a: 1}}", "{\"<<\":{\"a\":1}}");
}

static void refuses_to_merge_what_is_no_mapping(void **state)
{
    (void)state;
    expect_errors("a:\n  <<: text\nb: {<<: [1, {c: 1}]}\n",
                  "s.yaml:2: a.<<: expected a mapping to merge, or a sequence of them\n"
                  "s.yaml:3: b.<<[0]: expected a mapping to merge, or a sequence of them\n");
}

static void refuses_a_key_twice(void **state)
{
    (void)state;
    expect_errors("a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\na: 2\n",
                  "s.yaml:5: b.c: is given twice, expected once: line 3 has it too\n"
                  "s.yaml:6: a: is given twice, expected once: line 1 has it too\n");
}

static void refuses_keys_that_are_not_text(void **state)
{
    (void)state;
    expect_errors("? [a, b]\n: 1\nc:\n  ? {d: 1}\n  : 2\n",
                  "s.yaml:1: \"\": expected a key that is text, found a sequence\n"
                  "s.yaml:4: c.\"\": expected a key that is text, found a mapping\n");
}

static void refuses_a_second_document(void **state)
{
    (void)state;
    expect_errors("a: 1\n---\nb: 2\n", "s.yaml:2: a second document starts, expected only one\n");
    expect_errors("---\n---\n", "s.yaml:2: a second document starts, expected only one\n");
}

static void says_where_the_syntax_fails(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *begin;
    } cases[] = {
        {"a: 1\nb: [1, 2\n", "s.yaml:3: is not YAML: did not find expected ',' or ']'"},
        {"a: 1\n\tb: 2\n",
         "s.yaml:2: is not YAML: found a tab character that violates indentation"},
        {"a: \"x\n", "s.yaml:2: is not YAML: found unexpected end of stream"},
        {"a: b: c\n", "s.yaml:1: is not YAML: mapping values are not allowed in this context"},
        {"a: 1\nb\n", "s.yaml:3: is not YAML: could not find expected ':'"},
        {"a: 1\nb: \x01\n", "s.yaml:2: is not YAML: control characters are not allowed"},
        {"%YAML 3.0\n---\n", "s.yaml:1: is not YAML: found incompatible YAML document"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct parsed parsed;
        parse(&parsed, cases[i].text);
        assert_int_equal(parsed.r, -EINVAL);
        assert_int_equal(parsed.errors.count, 1);
        if (!fe_slice_starts(fe_buf_slice(&parsed.errors.text), fe_slice_cstr(cases[i].begin))) {
            fail_msg("case %zu: %s", i, parsed.errors.text.ptr);
        }
        parsed_done(&parsed);
    }
}

static void refuses_bad_utf8_with_its_line(void **state)
{
    (void)state;
    expect_errors("a: 1\nb: \xff\n", "s.yaml:2: is not text in UTF-8, expected nothing else\n");
    expect_errors("\xed\xa0\x80", "s.yaml:1: is not text in UTF-8, expected nothing else\n");
    expect_errors_of(FE_SLICE("\xff\xfe"
                              "a\0"),
                     "s.yaml:1: is not text in UTF-8, expected nothing else\n");
}

static void refuses_zero_bytes_behind_an_escape(void **state)
{
    (void)state;
    expect_errors("a: \"x\\0y\"\n\"\\0\": 1\n",
                  "s.yaml:1: a: contains U+0000, expected text without it\n"
                  "s.yaml:2: \"\\u0000\": contains U+0000, expected text without it\n");
}

static void reports_all_that_is_wrong_up_to_a_syntax_error(void **state)
{
    (void)state;
    expect_errors("a: 1\na: 2\n---\n",
                  "s.yaml:2: a: is given twice, expected once: line 1 has it too\n"
                  "s.yaml:3: a second document starts, expected only one\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_core_schema),
        cmocka_unit_test(takes_an_empty_file_for_an_empty_mapping),
        cmocka_unit_test(takes_other_roots_and_a_byte_order_mark),
        cmocka_unit_test(obeys_tags_of_the_core_schema),
        cmocka_unit_test(refuses_other_tags_and_tags_that_do_not_fit),
        cmocka_unit_test(writes_aliases_out),
        cmocka_unit_test(takes_the_last_anchor_of_a_name),
        cmocka_unit_test(refuses_aliases_of_nothing_and_of_themselves),
        cmocka_unit_test(merges_mappings),
        cmocka_unit_test(keeps_what_was_merged_as_it_was),
        cmocka_unit_test(takes_a_quoted_merge_key_for_a_key),
        cmocka_unit_test(refuses_to_merge_what_is_no_mapping),
        cmocka_unit_test(refuses_a_key_twice),
        cmocka_unit_test(refuses_keys_that_are_not_text),
        cmocka_unit_test(refuses_a_second_document),
        cmocka_unit_test(says_where_the_syntax_fails),
        cmocka_unit_test(refuses_bad_utf8_with_its_line),
        cmocka_unit_test(refuses_zero_bytes_behind_an_escape),
        cmocka_unit_test(reports_all_that_is_wrong_up_to_a_syntax_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "parsed.h"

#include "util/limits.h"

/* `count` times `text`. */
static void put_times(struct fe_buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)fe_buf_puts(out, text);
    }
}

static void expect_one_error(const struct fe_buf *text, const char *line)
{
    assert_int_equal(text->error, 0);
    expect_errors_of(fe_buf_slice(text), line);
}

static void refuses_nesting_past_its_limit(void **state)
{
    (void)state;
    struct fe_buf text;
    struct parsed parsed;
    fe_buf_init(&text, 10000);
    put_times(&text, "[", FE_LIMIT_SEED_DEPTH);
    put_times(&text, "]", FE_LIMIT_SEED_DEPTH);
    parse_slice(&parsed, fe_buf_slice(&text));
    assert_int_equal(parsed.r, 0);
    struct fe_buf json;
    fe_buf_init(&json, 10000);
    assert_int_equal(fe_node_to_json(parsed.config.root, &json), 0);
    assert_true(fe_slice_eq(fe_buf_slice(&json), fe_buf_slice(&text)));
    fe_buf_done(&json);
    parsed_done(&parsed);

    fe_buf_clear(&text);
    put_times(&text, "[", FE_LIMIT_SEED_DEPTH + 1);
    put_times(&text, "]", FE_LIMIT_SEED_DEPTH + 1);
    expect_one_error(&text, "s.yaml:1: the nesting is too deep, expected at most 64 levels\n");
    fe_buf_done(&text);
}

/* libyaml itself takes quadratic time for these. */
static void stops_early_at_a_million_brackets(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES);
    put_times(&text, "[", FE_LIMIT_SEED_BYTES);
    expect_one_error(&text, "s.yaml:1: the nesting is too deep, expected at most 64 levels\n");
    fe_buf_clear(&text);
    put_times(&text, "{a: ", FE_LIMIT_SEED_BYTES / 4);
    expect_one_error(&text, "s.yaml:1: the nesting is too deep, expected at most 64 levels\n");
    fe_buf_done(&text);
}

static void refuses_nesting_that_aliases_add_up_to(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, 10000);
    put_times(&text, "- &a ", 1);
    put_times(&text, "[", 40);
    put_times(&text, "]", 40);
    put_times(&text, "\n- ", 1);
    put_times(&text, "[", 30);
    put_times(&text, "*a", 1);
    put_times(&text, "]", 30);
    expect_one_error(&text, "s.yaml:1: the nesting is too deep, expected at most 64 levels\n");
    fe_buf_done(&text);
}

static void refuses_a_bomb_of_aliases(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, 10000);
    (void)fe_buf_puts(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
        (void)fe_buf_printf(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
                            i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    expect_one_error(&text, "s.yaml:1: the document has too many nodes, expected at most 100000 "
                            "with every alias written out\n");
    fe_buf_done(&text);
}

static void refuses_a_bomb_of_merges(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES);
    (void)fe_buf_puts(&text, "base: &b\n");
    for (int i = 0; i < 1000; i++) {
        (void)fe_buf_printf(&text, "  k%d: v\n", i);
    }
    for (int i = 0; i < 200; i++) {
        (void)fe_buf_printf(&text, "m%d: {<<: *b}\n", i);
    }
    struct parsed parsed;
    parse_slice(&parsed, fe_buf_slice(&text));
    assert_int_equal(parsed.r, -EINVAL);
    assert_int_equal(parsed.errors.count, 1);
    assert_non_null(strstr(parsed.errors.text.ptr, "too many nodes"));
    parsed_done(&parsed);
    fe_buf_done(&text);
}

static void refuses_too_many_nodes(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES);
    put_times(&text, "- a\n", FE_LIMIT_SEED_NODES);
    expect_one_error(&text, "s.yaml:100000: the document has too many nodes, expected at most "
                            "100000 with every alias written out\n");
    fe_buf_done(&text);
}

static void refuses_a_file_that_is_too_long(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES + 1);
    put_times(&text, "#", FE_LIMIT_SEED_BYTES);
    struct parsed parsed;
    parse_slice(&parsed, fe_buf_slice(&text));
    assert_int_equal(parsed.r, 0);
    parsed_done(&parsed);
    put_times(&text, "#", 1);
    expect_one_error(&text, "s.yaml:1: the file is too long, expected at most 1048576 bytes\n");
    fe_buf_done(&text);
}

/* Paths of all members together would be gigabytes if they carried the whole key. */
static void needs_little_memory_for_long_keys(void **state)
{
    (void)state;
    struct fe_buf text;
    struct parsed parsed;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES);
    (void)fe_buf_puts(&text, "? ");
    put_times(&text, "k", 500000);
    (void)fe_buf_puts(&text, "\n: [");
    put_times(&text, "a,", 90000);
    (void)fe_buf_puts(&text, "a]\n");
    assert_int_equal(text.error, 0);
    parse_slice(&parsed, fe_buf_slice(&text));
    assert_int_equal(parsed.r, 0);
    assert_true(fe_arena_bytes(&parsed.config.arena) < 64u << 20);
    parsed_done(&parsed);
    fe_buf_done(&text);
}

static void finds_duplicates_among_many_keys(void **state)
{
    (void)state;
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES);
    for (int i = 0; i < 40000; i++) {
        (void)fe_buf_printf(&text, "key%d: 1\n", i);
    }
    (void)fe_buf_puts(&text, "key7: 2\n");
    expect_one_error(&text,
                     "s.yaml:40001: key7: is given twice, expected once: line 8 has it too\n");
    fe_buf_done(&text);
}

static void fails_cleanly_wherever_a_file_is_cut(void **state)
{
    (void)state;
    struct fe_slice text = FE_SLICE("a: &x {k: [1, \"\\u00e9\"], <<: {l: |2\n  t\n}}\nb: *x\n"
                                    "? [c]\n: !!int 5\n\xc3\xa9: 'q''q'\n---\nd\n");
    for (size_t len = 0; len <= text.len; len++) {
        struct parsed parsed;
        parse_slice(&parsed, (struct fe_slice){text.ptr, len});
        assert_non_null(parsed.config.root);
        assert_int_equal(parsed.r, parsed.errors.count > 0 ? -EINVAL : 0);
        parsed_done(&parsed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_nesting_past_its_limit),
        cmocka_unit_test(stops_early_at_a_million_brackets),
        cmocka_unit_test(refuses_nesting_that_aliases_add_up_to),
        cmocka_unit_test(refuses_a_bomb_of_aliases),
        cmocka_unit_test(refuses_a_bomb_of_merges),
        cmocka_unit_test(refuses_too_many_nodes),
        cmocka_unit_test(refuses_a_file_that_is_too_long),
        cmocka_unit_test(needs_little_memory_for_long_keys),
        cmocka_unit_test(finds_duplicates_among_many_keys),
        cmocka_unit_test(fails_cleanly_wherever_a_file_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

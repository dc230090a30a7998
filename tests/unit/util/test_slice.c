/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "util/slice.h"

static void takes_null_for_an_empty_slice(void **state)
{
    (void)state;
    struct fe_slice nothing = fe_slice_cstr(NULL);
    assert_int_equal(nothing.len, 0);
    assert_true(fe_slice_eq(nothing, FE_SLICE("")));
    assert_true(fe_slice_starts(nothing, FE_SLICE("")));
    assert_false(fe_slice_starts(nothing, FE_SLICE("a")));
    assert_int_equal(fe_slice_index(nothing, 'a'), -1);
    assert_int_equal(fe_slice_trim(nothing).len, 0);
}

static void ignores_only_the_case_of_ascii_letters(void **state)
{
    (void)state;
    assert_true(fe_slice_eq_nocase(FE_SLICE("Content-TYPE"), FE_SLICE("content-type")));
    assert_false(fe_slice_eq_nocase(FE_SLICE("a"), FE_SLICE("ab")));
    assert_false(fe_slice_eq_nocase(FE_SLICE("@["), FE_SLICE("`{")));
    assert_false(fe_slice_eq_nocase(FE_SLICE("\xc3\x84"), FE_SLICE("\xc3\xa4")));
}

static void finds_a_prefix(void **state)
{
    (void)state;
    assert_true(fe_slice_starts(FE_SLICE("/_emulate/x"), FE_SLICE("/_emulate")));
    assert_true(fe_slice_starts(FE_SLICE("a"), FE_SLICE("a")));
    assert_false(fe_slice_starts(FE_SLICE("ab"), FE_SLICE("b")));
    assert_false(fe_slice_starts(FE_SLICE("a"), FE_SLICE("ab")));
}

static void finds_the_first_of_a_byte(void **state)
{
    (void)state;
    assert_int_equal(fe_slice_index(FE_SLICE("a:b:c"), ':'), 1);
    assert_int_equal(fe_slice_index(FE_SLICE("abc"), ':'), -1);
}

static void trims_spaces_and_tabs_and_nothing_else(void **state)
{
    (void)state;
    EXPECT_SLICE(fe_slice_trim(FE_SLICE(" \t a b\t ")), "a b");
    EXPECT_SLICE(fe_slice_trim(FE_SLICE(" \t ")), "");
    EXPECT_SLICE(fe_slice_trim(FE_SLICE("\na\r")), "\na\r");
}

static void splits_at_every_separator(void **state)
{
    (void)state;
    struct fe_slice rest = FE_SLICE("a,,b,");
    struct fe_slice part = {NULL, 0};
    assert_true(fe_slice_split(&rest, ',', &part));
    EXPECT_SLICE(part, "a");
    assert_true(fe_slice_split(&rest, ',', &part));
    EXPECT_SLICE(part, "");
    assert_true(fe_slice_split(&rest, ',', &part));
    EXPECT_SLICE(part, "b");
    assert_false(fe_slice_split(&rest, ',', &part));
}

static void reads_the_whole_range_of_64_bits(void **state)
{
    (void)state;
    uint64_t value = 7;
    assert_int_equal(fe_slice_u64(FE_SLICE("0"), &value), 0);
    assert_true(value == 0);
    assert_int_equal(fe_slice_u64(FE_SLICE("18446744073709551615"), &value), 0);
    assert_true(value == UINT64_MAX);
}

static void refuses_what_is_no_number_or_too_big(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "a"};
    uint64_t value = 7;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_slice_u64(fe_slice_cstr(bad[i]), &value), -EINVAL);
    }
    assert_int_equal(fe_slice_u64(FE_SLICE("18446744073709551616"), &value), -ERANGE);
    assert_int_equal(fe_slice_u64(FE_SLICE("99999999999999999999"), &value), -ERANGE);
    assert_true(value == 7);
}

static void finds_a_whole_word_in_a_list(void **state)
{
    (void)state;
    struct fe_slice scopes = FE_SLICE("api:read offline_access api:write");
    assert_true(fe_slice_has_word(scopes, ' ', FE_SLICE("offline_access")));
    assert_true(fe_slice_has_word(scopes, ' ', FE_SLICE("api:write")));
    assert_false(fe_slice_has_word(scopes, ' ', FE_SLICE("api")));
    assert_false(fe_slice_has_word(FE_SLICE(""), ' ', FE_SLICE("api")));
}

static void reads_hexadecimal_digits_in_both_cases(void **state)
{
    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_int_equal(fe_hex_digit("0123456789abcdef"[i]), i);
        assert_int_equal(fe_hex_digit("0123456789ABCDEF"[i]), i);
    }
    for (const char *c = "/:@G`g \xff"; *c; c++) {
        assert_int_equal(fe_hex_digit(*c), -1);
    }
    assert_int_equal(fe_hex_digit('\0'), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_null_for_an_empty_slice),
        cmocka_unit_test(ignores_only_the_case_of_ascii_letters),
        cmocka_unit_test(finds_a_prefix),
        cmocka_unit_test(finds_the_first_of_a_byte),
        cmocka_unit_test(trims_spaces_and_tabs_and_nothing_else),
        cmocka_unit_test(splits_at_every_separator),
        cmocka_unit_test(reads_the_whole_range_of_64_bits),
        cmocka_unit_test(refuses_what_is_no_number_or_too_big),
        cmocka_unit_test(finds_a_whole_word_in_a_list),
        cmocka_unit_test(reads_hexadecimal_digits_in_both_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

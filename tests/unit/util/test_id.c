/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>

#include "util/id.h"

static bool is_uuid(const char *text, char version)
{
    for (size_t i = 0; i < FE_UUID_TEXT_BYTES - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool lower_hex = fe_hex_digit(text[i]) >= 0 && !(text[i] >= 'A' && text[i] <= 'F');
        if (dash ? text[i] != '-' : !lower_hex) {
            return false;
        }
    }
    return text[14] == version && strchr("89ab", text[19]) && text[36] == '\0';
}

static void draws_uuids_of_version_4(void **state)
{
    (void)state;
    struct fe_random random;
    char first[FE_UUID_TEXT_BYTES];
    char second[FE_UUID_TEXT_BYTES];
    fe_random_init(&random);
    for (int i = 0; i < 100; i++) {
        fe_uuid_random(&random, first);
        fe_uuid_random(&random, second);
        assert_true(is_uuid(first, '4'));
        assert_string_not_equal(first, second);
    }
}

static void derives_the_same_uuid_from_the_same_name(void **state)
{
    (void)state;
    char first[FE_UUID_TEXT_BYTES];
    char second[FE_UUID_TEXT_BYTES];
    fe_uuid_named(FE_SLICE("realm"), FE_SLICE("admin"), first);
    fe_uuid_named(FE_SLICE("realm"), FE_SLICE("admin"), second);
    assert_true(is_uuid(first, '8'));
    assert_string_equal(first, second);
    /* By hand: sha256sum of "realm\0admin", its version and variant set. Seeds depend on it. */
    assert_string_equal(first, "ffdde34a-1c27-8e93-b9e3-9008bd01d30b");
}

static void tells_space_and_name_apart(void **state)
{
    (void)state;
    char first[FE_UUID_TEXT_BYTES];
    char second[FE_UUID_TEXT_BYTES];
    fe_uuid_named(FE_SLICE("ab"), FE_SLICE("c"), first);
    fe_uuid_named(FE_SLICE("a"), FE_SLICE("bc"), second);
    assert_string_not_equal(first, second);
}

static void makes_tokens_of_256_random_bits(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_random random;
    fe_random_init_deterministic(&random, 7);
    struct fe_slice first = fe_token_random(&random, "fe_", &arena);
    struct fe_slice second = fe_token_random(&random, "fe_", &arena);
    assert_true(fe_slice_starts(first, FE_SLICE("fe_")));
    assert_int_equal(first.len, 3 + 43);
    assert_int_equal(first.ptr[first.len], '\0');
    assert_false(fe_slice_eq(first, second));
    fe_random_init_deterministic(&random, 7);
    assert_true(fe_slice_eq(fe_token_random(&random, "fe_", &arena), first));
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_uuids_of_version_4),
        cmocka_unit_test(derives_the_same_uuid_from_the_same_name),
        cmocka_unit_test(tells_space_and_name_apart),
        cmocka_unit_test(makes_tokens_of_256_random_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>

#include "util/random.h"
#include "util/secret.h"

static void repeats_its_stream_from_the_same_seed(void **state)
{
    (void)state;
    struct fe_random random;
    unsigned char first[100];
    unsigned char second[100];
    fe_random_init_deterministic(&random, 42);
    fe_random_bytes(&random, first, sizeof(first));
    fe_random_init_deterministic(&random, 42);
    fe_random_bytes(&random, second, sizeof(second));
    assert_memory_equal(first, second, sizeof(first));
}

static void differs_by_seed_and_by_call(void **state)
{
    (void)state;
    struct fe_random random;
    unsigned char bytes[3][32];
    fe_random_init_deterministic(&random, 1);
    fe_random_bytes(&random, bytes[0], sizeof(bytes[0]));
    fe_random_bytes(&random, bytes[1], sizeof(bytes[1]));
    fe_random_init_deterministic(&random, 2);
    fe_random_bytes(&random, bytes[2], sizeof(bytes[2]));
    assert_memory_not_equal(bytes[0], bytes[1], sizeof(bytes[0]));
    assert_memory_not_equal(bytes[0], bytes[2], sizeof(bytes[0]));
}

/* A cassette recorded with --deterministic=0 must mean the same next year. */
static void gives_the_stream_that_is_documented(void **state)
{
    (void)state;
    struct fe_random random;
    unsigned char bytes[FE_SHA256_BYTES];
    unsigned char expected[FE_SHA256_BYTES];
    static const char zeros[16] = {0};
    fe_random_init_deterministic(&random, 0);
    fe_random_bytes(&random, bytes, sizeof(bytes));
    fe_sha256((struct fe_slice){zeros, sizeof(zeros)}, expected);
    assert_memory_equal(bytes, expected, sizeof(bytes));
}

static void draws_from_the_kernel_otherwise(void **state)
{
    (void)state;
    struct fe_random random;
    unsigned char first[32];
    unsigned char second[32];
    fe_random_init(&random);
    fe_random_bytes(&random, first, sizeof(first));
    fe_random_bytes(&random, second, sizeof(second));
    assert_memory_not_equal(first, second, sizeof(first));
    fe_random_key(&random, first, sizeof(first));
    assert_memory_not_equal(first, second, sizeof(first));
    fe_random_bytes(&random, first, 0);
}

static void draws_keys_beside_what_is_shown(void **state)
{
    (void)state;
    struct fe_random random;
    unsigned char key[FE_SHA256_BYTES];
    unsigned char shown[FE_SHA256_BYTES];
    unsigned char again[FE_SHA256_BYTES];
    fe_random_init_deterministic(&random, 42);
    fe_random_bytes(&random, shown, sizeof(shown));
    fe_random_key(&random, key, sizeof(key));
    assert_memory_not_equal(key, shown, sizeof(key));
    fe_random_init_deterministic(&random, 42);
    fe_random_key(&random, again, sizeof(again));
    assert_memory_equal(again, key, sizeof(key));
    fe_random_key(&random, again, sizeof(again));
    assert_memory_not_equal(again, key, sizeof(key));
    fe_random_bytes(&random, again, sizeof(again));
    assert_memory_equal(again, shown, sizeof(shown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_its_stream_from_the_same_seed),
        cmocka_unit_test(differs_by_seed_and_by_call),
        cmocka_unit_test(gives_the_stream_that_is_documented),
        cmocka_unit_test(draws_keys_beside_what_is_shown),
        cmocka_unit_test(draws_from_the_kernel_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

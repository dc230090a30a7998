/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdlib.h>

#include "cassette/library/digest_table.h"
#include "util/random.h"

enum {
    COUNT = 5000,
    DIGEST_BYTES = 16
};

struct value {
    unsigned char digest[DIGEST_BYTES];
    size_t found;
};

static struct value values[COUNT];

/* Half of them share their first eight bytes with another, and a few all but the last. */
static void draw_values(struct fe_random *random)
{
    for (size_t i = 0; i < COUNT; i++) {
        fe_random_bytes(random, values[i].digest, DIGEST_BYTES);
        values[i].found = 0;
        if (i % 2 == 1) {
            memcpy(values[i].digest, values[i - 1].digest, i % 10 == 1 ? DIGEST_BYTES : 8);
            values[i].digest[DIGEST_BYTES - 1] ^= 1;
        }
    }
}

static void finds_what_was_added_and_nothing_else(void **state)
{
    struct fe_random random;
    struct fe_digest_table table;
    (void)state;
    fe_random_init_deterministic(&random, 1);
    draw_values(&random);
    fe_digest_table_init(&table, DIGEST_BYTES, &random);
    for (size_t i = 0; i < COUNT; i++) {
        assert_null(fe_digest_table_get(&table, values[i].digest));
        fe_digest_table_add(&table, &values[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(fe_digest_table_get(&table, values[i].digest), &values[i]);
    }
    fe_digest_table_done(&table);
}

static void gives_each_value_once(void **state)
{
    struct fe_random random;
    struct fe_digest_table table;
    struct value *value = NULL;
    size_t cursor = 0;
    (void)state;
    fe_random_init_deterministic(&random, 2);
    draw_values(&random);
    fe_digest_table_init(&table, DIGEST_BYTES, &random);
    assert_null(fe_digest_table_next(&table, &cursor));
    for (size_t i = 0; i < COUNT; i++) {
        fe_digest_table_add(&table, &values[i]);
    }
    cursor = 0;
    while ((value = fe_digest_table_next(&table, &cursor)) != NULL) {
        value->found++;
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(values[i].found, 1);
    }
    fe_digest_table_done(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_added_and_nothing_else),
        cmocka_unit_test(gives_each_value_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

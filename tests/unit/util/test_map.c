/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>
#include <stdio.h>

#include "util/map.h"
#include "util/random.h"

enum {
    ITEMS = 5000
};

struct item {
    char key[16];
    unsigned seen;
};

static void fill(struct item items[ITEMS])
{
    for (unsigned i = 0; i < ITEMS; i++) {
        (void)snprintf(items[i].key, sizeof(items[i].key), "key-%u", i);
        items[i].seen = 0;
    }
}

static void begin(struct fe_map *map)
{
    struct fe_random random;
    fe_random_init_deterministic(&random, 1);
    fe_map_init(map, &random);
}

static void finds_what_was_put_and_nothing_else(void **state)
{
    (void)state;
    static struct item items[ITEMS];
    struct fe_map map;
    begin(&map);
    fill(items);
    assert_null(fe_map_get(&map, FE_SLICE("key-0")));
    for (size_t i = 0; i < ITEMS; i++) {
        assert_null(fe_map_put(&map, fe_slice_cstr(items[i].key), &items[i]));
    }
    assert_int_equal(map.count, ITEMS);
    for (size_t i = 0; i < ITEMS; i++) {
        assert_ptr_equal(fe_map_get(&map, fe_slice_cstr(items[i].key)), &items[i]);
    }
    assert_null(fe_map_get(&map, FE_SLICE("key-5000")));
    assert_null(fe_map_get(&map, FE_SLICE("key-")));
    fe_map_done(&map);
}

static void replaces_and_tells_what_was_there(void **state)
{
    (void)state;
    struct fe_map map;
    int first = 1;
    int second = 2;
    begin(&map);
    assert_null(fe_map_put(&map, FE_SLICE("k"), &first));
    assert_ptr_equal(fe_map_put(&map, FE_SLICE("k"), &second), &first);
    assert_ptr_equal(fe_map_get(&map, FE_SLICE("k")), &second);
    assert_int_equal(map.count, 1);
    fe_map_done(&map);
}

static void keeps_the_rest_when_some_are_removed(void **state)
{
    (void)state;
    static struct item items[ITEMS];
    struct fe_map map;
    begin(&map);
    fill(items);
    for (size_t i = 0; i < ITEMS; i++) {
        (void)fe_map_put(&map, fe_slice_cstr(items[i].key), &items[i]);
    }
    for (size_t i = 0; i < ITEMS; i += 3) {
        assert_ptr_equal(fe_map_remove(&map, fe_slice_cstr(items[i].key)), &items[i]);
        assert_null(fe_map_remove(&map, fe_slice_cstr(items[i].key)));
    }
    for (size_t i = 0; i < ITEMS; i++) {
        const void *found = fe_map_get(&map, fe_slice_cstr(items[i].key));
        assert_ptr_equal(found, i % 3 == 0 ? NULL : &items[i]);
    }
    fe_map_done(&map);
}

static void stays_small_when_keys_come_and_go(void **state)
{
    (void)state;
    static struct item items[ITEMS];
    struct fe_map map;
    begin(&map);
    fill(items);
    for (size_t i = 0; i < ITEMS; i++) {
        (void)fe_map_put(&map, fe_slice_cstr(items[i].key), &items[i]);
        assert_ptr_equal(fe_map_remove(&map, fe_slice_cstr(items[i].key)), &items[i]);
    }
    assert_int_equal(map.count, 0);
    assert_in_range(map.capacity, 1, 64);
    fe_map_done(&map);
}

static void visits_every_value_once_while_they_are_removed(void **state)
{
    (void)state;
    static struct item items[ITEMS];
    struct fe_map map;
    begin(&map);
    fill(items);
    for (size_t i = 0; i < ITEMS; i++) {
        (void)fe_map_put(&map, fe_slice_cstr(items[i].key), &items[i]);
    }
    size_t cursor = 0;
    struct item *item = NULL;
    while ((item = fe_map_next(&map, &cursor)) != NULL) {
        item->seen++;
        assert_ptr_equal(fe_map_remove(&map, fe_slice_cstr(item->key)), item);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        assert_int_equal(items[i].seen, 1);
    }
    assert_int_equal(map.count, 0);
    fe_map_done(&map);
}

static void takes_the_empty_key_and_keys_with_nul(void **state)
{
    (void)state;
    struct fe_map map;
    int values[3] = {0};
    begin(&map);
    assert_null(fe_map_put(&map, fe_slice_cstr(NULL), &values[0]));
    assert_null(fe_map_put(&map, FE_SLICE("a\0b"), &values[1]));
    assert_null(fe_map_put(&map, FE_SLICE("a\0c"), &values[2]));
    assert_ptr_equal(fe_map_get(&map, FE_SLICE("")), &values[0]);
    assert_ptr_equal(fe_map_get(&map, FE_SLICE("a\0b")), &values[1]);
    assert_ptr_equal(fe_map_get(&map, FE_SLICE("a\0c")), &values[2]);
    assert_ptr_equal(fe_map_remove(&map, FE_SLICE("")), &values[0]);
    assert_null(fe_map_get(&map, FE_SLICE("")));
    fe_map_done(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_and_nothing_else),
        cmocka_unit_test(replaces_and_tells_what_was_there),
        cmocka_unit_test(keeps_the_rest_when_some_are_removed),
        cmocka_unit_test(stays_small_when_keys_come_and_go),
        cmocka_unit_test(visits_every_value_once_while_they_are_removed),
        cmocka_unit_test(takes_the_empty_key_and_keys_with_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

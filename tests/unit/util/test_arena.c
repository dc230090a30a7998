/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdalign.h>

#include "util/arena.h"

static void gives_cleared_aligned_memory_that_does_not_overlap(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    unsigned char *blocks[200];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        size_t size = 1 + i * 7;
        blocks[i] = fe_arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++) {
            assert_int_equal(blocks[i][j], 0);
        }
        memset(blocks[i], (int)i + 1, size);
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        for (size_t j = 0; j < 1 + i * 7; j++) {
            assert_int_equal(blocks[i][j], (unsigned char)(i + 1));
        }
    }
    fe_arena_done(&arena);
}

static void takes_nothing_from_the_heap_before_its_first_use(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    assert_int_equal(fe_arena_bytes(&arena), 0);
    fe_arena_done(&arena);
}

static void starts_small_because_parked_requests_hold_one_each(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    (void)fe_arena_alloc(&arena, 16);
    assert_in_range(fe_arena_bytes(&arena), 16, 1024);
    fe_arena_done(&arena);
}

static void serves_sizes_beyond_its_chunks(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    char *big = fe_arena_alloc(&arena, 1000000);
    memset(big, 'x', 1000000);
    assert_true(fe_arena_bytes(&arena) >= 1000000);
    EXPECT_SLICE(fe_arena_copy(&arena, FE_SLICE("still works")), "still works");
    fe_arena_done(&arena);
    assert_int_equal(fe_arena_bytes(&arena), 0);
}

static void copies_text_with_a_nul_behind(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    const char source[] = {'a', 'b', 'c', 'd'};
    struct fe_slice copy = fe_arena_copy(&arena, (struct fe_slice){source, 3});
    assert_string_equal(copy.ptr, "abc");
    assert_int_equal(copy.len, 3);
    assert_string_equal(fe_arena_copy(&arena, fe_slice_cstr(NULL)).ptr, "");
    fe_arena_done(&arena);
}

static void formats_text_of_any_length(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    EXPECT_SLICE(fe_arena_printf(&arena, "%s-%d", "job", 7), "job-7");
    struct fe_slice longer = fe_arena_printf(&arena, "%05000d", 7);
    assert_int_equal(longer.len, 5000);
    assert_int_equal(longer.ptr[4999], '7');
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_cleared_aligned_memory_that_does_not_overlap),
        cmocka_unit_test(takes_nothing_from_the_heap_before_its_first_use),
        cmocka_unit_test(starts_small_because_parked_requests_hold_one_each),
        cmocka_unit_test(serves_sizes_beyond_its_chunks),
        cmocka_unit_test(copies_text_with_a_nul_behind),
        cmocka_unit_test(formats_text_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

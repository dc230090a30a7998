/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "message/headers.h"
#include "util/limits.h"

static void finds_the_first_in_any_case(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_headers headers = {0};
    struct fe_slice value = FE_SLICE("untouched");
    assert_false(fe_headers_get(&headers, FE_SLICE("Host"), &value));
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("Host"), FE_SLICE("a")), 0);
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("X-Id"), FE_SLICE("1")), 0);
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("x-id"), FE_SLICE("2")), 0);
    assert_false(fe_headers_get(&headers, FE_SLICE("X-I"), &value));
    EXPECT_SLICE(value, "untouched");
    assert_true(fe_headers_get(&headers, FE_SLICE("X-ID"), &value));
    EXPECT_SLICE(value, "1");
    assert_int_equal(fe_headers_count(&headers, FE_SLICE("x-Id")), 2);
    assert_int_equal(fe_headers_count(&headers, FE_SLICE("none")), 0);
    fe_arena_done(&arena);
}

static void keeps_order_and_refuses_to_pass_its_limit(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_headers headers = {0};
    for (size_t i = 0; i < FE_LIMIT_HEADERS; i++) {
        struct fe_slice name = fe_arena_printf(&arena, "h%zu", i);
        assert_int_equal(fe_headers_add(&headers, &arena, name, FE_SLICE("v")), 0);
    }
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("x"), FE_SLICE("v")), -E2BIG);
    assert_int_equal(headers.count, FE_LIMIT_HEADERS);
    for (size_t i = 0; i < FE_LIMIT_HEADERS; i++) {
        assert_true(fe_slice_eq(headers.items[i].name, fe_arena_printf(&arena, "h%zu", i)));
    }
    fe_arena_done(&arena);
}

static void finds_a_token_in_all_lists_of_that_name(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_headers headers = {0};
    const struct fe_slice name = FE_SLICE("Connection");
    assert_int_equal(fe_headers_add(&headers, &arena, name, FE_SLICE("a ,\tKeep-Alive,, ")), 0);
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("Other"), FE_SLICE("other")), 0);
    assert_int_equal(fe_headers_add(&headers, &arena, FE_SLICE("connection"), FE_SLICE("Close")),
                     0);
    assert_true(fe_headers_has_token(&headers, name, FE_SLICE("a")));
    assert_true(fe_headers_has_token(&headers, name, FE_SLICE("keep-alive")));
    assert_true(fe_headers_has_token(&headers, name, FE_SLICE("close")));
    assert_false(fe_headers_has_token(&headers, name, FE_SLICE("keep")));
    assert_false(fe_headers_has_token(&headers, name, FE_SLICE("other")));
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_first_in_any_case),
        cmocka_unit_test(keeps_order_and_refuses_to_pass_its_limit),
        cmocka_unit_test(finds_a_token_in_all_lists_of_that_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <stdlib.h>

#include "util/buf.h"

static void grows_as_needed_and_ends_with_nul(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 100000);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(fe_buf_puts(&buf, "abc"), 0);
        assert_int_equal(buf.ptr[buf.len], '\0');
    }
    assert_int_equal(buf.len, 30000);
    assert_memory_equal(buf.ptr + 29997, "abc", 4);
    fe_buf_done(&buf);
}

static void is_empty_text_before_the_first_append(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 10);
    EXPECT_SLICE(fe_buf_slice(&buf), "");
    assert_non_null(fe_buf_slice(&buf).ptr);
    fe_buf_done(&buf);
}

static void refuses_to_pass_its_limit(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 5);
    assert_int_equal(fe_buf_puts(&buf, "12345"), 0);
    assert_int_equal(fe_buf_putc(&buf, '6'), -E2BIG);
    EXPECT_SLICE(fe_buf_slice(&buf), "12345");
    fe_buf_done(&buf);
}

static void remembers_its_first_failure(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 5);
    assert_int_equal(fe_buf_puts(&buf, "123456"), -E2BIG);
    assert_int_equal(fe_buf_puts(&buf, "1"), -E2BIG);
    assert_int_equal(fe_buf_printf(&buf, "%d", 1), -E2BIG);
    assert_int_equal(buf.error, -E2BIG);
    EXPECT_SLICE(fe_buf_slice(&buf), "");
    fe_buf_clear(&buf);
    assert_int_equal(fe_buf_puts(&buf, "1"), 0);
    fe_buf_done(&buf);
}

static void formats_behind_what_it_has(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 1000);
    assert_int_equal(fe_buf_puts(&buf, "a="), 0);
    assert_int_equal(fe_buf_printf(&buf, "%d,%s", 12, "x"), 0);
    EXPECT_SLICE(fe_buf_slice(&buf), "a=12,x");
    assert_int_equal(fe_buf_printf(&buf, "%0900d", 1), 0);
    assert_int_equal(fe_buf_printf(&buf, "%0900d", 1), -E2BIG);
    assert_int_equal(buf.len, 906);
    fe_buf_done(&buf);
}

static void drops_from_the_front(void **state)
{
    (void)state;
    struct fe_buf buf;
    fe_buf_init(&buf, 10);
    fe_buf_consume(&buf, 0);
    assert_int_equal(fe_buf_puts(&buf, "abcdef"), 0);
    fe_buf_consume(&buf, 4);
    EXPECT_SLICE(fe_buf_slice(&buf), "ef");
    assert_string_equal(buf.ptr, "ef");
    fe_buf_consume(&buf, 2);
    EXPECT_SLICE(fe_buf_slice(&buf), "");
    assert_int_equal(fe_buf_puts(&buf, "0123456789"), 0);
    fe_buf_done(&buf);
}

static void gives_room_to_write_into(void **state)
{
    (void)state;
    struct fe_buf buf;
    char *room = NULL;
    fe_buf_init(&buf, 10);
    assert_int_equal(fe_buf_puts(&buf, "ab"), 0);
    assert_int_equal(fe_buf_reserve(&buf, 8, &room), 0);
    memset(room, 'c', 8);
    buf.len += 8;
    EXPECT_SLICE(fe_buf_slice(&buf), "abcccccccc");
    room = NULL;
    assert_int_equal(fe_buf_reserve(&buf, 1, &room), -E2BIG);
    assert_null(room);
    fe_buf_done(&buf);
}

static void hands_its_bytes_over(void **state)
{
    (void)state;
    struct fe_buf buf;
    size_t len = 7;
    fe_buf_init(&buf, 10);
    char *bytes = fe_buf_take(&buf, &len);
    assert_string_equal(bytes, "");
    assert_int_equal(len, 0);
    free(bytes);
    assert_int_equal(fe_buf_puts(&buf, "abc"), 0);
    bytes = fe_buf_take(&buf, &len);
    assert_string_equal(bytes, "abc");
    assert_int_equal(len, 3);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.bytes_max, 10);
    free(bytes);
    fe_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_as_needed_and_ends_with_nul),
        cmocka_unit_test(is_empty_text_before_the_first_append),
        cmocka_unit_test(refuses_to_pass_its_limit),
        cmocka_unit_test(remembers_its_first_failure),
        cmocka_unit_test(formats_behind_what_it_has),
        cmocka_unit_test(drops_from_the_front),
        cmocka_unit_test(gives_room_to_write_into),
        cmocka_unit_test(hands_its_bytes_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "util/readable.h"

static void expect_readable(const char *text, const char *readable)
{
    struct fe_arena arena = {NULL};
    EXPECT_SLICE(fe_readable(fe_slice_cstr(text), &arena), readable);
    fe_arena_done(&arena);
}

static void text_stays_as_it_is(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_slice text = FE_SLICE("Größe 12 € \360\237\230\200");
    (void)state;
    assert_ptr_equal(fe_readable(text, &arena).ptr, text.ptr);
    assert_int_equal(fe_arena_bytes(&arena), 0);
}

static void what_moves_a_cursor_is_spelt_out(void **state)
{
    (void)state;
    expect_readable("a\033[2Jb\r\n\177", "a\\x1b[2Jb\\x0d\\x0a\\x7f");
    expect_readable("\302\233x", "\\xc2\\x9bx");
}

static void stray_bytes_are_spelt_out(void **state)
{
    (void)state;
    expect_readable("\377a\303", "\\xffa\\xc3");
}

static void lines_keep_their_ends_and_tabs(void **state)
{
    struct fe_buf out;
    (void)state;
    fe_buf_init(&out, 1000);
    fe_readable_lines_append(FE_SLICE("a\tb\r\nc\rd\n\033e"), &out);
    EXPECT_SLICE(fe_buf_slice(&out), "a\tb\nc\\x0dd\n\\x1be");
    fe_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_as_it_is),
        cmocka_unit_test(what_moves_a_cursor_is_spelt_out),
        cmocka_unit_test(stray_bytes_are_spelt_out),
        cmocka_unit_test(lines_keep_their_ends_and_tabs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

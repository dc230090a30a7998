/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "message/percent.h"

static void decodes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool plus_is_space;
        const char *decoded;
    } cases[] = {
        {"", false, ""},
        {"plain", true, "plain"},
        {"a%20b%2Fc%2fd", false, "a b/c/d"},
        {"%C3%a9", false, "\xc3\xa9"},
        {"%ff%01", false, "\xff\x01"},
        {"a+b%2B", false, "a+b+"},
        {"a+b%2B", true, "a b+"},
        {"%2541", false, "%41"},
    };
    struct fe_arena arena = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fe_slice decoded = {NULL, 0};
        struct fe_slice text = fe_slice_cstr(cases[i].text);
        assert_int_equal(fe_percent_decode(text, cases[i].plus_is_space, &arena, &decoded), 0);
        EXPECT_SLICE(decoded, cases[i].decoded);
    }
    fe_arena_done(&arena);
}

static void borrows_when_there_is_nothing_to_decode(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_slice text = FE_SLICE("a+b");
    struct fe_slice decoded = {NULL, 0};
    assert_int_equal(fe_percent_decode(text, false, &arena, &decoded), 0);
    assert_ptr_equal(decoded.ptr, text.ptr);
    assert_int_equal(fe_arena_bytes(&arena), 0);
    fe_arena_done(&arena);
}

static void refuses_bad_escapes_and_zero_bytes(void **state)
{
    (void)state;
    static const char *const bad[] = {"%",   "a%",   "%2",  "%zz",   "%2g",
                                      "%g2", "%%20", "%00", "a%00b", "% 20"};
    struct fe_arena arena = {0};
    struct fe_slice decoded = FE_SLICE("untouched");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct fe_slice text = fe_slice_cstr(bad[i]);
        assert_int_equal(fe_percent_decode(text, false, &arena, &decoded), -EINVAL);
        assert_int_equal(fe_percent_decode(text, true, &arena, &decoded), -EINVAL);
    }
    EXPECT_SLICE(decoded, "untouched");
    fe_arena_done(&arena);
}

static void encodes_all_but_unreserved_characters(void **state)
{
    (void)state;
    struct fe_buf out;
    fe_buf_init(&out, 100);
    assert_int_equal(fe_percent_encode(FE_SLICE("aZ09-._~ /?&=+%\xc3\xa9"), &out), 0);
    EXPECT_SLICE(fe_buf_slice(&out), "aZ09-._~%20%2F%3F%26%3D%2B%25%C3%A9");
    fe_buf_done(&out);
}

static void round_trips_every_byte_but_zero(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_buf out;
    fe_buf_init(&out, 1000);
    char bytes[255];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(i + 1);
    }
    struct fe_slice text = {bytes, sizeof(bytes)};
    struct fe_slice decoded = {NULL, 0};
    assert_int_equal(fe_percent_encode(text, &out), 0);
    assert_int_equal(fe_percent_decode(fe_buf_slice(&out), true, &arena, &decoded), 0);
    assert_true(fe_slice_eq(decoded, text));
    fe_buf_done(&out);
    fe_arena_done(&arena);
}

static void stops_at_the_limit_of_the_buffer(void **state)
{
    (void)state;
    struct fe_buf out;
    fe_buf_init(&out, 4);
    assert_int_equal(fe_percent_encode(FE_SLICE("  "), &out), -E2BIG);
    fe_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes),
        cmocka_unit_test(borrows_when_there_is_nothing_to_decode),
        cmocka_unit_test(refuses_bad_escapes_and_zero_bytes),
        cmocka_unit_test(encodes_all_but_unreserved_characters),
        cmocka_unit_test(round_trips_every_byte_but_zero),
        cmocka_unit_test(stops_at_the_limit_of_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

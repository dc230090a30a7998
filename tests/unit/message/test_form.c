/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "message/form.h"
#include "util/buf.h"
#include "util/limits.h"

static struct fe_form parse(const char *text, struct fe_arena *arena)
{
    struct fe_form form = {NULL, 0};
    assert_int_equal(fe_form_parse(fe_slice_cstr(text), arena, &form), 0);
    return form;
}

static void decodes_pairs_in_order(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_form form = parse("a=1&b+c=%C3%A9+x&&d&=e&f=g=h&", &arena);
    static const char *const expected[][2] = {
        {"a", "1"}, {"b c", "\xc3\xa9 x"}, {"d", ""}, {"", "e"}, {"f", "g=h"}};
    assert_int_equal(form.count, COUNT_OF(expected));
    for (size_t i = 0; i < form.count; i++) {
        EXPECT_SLICE(form.pairs[i].name, expected[i][0]);
        EXPECT_SLICE(form.pairs[i].value, expected[i][1]);
    }
    fe_arena_done(&arena);
}

static void counts_how_often_a_name_occurs(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_form form = parse("a=1&b=2&%61=3", &arena);
    struct fe_slice value = FE_SLICE("untouched");
    assert_int_equal(fe_form_get(&form, "c", &value), 0);
    EXPECT_SLICE(value, "untouched");
    assert_int_equal(fe_form_get(&form, "a", &value), 2);
    EXPECT_SLICE(value, "1");
    assert_int_equal(fe_form_get(&form, "b", &value), 1);
    EXPECT_SLICE(value, "2");
    fe_arena_done(&arena);
}

static void takes_an_empty_text_for_an_empty_form(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_slice value = {NULL, 0};
    struct fe_form form = parse("", &arena);
    assert_int_equal(form.count, 0);
    assert_int_equal(fe_form_get(&form, "", &value), 0);
    assert_int_equal(parse("&&&", &arena).count, 0);
    fe_arena_done(&arena);
}

static void refuses_what_cannot_be_decoded(void **state)
{
    (void)state;
    static const char *const bad[] = {"a=%",    "%zz=1",  "a=1&b=%00", "a=%ff",
                                      "\xff=1", "a=\xc3", "%ed%a0%80"};
    struct fe_arena arena = {0};
    struct fe_form form = {NULL, 7};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_form_parse(fe_slice_cstr(bad[i]), &arena, &form), -EINVAL);
    }
    assert_int_equal(fe_form_parse(FE_SLICE("a=b\0c"), &arena, &form), -EINVAL);
    assert_int_equal(form.count, 7);
    fe_arena_done(&arena);
}

static void refuses_to_pass_its_limit(void **state)
{
    (void)state;
    struct fe_arena arena = {0};
    struct fe_buf text;
    struct fe_form form = {NULL, 0};
    fe_buf_init(&text, 1000);
    for (size_t i = 0; i < FE_LIMIT_FORM_PAIRS; i++) {
        assert_int_equal(fe_buf_puts(&text, "a=1&"), 0);
    }
    assert_int_equal(fe_form_parse(fe_buf_slice(&text), &arena, &form), 0);
    assert_int_equal(form.count, FE_LIMIT_FORM_PAIRS);
    assert_int_equal(fe_buf_puts(&text, "a"), 0);
    assert_int_equal(fe_form_parse(fe_buf_slice(&text), &arena, &form), -E2BIG);
    fe_buf_done(&text);
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_pairs_in_order),
        cmocka_unit_test(counts_how_often_a_name_occurs),
        cmocka_unit_test(takes_an_empty_text_for_an_empty_form),
        cmocka_unit_test(refuses_what_cannot_be_decoded),
        cmocka_unit_test(refuses_to_pass_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

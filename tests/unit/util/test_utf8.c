/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>

#include "util/utf8.h"

static void round_trips_every_scalar_value(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff) {
            continue;
        }
        char text[4];
        size_t length = fe_utf8_encode(c, text);
        assert_int_equal(fe_utf8_length((struct fe_slice){text, length}), length);
        assert_int_equal(fe_utf8_length((struct fe_slice){text, length - 1}), 0);
    }
}

static void encodes_as_the_rfc_shows(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point;
        const char *text;
    } cases[] = {
        {0x24, "$"},
        {0x7f, "\x7f"},
        {0x80, "\xc2\x80"},
        {0x7ff, "\xdf\xbf"},
        {0x20ac, "\xe2\x82\xac"},
        {0xffff, "\xef\xbf\xbf"},
        {0x10000, "\xf0\x90\x80\x80"},
        {0x10ffff, "\xf4\x8f\xbf\xbf"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[4];
        size_t length = fe_utf8_encode(cases[i].code_point, text);
        EXPECT_SLICE(((struct fe_slice){text, length}), cases[i].text);
    }
}

static void refuses_what_rfc_3629_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80", /* a continuation alone */
        "\xbf",
        "\xc0\x80", /* overlong */
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", /* surrogates */
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", /* past U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "\xc3", /* cut short */
        "\xc3(",
        "\xe2\x82",
        "\xe2(\xac",
        "\xe2\x82(",
        "\xf0\x9f\x98",
        "\xf0\x9f\x98(",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(fe_utf8_length(fe_slice_cstr(bad[i])), 0);
        assert_false(fe_utf8_valid(fe_slice_cstr(bad[i])));
    }
}

static void looks_at_the_whole_text(void **state)
{
    (void)state;
    assert_true(fe_utf8_valid(FE_SLICE("")));
    assert_true(fe_utf8_valid(FE_SLICE("a\0b")));
    assert_true(fe_utf8_valid(FE_SLICE("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80")));
    assert_false(fe_utf8_valid(FE_SLICE("gr\xc3\xbc\xc3")));
    assert_false(fe_utf8_valid(FE_SLICE("ok\xff")));
}

static void looks_at_every_byte_of_a_text_of_any_length(void **state)
{
    (void)state;
    char text[40];
    memset(text, 'a', sizeof(text));
    for (size_t len = 1; len <= sizeof(text); len++) {
        for (size_t at = 0; at < len; at++) {
            text[at] = '\x80';
            assert_false(fe_utf8_valid((struct fe_slice){text, len}));
            text[at] = 'a';
        }
        assert_true(fe_utf8_valid((struct fe_slice){text, len}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips_every_scalar_value),
        cmocka_unit_test(encodes_as_the_rfc_shows),
        cmocka_unit_test(refuses_what_rfc_3629_refuses),
        cmocka_unit_test(looks_at_the_whole_text),
        cmocka_unit_test(looks_at_every_byte_of_a_text_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

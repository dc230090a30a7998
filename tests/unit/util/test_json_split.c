/* SPDX-License-Identifier: MIT */
#include "util/json_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/buf.h"

/* What the values are, with a bar behind each that ended and a question mark behind one that has
 * begun and did not. The text comes in pieces of `step` bytes. */
static void expect_split(const char *text, const char *expected, size_t step)
{
    struct fe_json_split split = {0};
    struct fe_buf out;
    struct fe_slice rest = fe_slice_cstr(text);
    fe_buf_init(&out, 4096);
    while (rest.len > 0) {
        struct fe_slice piece = {rest.ptr, rest.len < step ? rest.len : step};
        bool ended = false;
        size_t length = fe_json_split(&split, piece, &ended);
        (void)fe_buf_append(&out, piece.ptr, length);
        (void)fe_buf_puts(&out, ended ? "|" : "");
        rest = fe_slice_from(rest, length);
    }
    (void)fe_buf_puts(&out, fe_json_split_inside(&split) ? "?" : "");
    assert_string_equal(fe_buf_slice(&out).ptr, expected);
    fe_buf_done(&out);
}

static void cuts_values_wherever_their_bytes_are_divided(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"", ""},
        {" \n", " \n"},
        {"{}[]", "{}|[]|"},
        {"{\"a\":[1,{}]}\n[]", "{\"a\":[1,{}]}|\n[]|"},
        {"\"a\"\"b\"", "\"a\"|\"b\"|"},
        {"\"}\\\"{\\\\\"{\"[\":1}", "\"}\\\"{\\\\\"|{\"[\":1}|"},
        {"1 2", "1| 2?"},
        {"12{}true[]null\"x\"", "12|{}|true|[]|null|\"x\"|"},
        {"{\"a\":", "{\"a\":?"},
        {"\"open", "\"open?"},
        {"]}", "]}?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t step = 1; step < 8; step++) {
            expect_split(cases[i].text, cases[i].expected, step);
        }
        expect_split(cases[i].text, cases[i].expected, SIZE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_values_wherever_their_bytes_are_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>

#include "config/scalar.h"

static const struct {
    const char *text;
    enum fe_scalar_type type;
    const char *json; /* of a number, or NULL if JSON has none such */
} cases[] = {
    {"", FE_SCALAR_NULL, NULL},
    {"~", FE_SCALAR_NULL, NULL},
    {"null", FE_SCALAR_NULL, NULL},
    {"Null", FE_SCALAR_NULL, NULL},
    {"NULL", FE_SCALAR_NULL, NULL},
    {"nULL", FE_SCALAR_TEXT, NULL},
    {"true", FE_SCALAR_BOOL, NULL},
    {"True", FE_SCALAR_BOOL, NULL},
    {"TRUE", FE_SCALAR_BOOL, NULL},
    {"false", FE_SCALAR_BOOL, NULL},
    {"yes", FE_SCALAR_TEXT, NULL}, /* of YAML 1.1 only */
    {"no", FE_SCALAR_TEXT, NULL},
    {"on", FE_SCALAR_TEXT, NULL},
    {"0", FE_SCALAR_INT, "0"},
    {"-0", FE_SCALAR_INT, "-0"},
    {"+12", FE_SCALAR_INT, "12"},
    {"007", FE_SCALAR_INT, "7"},
    {"-00", FE_SCALAR_INT, "-0"},
    {"12345678901234567890123", FE_SCALAR_INT, "12345678901234567890123"},
    {"0x1F", FE_SCALAR_INT, "31"},
    {"0o17", FE_SCALAR_INT, "15"},
    {"0xffffffffffffffff", FE_SCALAR_INT, "18446744073709551615"},
    {"0x10000000000000000", FE_SCALAR_INT, NULL},
    {"0x", FE_SCALAR_TEXT, NULL},
    {"0xg", FE_SCALAR_TEXT, NULL},
    {"0o8", FE_SCALAR_TEXT, NULL},
    {"-0x1", FE_SCALAR_TEXT, NULL},
    {"1.5", FE_SCALAR_FLOAT, "1.5"},
    {"1.", FE_SCALAR_FLOAT, "1"},
    {".5", FE_SCALAR_FLOAT, "0.5"},
    {"-.5", FE_SCALAR_FLOAT, "-0.5"},
    {"+01.50", FE_SCALAR_FLOAT, "1.50"},
    {"1e3", FE_SCALAR_FLOAT, "1e3"},
    {"1E+03", FE_SCALAR_FLOAT, "1e+03"},
    {"1.e-3", FE_SCALAR_FLOAT, "1e-3"},
    {".inf", FE_SCALAR_FLOAT, NULL},
    {"-.INF", FE_SCALAR_FLOAT, NULL},
    {".nan", FE_SCALAR_FLOAT, NULL},
    {"-.nan", FE_SCALAR_TEXT, NULL},
    {".", FE_SCALAR_TEXT, NULL},
    {"-", FE_SCALAR_TEXT, NULL},
    {"+", FE_SCALAR_TEXT, NULL},
    {"e3", FE_SCALAR_TEXT, NULL},
    {"1e", FE_SCALAR_TEXT, NULL},
    {"1e+", FE_SCALAR_TEXT, NULL},
    {"1.2.3", FE_SCALAR_TEXT, NULL},
    {"1_000", FE_SCALAR_TEXT, NULL},
    {"1:30", FE_SCALAR_TEXT, NULL},
    {"5s", FE_SCALAR_TEXT, NULL},
    {"1 ", FE_SCALAR_TEXT, NULL},
};

static void follows_the_core_schema(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (fe_scalar_type_of(fe_slice_cstr(cases[i].text)) != cases[i].type) {
            fail_msg("%s is of another type", cases[i].text);
        }
    }
}

static void writes_numbers_as_json_digit_for_digit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (cases[i].type != FE_SCALAR_INT && cases[i].type != FE_SCALAR_FLOAT) {
            continue;
        }
        struct fe_buf out;
        fe_buf_init(&out, 100);
        int r = fe_scalar_to_json(fe_slice_cstr(cases[i].text), &out);
        assert_int_equal(r, cases[i].json ? 0 : -ERANGE);
        EXPECT_SLICE(fe_buf_slice(&out), cases[i].json ? cases[i].json : "");
        fe_buf_done(&out);
    }
}

static void reads_whole_numbers_that_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int r;
        int64_t number;
    } numbers[] = {
        {"0", 0, 0},
        {"-12", 0, -12},
        {"+12", 0, 12},
        {"010", 0, 10},
        {"0x7f", 0, 127},
        {"0o10", 0, 8},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775808", 0, INT64_MIN},
        {"9223372036854775808", -ERANGE, 7},
        {"0x8000000000000000", -ERANGE, 7},
        {"0x10000000000000000", -ERANGE, 7},
    };
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        int64_t number = 7;
        assert_int_equal(fe_scalar_int64(fe_slice_cstr(numbers[i].text), &number), numbers[i].r);
        assert_true(number == numbers[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_core_schema),
        cmocka_unit_test(writes_numbers_as_json_digit_for_digit),
        cmocka_unit_test(reads_whole_numbers_that_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

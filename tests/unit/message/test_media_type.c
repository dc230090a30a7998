/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "message/media_type.h"

static void the_essence_has_no_parameters(void **state)
{
    (void)state;
    EXPECT_SLICE(fe_media_essence(FE_SLICE("text/html")), "text/html");
    EXPECT_SLICE(fe_media_essence(FE_SLICE(" text/html ;charset=utf-8; a=b")), "text/html");
    EXPECT_SLICE(fe_media_essence(FE_SLICE("")), "");
}

static void parameters_are_found_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *value;
    } cases[] = {
        {"form-data; name=a", "a"},
        {"form-data;NAME=\"a b\"", "a b"},
        {"form-data; filename=\"x; name=wrong\"; name=\"right\"", "right"},
        {"form-data; filename=\"x\\\"; name=wrong\"; name=right", "right"},
        {"form-data; filename=\"never closed; name=wrong", ""},
        {"form-data; names=a; nam=b; name", ""},
        {"form-data; name=", ""},
        {"form-data; name=\"", "\""},
        {"form-data; name=\"a\\\"b\"", "a\\\"b"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_SLICE(fe_media_parameter(fe_slice_cstr(cases[i].text), FE_SLICE("name")),
                     cases[i].value);
    }
}

static void fields_of_a_part_are_found_by_name(void **state)
{
    (void)state;
    const struct fe_slice head = FE_SLICE("A: 1\r\ncontent-type:  text/plain \r\nA: 2\nno field\n");
    EXPECT_SLICE(fe_part_field(head, FE_SLICE("a")), "1");
    EXPECT_SLICE(fe_part_field(head, FE_SLICE("Content-Type")), "text/plain");
    EXPECT_SLICE(fe_part_field(head, FE_SLICE("no field")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_essence_has_no_parameters),
        cmocka_unit_test(parameters_are_found_by_name),
        cmocka_unit_test(fields_of_a_part_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

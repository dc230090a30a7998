/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include "message/status.h"

static void knows_the_phrases(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *reason;
    } cases[] = {
        {100, "Continue"},
        {200, "OK"},
        {204, "No Content"},
        {302, "Found"},
        {404, "Not Found"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {504, "Gateway Timeout"},
        {299, "Unknown"},
        {0, "Unknown"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(fe_status_reason(cases[i].status), cases[i].reason);
    }
}

static void knows_which_never_have_a_body(void **state)
{
    (void)state;
    static const int without[] = {100, 101, 103, 199, 204, 304};
    static const int with[] = {200, 201, 205, 300, 303, 305, 400, 404, 500, 599};
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        assert_false(fe_status_has_body(without[i]));
    }
    for (size_t i = 0; i < COUNT_OF(with); i++) {
        assert_true(fe_status_has_body(with[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_phrases),
        cmocka_unit_test(knows_which_never_have_a_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

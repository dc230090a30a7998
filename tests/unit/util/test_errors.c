/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <stdbool.h>

#include "util/errors.h"
#include "util/limits.h"

static size_t count_lines(struct fe_slice text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) {
        lines += text.ptr[i] == '\n';
    }
    return lines;
}

static void keeps_one_line_for_each(void **state)
{
    (void)state;
    struct fe_errors errors;
    fe_errors_init(&errors);
    EXPECT_SLICE(fe_buf_slice(&errors.text), "");
    fe_errors_add(&errors, "%s:%d: bad", "a.yaml", 3);
    fe_errors_add(&errors, "worse");
    EXPECT_SLICE(fe_buf_slice(&errors.text), "a.yaml:3: bad\nworse\n");
    assert_int_equal(errors.count, 2);
    fe_errors_done(&errors);
    assert_int_equal(errors.count, 0);
}

static void counts_all_and_shows_as_many_as_help(void **state)
{
    (void)state;
    struct fe_errors errors;
    fe_errors_init(&errors);
    for (unsigned i = 0; i < FE_LIMIT_ERRORS + 50; i++) {
        fe_errors_add(&errors, "error %u", i);
    }
    assert_int_equal(errors.count, FE_LIMIT_ERRORS + 50);
    struct fe_slice text = fe_buf_slice(&errors.text);
    assert_int_equal(count_lines(text), FE_LIMIT_ERRORS + 1);
    assert_non_null(strstr(text.ptr, "error 99\n"));
    assert_null(strstr(text.ptr, "error 100\n"));
    assert_non_null(strstr(text.ptr, "there are more errors than these\n"));
    fe_errors_done(&errors);
}

static void cuts_lines_that_are_too_long(void **state)
{
    (void)state;
    struct fe_errors errors;
    fe_errors_init(&errors);
    for (unsigned i = 0; i < FE_LIMIT_ERRORS + 1; i++) {
        fe_errors_add(&errors, "%05000d", 1);
    }
    assert_int_equal(errors.text.error, 0);
    assert_int_equal(count_lines(fe_buf_slice(&errors.text)), FE_LIMIT_ERRORS + 1);
    assert_int_equal(errors.text.ptr[FE_LIMIT_ERROR_BYTES - 1], '\n');
    fe_errors_done(&errors);
}

static void shows_a_stranger_s_text_on_one_line(void **state)
{
    (void)state;
    struct fe_errors errors;
    fe_errors_init(&errors);
    fe_errors_add(&errors, "a.yaml:1: \"%s\" is none", "x\ny\033[2J\xc3\xa9\xc3");
    EXPECT_SLICE(fe_buf_slice(&errors.text),
                 "a.yaml:1: \"x\\x0ay\\x1b[2J\xc3\xa9\\xc3\" is none\n");
    fe_errors_done(&errors);
}

static void has_room_for_the_longest_lines(void **state)
{
    (void)state;
    struct fe_errors errors;
    char line[FE_LIMIT_ERROR_BYTES];
    memset(line, '\n', sizeof(line));
    fe_errors_init(&errors);
    for (unsigned i = 0; i < FE_LIMIT_ERRORS + 1; i++) {
        fe_errors_add(&errors, "%.*s", (int)sizeof(line), line);
    }
    assert_int_equal(errors.text.error, 0);
    assert_int_equal(count_lines(fe_buf_slice(&errors.text)), FE_LIMIT_ERRORS + 1);
    fe_errors_done(&errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_one_line_for_each),
        cmocka_unit_test(counts_all_and_shows_as_many_as_help),
        cmocka_unit_test(cuts_lines_that_are_too_long),
        cmocka_unit_test(shows_a_stranger_s_text_on_one_line),
        cmocka_unit_test(has_room_for_the_longest_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

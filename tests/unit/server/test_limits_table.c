/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "foundry_emulator/limits.h"

static const char *value_of(const char *name)
{
    static struct fe_limit limit;
    for (size_t i = 0; fe_limit_at(i, &limit) == 0; i++) {
        if (strcmp(limit.name, name) == 0) {
            return limit.value;
        }
    }
    fail_msg("no limit is called \"%s\"", name);
    return "";
}

static void says_values_as_people_do(void **state)
{
    (void)state;
    assert_string_equal(value_of("Request target"), "8000 B");
    assert_string_equal(value_of("Header fields"), "128");
    assert_string_equal(value_of("Head of a request"), "32 KiB");
    assert_string_equal(value_of("Body: jobs, queries, object sets"), "64 MiB");
    assert_string_equal(value_of("Files in TMPDIR, together"), "4 GiB");
    assert_string_equal(value_of("Time for a head"), "10 s");
    assert_string_equal(value_of("Their pace (streamed bodies: any)"), "1 KiB/s");
}

static void ends_where_it_ends(void **state)
{
    (void)state;
    struct fe_limit limit = {.name = NULL};
    size_t count = 0;
    while (fe_limit_at(count, &limit) == 0) {
        assert_true(strlen(limit.name) > 0 && strlen(limit.value) > 0 && strlen(limit.beyond) > 0);
        count++;
    }
    assert_true(count > 30);
    assert_int_equal(fe_limit_at(count, &limit), -ENOENT);
    assert_int_equal(fe_limit_at(SIZE_MAX, &limit), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_values_as_people_do),
        cmocka_unit_test(ends_where_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

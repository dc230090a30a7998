/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/record_mode.h"
#include "util/errors.h"

/* Options as pairs of name and value, NULL behind them. */
static size_t count_mistakes(const char *const *pairs, const char *expected)
{
    char why[200];
    struct fe_errors errors;
    struct fe_options *options = fe_options_new();
    fe_errors_init(&errors);
    for (; *pairs; pairs += 2) {
        assert_int_equal(
            fe_options_set(options, pairs[0], pairs[1], FE_OPTION_COMMAND_LINE, why, sizeof(why)),
            0);
    }
    fe_record_mode_check(options, &errors);
    size_t count = errors.count;
    if (expected) {
        assert_non_null(strstr(errors.text.ptr, expected));
    }
    fe_errors_done(&errors);
    fe_options_free(options);
    return count;
}

#define CHECK(count_, expected_, ...)                                                              \
    do {                                                                                           \
        static const char *const pairs_[] = {__VA_ARGS__, NULL};                                   \
        assert_int_equal(count_mistakes(pairs_, expected_), count_);                               \
    } while (0)
#define RECORD "mode", "record", "upstream", "http://localhost", "cassette", "a.cassette"

static void asks_for_an_upstream_and_one_cassette(void **state)
{
    (void)state;
    CHECK(2, "--upstream URL", "mode", "record");
    CHECK(1, "--cassette FILE", "mode", "record", "upstream", "http://localhost");
    CHECK(1, "--cassette FILE", RECORD, "cassette", "b.cassette");
    CHECK(0, NULL, RECORD);
}

static void leaves_other_modes_alone(void **state)
{
    (void)state;
    CHECK(0, NULL, "mode", "emulate", "append", "true", "overwrite", "true");
}

static void refuses_what_does_not_go_together(void **state)
{
    (void)state;
    CHECK(1, "--append and --overwrite", RECORD, "append", "true", "overwrite", "true");
    CHECK(1, "--keep-secrets excludes", RECORD, "keep-secrets", "true", "redact", "x");
    CHECK(1, "--keep-secrets excludes", RECORD, "keep-secrets", "true", "redact-pii", "true");
    CHECK(0, NULL, RECORD, "keep", "x", "redact", "y*", "redact-pii", "true", "append", "true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_an_upstream_and_one_cassette),
        cmocka_unit_test(leaves_other_modes_alone),
        cmocka_unit_test(refuses_what_does_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

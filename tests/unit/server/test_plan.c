/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/plan.h"
#include "util/errors.h"

/* Pairs of name and value, NULL behind them. */
static struct fe_options *options_of(const char *const *pairs)
{
    char why[200];
    struct fe_options *options = fe_options_new();
    for (; *pairs; pairs += 2) {
        assert_int_equal(
            fe_options_set(options, pairs[0], pairs[1], FE_OPTION_COMMAND_LINE, why, sizeof(why)),
            0);
    }
    return options;
}

static size_t count_mistakes(const char *const *pairs, const char *expected)
{
    struct fe_errors errors;
    struct fe_plan plan;
    struct fe_options *options = options_of(pairs);
    fe_errors_init(&errors);
    fe_plan_make(options, &plan, &errors);
    const struct fe_mode_table table = {.kind = plan.kind};
    const struct fe_needs needs = fe_plan_needs(&plan, &table);
    fe_plan_check(&plan, &needs, options, &errors);
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

static void asks_for_what_replay_needs(void **state)
{
    (void)state;
    CHECK(1, "--cassette FILE", "mode", "replay");
    CHECK(0, NULL, "mode", "replay", "cassette", "a.cassette", "cassette", "b.cassette");
    CHECK(1, "--on-miss upstream: which Foundry?", "mode", "replay", "cassette", "a.cassette",
          "on-miss", "upstream");
    CHECK(1, "--on-miss record: which Foundry?", "mode", "replay", "cassette", "a.cassette",
          "on-miss", "record");
}

static struct fe_plan plan_of(const char *mode, const char *cassette)
{
    const char *const pairs[] = {"mode", mode, "cassette", cassette, NULL};
    struct fe_errors errors;
    struct fe_plan plan;
    struct fe_options *options = options_of(pairs);
    fe_errors_init(&errors);
    fe_plan_make(options, &plan, &errors);
    assert_int_equal(errors.count, 0);
    fe_errors_done(&errors);
    fe_options_free(options);
    return plan;
}

static void assert_plan(const char *mode, bool exists, struct fe_plan expected)
{
    char path[] = "/tmp/fe-plan-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    if (!exists) {
        assert_int_equal(unlink(path), 0);
    }
    struct fe_plan plan = plan_of(mode, path);
    assert_int_equal(plan.kind, expected.kind);
    assert_int_equal(plan.on_miss, expected.on_miss);
    assert_int_equal(plan.writer, expected.writer);
    (void)unlink(path);
}

static void knows_the_names_that_vcr_has_for_modes(void **state)
{
    (void)state;
    assert_plan("once", false, (struct fe_plan){FE_MODE_RECORD, FE_ON_MISS_FAIL, FE_WRITER_CREATE});
    assert_plan("once", true, (struct fe_plan){FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND});
    assert_plan("new_episodes", false,
                (struct fe_plan){FE_MODE_RECORD, FE_ON_MISS_RECORD, FE_WRITER_CREATE});
    assert_plan("new_episodes", true,
                (struct fe_plan){FE_MODE_REPLAY, FE_ON_MISS_RECORD, FE_WRITER_APPEND});
    assert_plan("none", true, (struct fe_plan){FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND});
    assert_plan("none", false, (struct fe_plan){FE_MODE_REPLAY, FE_ON_MISS_FAIL, FE_WRITER_APPEND});
    for (int exists = 0; exists < 2; exists++) {
        assert_plan("all", exists != 0,
                    (struct fe_plan){FE_MODE_RECORD, FE_ON_MISS_RECORD, FE_WRITER_OVERWRITE});
    }
}

static void lets_nobody_say_what_such_a_name_says(void **state)
{
    (void)state;
    CHECK(1, "--mode none says itself what --on-miss would", "mode", "none", "cassette", "a",
          "on-miss", "emulate");
    CHECK(1, "--mode all says itself what --append would", "mode", "all", "cassette", "a",
          "upstream", "http://localhost", "append", "true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_for_an_upstream_and_one_cassette),
        cmocka_unit_test(leaves_other_modes_alone),
        cmocka_unit_test(refuses_what_does_not_go_together),
        cmocka_unit_test(asks_for_what_replay_needs),
        cmocka_unit_test(knows_the_names_that_vcr_has_for_modes),
        cmocka_unit_test(lets_nobody_say_what_such_a_name_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

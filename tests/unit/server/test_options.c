/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "server/options.h"

static int set(struct fe_options *options, const char *name, const char *value,
               enum fe_option_source source)
{
    char why[200];
    return fe_options_set(options, name, value, source, why, sizeof(why));
}

static void gives_defaults(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    assert_string_equal(fe_options_value(options, FE_OPT_LISTEN, 0), "http://127.0.0.1:4000");
    assert_int_equal(fe_options_count(options, FE_OPT_LISTEN), 1);
    assert_int_equal(fe_options_count(options, FE_OPT_SEED), 0);
    assert_int_equal(fe_options_ms(options, FE_OPT_POLL_TIMEOUT), 5000);
    assert_int_equal(fe_options_ms(options, FE_OPT_STATUS_TIMEOUT), 1000);
    assert_int_equal(fe_options_ms(options, FE_OPT_EXECUTE_TIMEOUT), 30000);
    assert_false(fe_options_bool(options, FE_OPT_ALLOW_REMOTE));
    fe_options_free(options);
}

static void lets_the_higher_source_win_whichever_comes_first(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    assert_int_equal(set(options, "poll-timeout", "1s", FE_OPTION_COMMAND_LINE), 0);
    assert_int_equal(set(options, "poll-timeout", "2s", FE_OPTION_ENVIRONMENT), 0);
    assert_int_equal(fe_options_ms(options, FE_OPT_POLL_TIMEOUT), 1000);
    assert_int_equal(set(options, "status-timeout", "3s", FE_OPTION_FILE), 0);
    assert_int_equal(set(options, "status-timeout", "4s", FE_OPTION_ENVIRONMENT), 0);
    assert_int_equal(fe_options_ms(options, FE_OPT_STATUS_TIMEOUT), 4000);
    fe_options_free(options);
}

static void gathers_what_repeats_and_replaces_what_a_lower_source_gathered(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    assert_int_equal(set(options, "listen", "http://127.0.0.1:1", FE_OPTION_FILE), 0);
    assert_int_equal(set(options, "listen", "http://127.0.0.1:2", FE_OPTION_COMMAND_LINE), 0);
    assert_int_equal(set(options, "listen", "unix:/tmp/x", FE_OPTION_COMMAND_LINE), 0);
    assert_int_equal(fe_options_count(options, FE_OPT_LISTEN), 2);
    assert_string_equal(fe_options_value(options, FE_OPT_LISTEN, 0), "http://127.0.0.1:2");
    assert_string_equal(fe_options_value(options, FE_OPT_LISTEN, 1), "unix:/tmp/x");
    assert_string_equal(fe_options_value(options, FE_OPT_LISTEN, 2), "");
    fe_options_free(options);
}

static void checks_what_a_recording_needs(void **state)
{
    (void)state;
    static const char *const good[][2] = {{"mode", "record"},
                                          {"upstream", "https://stack.example"},
                                          {"upstream", "HTTP://127.0.0.1:80"},
                                          {"sync", "exchange"},
                                          {"upstream-timeout", "500ms"},
                                          {"redact", "x-*"}};
    static const char *const bad[][2] = {
        {"mode", "recording"},           {"upstream", "stack.example"},
        {"upstream", "ftp://a"},         {"upstream", "https://stack.example/path"},
        {"upstream", "https://u:p@a"},   {"sync", "often"},
        {"upstream-timeout", "0"},       {"redact", ""},
        {"upstream", "https://a:99999"}, {"cassette", ""}};
    struct fe_options *options = fe_options_new();
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(set(options, good[i][0], good[i][1], FE_OPTION_COMMAND_LINE), 0);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(set(options, bad[i][0], bad[i][1], FE_OPTION_COMMAND_LINE), -EINVAL);
    }
    fe_options_free(options);
}

static void replaces_what_does_not_repeat(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    assert_int_equal(set(options, "log-level", "debug", FE_OPTION_COMMAND_LINE), 0);
    assert_int_equal(set(options, "log-level", "error", FE_OPTION_COMMAND_LINE), 0);
    assert_int_equal(fe_options_count(options, FE_OPT_LOG_LEVEL), 1);
    assert_string_equal(fe_options_value(options, FE_OPT_LOG_LEVEL, 0), "error");
    fe_options_free(options);
}

static void refuses_what_is_no_such_value(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"mode", "dream"},
        {"listen", "127.0.0.1:4000"},
        {"listen", "http://127.0.0.1:70000"},
        {"listen", "https://127.0.0.1"},
        {"tls-name", ""},
        {"tls-name", "*.test"},
        {"tls-name", "a,DNS:b"},
        {"tls-dir", ""},
        {"listen", ""},
        {"seed", ""},
        {"allow-remote", "yes"},
        {"public-url", "localhost:4000"},
        {"public-url", "http://localhost:4000/"},
        {"public-url", "http://local host"},
        {"poll-timeout", "5"},
        {"poll-timeout", "-5s"},
        {"status-timeout", "soon"},
        {"deterministic", "x"},
        {"log-level", "loud"},
        {"log-format", "xml"},
    };
    struct fe_options *options = fe_options_new();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char why[200] = "";
        assert_int_equal(
            fe_options_set(options, bad[i][0], bad[i][1], FE_OPTION_COMMAND_LINE, why, sizeof(why)),
            -EINVAL);
        assert_non_null(strstr(why, "expected"));
    }
    assert_int_equal(set(options, "colour", "red", FE_OPTION_COMMAND_LINE), -ENOENT);
    fe_options_free(options);
}

static void refuses_more_listeners_than_its_limit(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    for (int i = 0; i < 16; i++) {
        assert_int_equal(set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE), 0);
    }
    assert_int_equal(set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE), -EINVAL);
    fe_options_free(options);
}

static void copies_values_and_their_sources(void **state)
{
    (void)state;
    struct fe_options *options = fe_options_new();
    assert_int_equal(set(options, "seed", "a.yaml", FE_OPTION_ENVIRONMENT), 0);
    struct fe_options *copy = fe_options_copy(options);
    fe_options_free(options);
    assert_string_equal(fe_options_value(copy, FE_OPT_SEED, 0), "a.yaml");
    assert_int_equal(fe_options_source(copy, FE_OPT_SEED), FE_OPTION_ENVIRONMENT);
    fe_options_free(copy);
}

static void describes_every_option(void **state)
{
    (void)state;
    const struct fe_option_info *info = NULL;
    size_t count = 0;
    for (; (info = fe_option_info(count)) != NULL; count++) {
        assert_non_null(info->name);
        assert_non_null(info->help);
    }
    assert_int_equal(count, FE_OPTION_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_defaults),
        cmocka_unit_test(lets_the_higher_source_win_whichever_comes_first),
        cmocka_unit_test(gathers_what_repeats_and_replaces_what_a_lower_source_gathered),
        cmocka_unit_test(checks_what_a_recording_needs),
        cmocka_unit_test(replaces_what_does_not_repeat),
        cmocka_unit_test(refuses_what_is_no_such_value),
        cmocka_unit_test(refuses_more_listeners_than_its_limit),
        cmocka_unit_test(copies_values_and_their_sources),
        cmocka_unit_test(describes_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/command_line.h"
#include "server/options.h"

enum {
    ARGUMENTS_MAX = 8
};

struct fixture {
    struct fe_options *options;
    enum fe_command command;
    char why[512];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->options = fe_options_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_options_free(f->options);
    free(f);
    return 0;
}

/* `arguments` is divided by spaces. */
static int read_line(struct fixture *f, const char *arguments)
{
    char text[512];
    char *argv[ARGUMENTS_MAX] = {NULL};
    char name[] = "foundry-emulator";
    int argc = 1;
    argv[0] = name;
    size_t length = strlen(arguments);
    assert_true(length < sizeof(text));
    memcpy(text, arguments, length + 1);
    for (char *at = text; *at && argc < ARGUMENTS_MAX; argc++) {
        argv[argc] = at;
        at += strcspn(at, " ");
        if (*at) {
            *at++ = '\0';
        }
    }
    return fe_command_line_read(argc, argv, f->options, &f->command, f->why, sizeof(f->why));
}

static void reads_values_behind_a_space_or_an_equals_sign(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_line(f, "--poll-timeout 2s --status-timeout=3s"), 0);
    assert_int_equal(fe_options_ms(f->options, FE_OPT_POLL_TIMEOUT), 2000);
    assert_int_equal(fe_options_ms(f->options, FE_OPT_STATUS_TIMEOUT), 3000);
    assert_int_equal(f->command, FE_COMMAND_SERVE);
}

static void takes_switches_and_optional_arguments(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_line(f, "--allow-remote --deterministic --check"), 0);
    assert_true(fe_options_bool(f->options, FE_OPT_ALLOW_REMOTE));
    assert_int_equal(fe_options_number(f->options, FE_OPT_DETERMINISTIC), 0);
    assert_int_equal(fe_options_count(f->options, FE_OPT_DETERMINISTIC), 1);
    assert_int_equal(f->command, FE_COMMAND_CHECK);
    assert_int_equal(read_line(f, "--deterministic=42"), 0);
    assert_int_equal(fe_options_number(f->options, FE_OPT_DETERMINISTIC), 42);
}

static void says_what_is_wrong_with_an_argument(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_line(f, "serve"), -EINVAL);
    assert_non_null(strstr(f->why, "serve"));
    assert_int_equal(read_line(f, "--colour red"), -EINVAL);
    assert_non_null(strstr(f->why, "--colour"));
    assert_int_equal(read_line(f, "--listen"), -EINVAL);
    assert_non_null(strstr(f->why, "expected URL"));
    assert_int_equal(read_line(f, "--poll-timeout never"), -EINVAL);
    assert_non_null(strstr(f->why, "--poll-timeout never: expected a duration"));
}

static void reads_the_environment_below_the_command_line(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(setenv("FOUNDRY_EMULATOR_POLL_TIMEOUT", "7s", 1), 0);
    assert_int_equal(setenv("FOUNDRY_EMULATOR_LISTEN", "http://127.0.0.1:1,unix:/tmp/a", 1), 0);
    assert_int_equal(read_line(f, "--poll-timeout 2s"), 0);
    assert_int_equal(fe_environment_read(f->options, f->why, sizeof(f->why)), 0);
    assert_int_equal(fe_options_ms(f->options, FE_OPT_POLL_TIMEOUT), 2000);
    assert_int_equal(fe_options_count(f->options, FE_OPT_LISTEN), 2);
    assert_string_equal(fe_options_value(f->options, FE_OPT_LISTEN, 1), "unix:/tmp/a");
    assert_int_equal(setenv("FOUNDRY_EMULATOR_POLL_TIMEOUT", "never", 1), 0);
    assert_int_equal(fe_environment_read(f->options, f->why, sizeof(f->why)), -EINVAL);
    assert_non_null(strstr(f->why, "FOUNDRY_EMULATOR_POLL_TIMEOUT"));
    assert_int_equal(unsetenv("FOUNDRY_EMULATOR_POLL_TIMEOUT"), 0);
    assert_int_equal(unsetenv("FOUNDRY_EMULATOR_LISTEN"), 0);
}

static void names_every_option_in_its_help(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fe_command_line_help(out);
    (void)fclose(out);
    const struct fe_option_info *info = NULL;
    for (size_t i = 0; (info = fe_option_info(i)) != NULL; i++) {
        assert_non_null(strstr(text, info->name));
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_values_behind_a_space_or_an_equals_sign, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(takes_switches_and_optional_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_an_argument, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_the_environment_below_the_command_line, setup,
                                        teardown),
        cmocka_unit_test(names_every_option_in_its_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

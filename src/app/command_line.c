/* SPDX-License-Identifier: MIT */
#include "app/command_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "foundry_emulator/limits.h"

static const struct {
    const char *name;
    enum fe_command command;
    const char *help;
} commands[] = {
    {"check", FE_COMMAND_CHECK, "Check options and seed files, and exit."},
    {"version", FE_COMMAND_VERSION, "Print the version, and exit."},
    {"help", FE_COMMAND_HELP, "Print this, and exit."},
};
enum {
    COMMAND_COUNT = sizeof(commands) / sizeof(commands[0])
};

/* Without SEED, --deterministic means this one. */
static const char *const optional_argument = "0";

static const struct fe_option_info *find_option(const char *name, size_t length)
{
    const struct fe_option_info *info = NULL;
    for (size_t i = 0; (info = fe_option_info(i)) != NULL; i++) {
        if (strlen(info->name) == length && strncmp(info->name, name, length) == 0) {
            return info;
        }
    }
    return NULL;
}

static int find_command(const char *name, enum fe_command *command_out)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            *command_out = commands[i].command;
            return 0;
        }
    }
    return -ENOENT;
}

/* The value of argv[*at]: behind "=", or the next argument; NULL if there is none. */
static const char *take_value(const struct fe_option_info *info, const char *behind, int argc,
                              char *const *argv, int *at)
{
    if (*behind == '=') {
        return behind + 1;
    }
    if (info->argument == NULL) {
        return "true";
    }
    if (info->argument_optional) {
        return optional_argument;
    }
    return *at + 1 < argc ? argv[++*at] : NULL;
}

/* Who speaks, and where an answer goes. */
struct speaker {
    struct fe_options *options;
    enum fe_option_source source;
    char *why;
    size_t why_size;
};

static int set(const struct speaker *speaker, const struct fe_option_info *info,
               const char *spelled, const char *value)
{
    char expected[200];
    int r = fe_options_set(speaker->options, info->name, value, speaker->source, expected,
                           sizeof(expected));
    if (r < 0) {
        (void)snprintf(speaker->why, speaker->why_size, "%s %s: %s", spelled, value, expected);
    }
    return r;
}

/* The option at argv[*at], with its value. */
static int read_option(const struct speaker *speaker, int argc, char *const *argv, int *at)
{
    const char *argument = argv[*at];
    size_t length = strcspn(argument + 2, "=");
    const struct fe_option_info *info = find_option(argument + 2, length);
    if (info == NULL) {
        (void)snprintf(speaker->why, speaker->why_size, "%s: there is no such option; see --help",
                       argument);
        return -EINVAL;
    }
    const char *value = take_value(info, argument + 2 + length, argc, argv, at);
    if (value == NULL) {
        (void)snprintf(speaker->why, speaker->why_size, "%s: expected %s behind it", argument,
                       info->argument);
        return -EINVAL;
    }
    char spelled[64];
    (void)snprintf(spelled, sizeof(spelled), "--%s", info->name);
    return set(speaker, info, spelled, value);
}

int fe_command_line_read(int argc, char *const *argv, struct fe_options *options,
                         enum fe_command *command_out, char *why, size_t why_size)
{
    const struct speaker speaker = {options, FE_OPTION_COMMAND_LINE, why, why_size};
    *command_out = FE_COMMAND_SERVE;
    for (int at = 1; at < argc; at++) {
        if (strncmp(argv[at], "--", 2) != 0) {
            (void)snprintf(why, why_size, "%s: expected an option; see --help", argv[at]);
            return -EINVAL;
        }
        if (find_command(argv[at] + 2, command_out) == 0) {
            continue;
        }
        int r = read_option(&speaker, argc, argv, &at);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* "poll-timeout" → "FOUNDRY_EMULATOR_POLL_TIMEOUT" */
static void variable_name(const char *option, char *out, size_t size)
{
    int length = snprintf(out, size, "FOUNDRY_EMULATOR_");
    size_t at = (size_t)length;
    for (; *option && at + 1 < size; option++, at++) {
        char c = *option;
        out[at] = (char)(c == '-' ? '_' : c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    out[at] = '\0';
}

static int set_list(const struct speaker *speaker, const struct fe_option_info *info,
                    const char *spelled, const char *list)
{
    while (*list) {
        char value[1024];
        size_t length = strcspn(list, ",");
        if (length >= sizeof(value)) {
            (void)snprintf(speaker->why, speaker->why_size, "%s: a value is too long", spelled);
            return -EINVAL;
        }
        memcpy(value, list, length);
        value[length] = '\0';
        int r = set(speaker, info, spelled, value);
        if (r < 0) {
            return r;
        }
        list += length + (list[length] == ',');
    }
    return 0;
}

int fe_environment_read(struct fe_options *options, char *why, size_t why_size)
{
    const struct speaker speaker = {options, FE_OPTION_ENVIRONMENT, why, why_size};
    const struct fe_option_info *info = NULL;
    for (size_t i = 0; (info = fe_option_info(i)) != NULL; i++) {
        char name[64];
        variable_name(info->name, name, sizeof(name));
        const char *value = getenv(name);
        if (value == NULL) {
            continue;
        }
        int r = info->repeats ? set_list(&speaker, info, name, value)
                              : set(&speaker, info, name, value);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static void help_line(FILE *out, const char *name, const char *argument, const char *help,
                      const char *default_value)
{
    char left[64];
    (void)snprintf(left, sizeof(left), "--%s%s%s", name, argument ? " " : "",
                   argument ? argument : "");
    (void)fprintf(out, "  %-27s %s", left, help);
    if (default_value) {
        (void)fprintf(out, " [%s]", default_value);
    }
    (void)fputc('\n', out);
}

static void help_limits(FILE *out)
{
    struct fe_limit limit;
    (void)fputs("\nLimits, and what happens beyond them; numbers are statuses:\n", out);
    for (size_t i = 0; fe_limit_at(i, &limit) == 0; i++) {
        (void)fprintf(out, "  %-33s %-8s %s\n", limit.name, limit.value, limit.beyond);
    }
}

void fe_command_line_help(FILE *out)
{
    const struct fe_option_info *info = NULL;
    (void)fputs("Usage: foundry-emulator [OPTION]...\n"
                "       foundry-emulator env RUNTIME [--url URL] [--dir DIR]\n"
                "Stands in for Palantir Foundry: OAuth 2.0, users, compute modules, jobs.\n\n",
                out);
    for (size_t i = 0; (info = fe_option_info(i)) != NULL; i++) {
        help_line(out, info->name, info->argument, info->help,
                  info->argument ? info->default_value : NULL);
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        help_line(out, commands[i].name, NULL, commands[i].help, NULL);
    }
    (void)fputs("\nEvery option is also FOUNDRY_EMULATOR_NAME in the environment and a key of the\n"
                "server: section in a seed file. Command line beats environment beats file.\n",
                out);
    help_limits(out);
}

/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/arguments.h"

#include <string.h>

#include "util/nearest.h"

enum {
    FLAGS_MAX = 16
};

/* One reading of a command's arguments. */
struct reading {
    const struct fe_tool *tool;
    const struct fe_usage *usage;
    int argc;
    char **argv;
    int at;       /* the argument that is looked at */
    int operands; /* already moved to the front */
};

static void flag_spelled(const struct fe_flag *flag, char *out, size_t size)
{
    char letter[] = "    ";
    if (flag->letter) {
        (void)snprintf(letter, sizeof(letter), "-%c, ", flag->letter);
    }
    (void)snprintf(out, size, "%s--%s%s%s", letter, flag->name, flag->argument ? " " : "",
                   flag->argument ? flag->argument : "");
}

static void help(const struct fe_tool *tool, const struct fe_usage *usage)
{
    (void)fprintf(tool->out, "Usage: foundry-cassette %s [OPTION]... %s\n%s\n", usage->command,
                  usage->operands, usage->about);
    char spelled[64];
    for (size_t i = 0; i < usage->flag_count; i++) {
        flag_spelled(&usage->flags[i], spelled, sizeof(spelled));
        (void)fprintf(tool->out, "  %-24s %s\n", spelled, usage->flags[i].help);
    }
    (void)fprintf(tool->out, "  %-24s %s\n", "    --help", "Print this, and exit.");
}

static const struct fe_flag *find(const struct fe_usage *usage, const char *name, size_t length)
{
    for (size_t i = 0; i < usage->flag_count; i++) {
        const struct fe_flag *flag = &usage->flags[i];
        if (strlen(flag->name) == length && strncmp(flag->name, name, length) == 0) {
            return flag;
        }
    }
    return NULL;
}

static const struct fe_flag *find_letter(const struct fe_usage *usage, char letter)
{
    for (size_t i = 0; i < usage->flag_count; i++) {
        if (usage->flags[i].letter == letter) {
            return &usage->flags[i];
        }
    }
    return NULL;
}

static int unknown(const struct reading *reading, const char *argument)
{
    const char *names[FLAGS_MAX + 1] = {"help"};
    size_t count = 1;
    for (size_t i = 0; i < reading->usage->flag_count && count <= FLAGS_MAX; i++) {
        names[count++] = reading->usage->flags[i].name;
    }
    char word[64];
    (void)snprintf(word, sizeof(word), "%.*s", (int)strcspn(argument, "="), argument);
    const char *nearest = fe_nearest(fe_slice_cstr(word + strspn(word, "-")), names, count);
    if (nearest) {
        fe_tool_complain(reading->tool, "%s: there is no option %s; did you mean --%s?",
                         reading->usage->command, word, nearest);
    } else {
        fe_tool_complain(reading->tool, "%s: there is no option %s; see foundry-cassette %s --help",
                         reading->usage->command, word, reading->usage->command);
    }
    return FE_TOOL_FINDINGS;
}

static int add_word(const struct reading *reading, const struct fe_flag *flag, const char *word)
{
    if (flag->words->count == FE_WORDS_MAX) {
        fe_tool_complain(reading->tool, "%s: --%s: more than %d of them", reading->usage->command,
                         flag->name, FE_WORDS_MAX);
        return FE_TOOL_FINDINGS;
    }
    flag->words->items[flag->words->count++] = word;
    return FE_TOOL_OK;
}

/* `behind`: what stands in the same argument, past the name; NULL: nothing. */
static int take(struct reading *reading, const struct fe_flag *flag, const char *behind)
{
    const char *command = reading->usage->command;
    if (flag->argument == NULL && behind) {
        fe_tool_complain(reading->tool, "%s: --%s takes no value", command, flag->name);
        return FE_TOOL_FINDINGS;
    }
    if (flag->argument && behind == NULL) {
        behind = reading->at + 1 < reading->argc ? reading->argv[++reading->at] : NULL;
    }
    if (flag->argument && (behind == NULL || *behind == '\0')) {
        fe_tool_complain(reading->tool, "%s: --%s: expected %s behind it", command, flag->name,
                         flag->argument);
        return FE_TOOL_FINDINGS;
    }
    if (flag->given) {
        *flag->given = true;
    }
    if (flag->value) {
        *flag->value = behind;
    }
    return flag->words ? add_word(reading, flag, behind) : FE_TOOL_OK;
}

static int read_long(struct reading *reading, const char *argument)
{
    const char *name = argument + 2;
    size_t length = strcspn(name, "=");
    const struct fe_flag *flag = find(reading->usage, name, length);
    if (flag == NULL) {
        return unknown(reading, argument);
    }
    return take(reading, flag, name[length] == '=' ? name + length + 1 : NULL);
}

static int read_short(struct reading *reading, const char *argument)
{
    const struct fe_flag *flag = find_letter(reading->usage, argument[1]);
    if (flag == NULL) {
        return unknown(reading, argument);
    }
    return take(reading, flag, argument[2] ? argument + 2 : NULL);
}

/* The operands that were found stand at the front already: nothing is lost. */
static int read_all(struct reading *reading, bool *help_out)
{
    bool operands_only = false;
    for (reading->at = 1; reading->at < reading->argc; reading->at++) {
        char *argument = reading->argv[reading->at];
        int status = FE_TOOL_OK;
        if (operands_only || argument[0] != '-' || argument[1] == '\0') {
            reading->argv[++reading->operands] = argument;
        } else if (strcmp(argument, "--") == 0) {
            operands_only = true;
        } else if (strcmp(argument, "--help") == 0) {
            *help_out = true;
            return FE_TOOL_OK;
        } else {
            status =
                argument[1] == '-' ? read_long(reading, argument) : read_short(reading, argument);
        }
        if (status != FE_TOOL_OK) {
            return status;
        }
    }
    return FE_TOOL_OK;
}

static int check_count(const struct reading *reading)
{
    const struct fe_usage *usage = reading->usage;
    if (reading->operands < usage->operands_min) {
        fe_tool_complain(reading->tool, "%s: expected %s; see foundry-cassette %s --help",
                         usage->command, usage->operands, usage->command);
        return FE_TOOL_FINDINGS;
    }
    if (reading->operands > usage->operands_max) {
        fe_tool_complain(reading->tool, "%s: %s is one too many; expected %s", usage->command,
                         reading->argv[usage->operands_max + 1], usage->operands);
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

bool fe_arguments_read(const struct fe_tool *tool, const struct fe_usage *usage, int argc,
                       char **argv, int *count_out, int *status_out)
{
    struct reading reading = {.tool = tool, .usage = usage, .argc = argc, .argv = argv};
    bool wants_help = false;
    *status_out = read_all(&reading, &wants_help);
    if (wants_help) {
        help(tool, usage);
        return false;
    }
    if (*status_out == FE_TOOL_OK) {
        *status_out = check_count(&reading);
    }
    *count_out = reading.operands;
    return *status_out == FE_TOOL_OK;
}

int fe_arguments_missing(const struct fe_tool *tool, const struct fe_usage *usage, const char *what)
{
    fe_tool_complain(tool, "%s: expected %s; see foundry-cassette %s --help", usage->command, what,
                     usage->command);
    return FE_TOOL_FINDINGS;
}

/* SPDX-License-Identifier: MIT */
/* Options and operands of one command. Options may stand anywhere before "--"; long ones have their
 * value behind "=" or in the next argument, short ones (-o) there or in the same. "-" alone is an
 * operand. --help is every command's. */
#ifndef FE_TOOL_ARGUMENTS_H
#define FE_TOOL_ARGUMENTS_H

#include <limits.h>

#include "foundry-cassette/commands.h"

enum {
    FE_WORDS_MAX = 100
};

/* The values of an option that may be given again. */
struct fe_words {
    const char *items[FE_WORDS_MAX]; /* borrowed from argv */
    size_t count;
};

struct fe_flag {
    const char *name;     /* "output", without its dashes */
    char letter;          /* 'o'; 0: long only */
    const char *argument; /* "OUT"; NULL: a switch */
    const char *help;
    bool *given;            /* set to true; may be NULL */
    const char **value;     /* borrowed from argv; of a switch NULL */
    struct fe_words *words; /* instead, if it may be given again */
};

struct fe_usage {
    const char *command;  /* "drop" */
    const char *operands; /* "FILE SEQ..." */
    const char *about;    /* sentences for --help, each line ending with "\n" */
    int operands_min;
    int operands_max; /* INT_MAX: any number */
    const struct fe_flag *flags;
    size_t flag_count;
};

/* Every command that writes a cassette has these two. */
#define FE_FLAG_OUTPUT(out)                                                                        \
    {                                                                                              \
        .name = "output", .letter = 'o', .argument = "OUT", .help = "The cassette to write.",      \
        .value = (out)                                                                             \
    }
#define FE_FLAG_OVERWRITE(on)                                                                      \
    {                                                                                              \
        .name = "overwrite", .help = "Replace what is there already.", .given = (on)               \
    }

/* Moves the operands to argv[1…]; *count_out is how many there are. True: go on. False: all is said
 * (--help, or what is wrong); *status_out is the exit status. */
bool fe_arguments_read(const struct fe_tool *tool, const struct fe_usage *usage, int argc,
                       char **argv, int *count_out, int *status_out);

/* Complains that an option that the command cannot do without is missing. */
int fe_arguments_missing(const struct fe_tool *tool, const struct fe_usage *usage,
                         const char *what);

#endif

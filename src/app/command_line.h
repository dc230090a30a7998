/* SPDX-License-Identifier: MIT */
/* Arguments and environment, put into options. */
#ifndef FE_APP_COMMAND_LINE_H
#define FE_APP_COMMAND_LINE_H

#include <stdio.h>

#include "foundry_emulator/options.h"

enum fe_command {
    FE_COMMAND_SERVE,
    FE_COMMAND_CHECK,   /* --check: read everything, serve nothing */
    FE_COMMAND_VERSION, /* --version */
    FE_COMMAND_HELP     /* --help */
};

/* Reads argv[1…]: "--name value", "--name=value", and "--name" for switches. 0; or -EINVAL, and
 * `why` says which argument and what was expected. */
int fe_command_line_read(int argc, char *const *argv, struct fe_options *options,
                         enum fe_command *command_out, char *why, size_t why_size);

/* Reads FOUNDRY_EMULATOR_NAME for every option; values of one that repeats are divided by commas.
 */
int fe_environment_read(struct fe_options *options, char *why, size_t why_size);

/* Writes --help. */
void fe_command_line_help(FILE *out);

#endif

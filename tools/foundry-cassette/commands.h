/* SPDX-License-Identifier: MIT */
/* The commands of foundry-cassette, and what each of them is given. Commands are told apart by
 * their first word; argv[0] is that word. Each returns the program's exit status. */
#ifndef FE_TOOL_COMMANDS_H
#define FE_TOOL_COMMANDS_H

#include <stdbool.h>
#include <stdio.h>

#include "util/env.h"

enum fe_tool_status {
    FE_TOOL_OK = 0,
    FE_TOOL_FAILED = 1,  /* while running: the disk, the memory */
    FE_TOOL_FINDINGS = 2 /* bad input, or a check that found something */
};

struct fe_tool {
    FILE *out;
    FILE *err;
    bool terminal;    /* `out` is one */
    bool colour;      /* a terminal that may have colours */
    unsigned columns; /* of the terminal; 0: `out` is none, and nothing is cut */
    struct fe_env *env;
};

/* One line on standard error, "foundry-cassette: " before it. What is said of a file begins with
 * its name: "demo.cassette: it is being written by another process; wait for it". */
void fe_tool_complain(const struct fe_tool *tool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether writing any more to `out` is of no use: who reads it is gone, or the disk is full. Loops
 * that write much look now and then, and stop; main() says what has to be said. */
bool fe_tool_out_failed(const struct fe_tool *tool);

int fe_command_cat(const struct fe_tool *tool, int argc, char **argv);
int fe_command_diff(const struct fe_tool *tool, int argc, char **argv);
int fe_command_drop(const struct fe_tool *tool, int argc, char **argv);
int fe_command_export(const struct fe_tool *tool, int argc, char **argv);
int fe_command_import(const struct fe_tool *tool, int argc, char **argv);
int fe_command_lint(const struct fe_tool *tool, int argc, char **argv);
int fe_command_ls(const struct fe_tool *tool, int argc, char **argv);
int fe_command_merge(const struct fe_tool *tool, int argc, char **argv);
int fe_command_repair(const struct fe_tool *tool, int argc, char **argv);
int fe_command_show(const struct fe_tool *tool, int argc, char **argv);
int fe_command_split(const struct fe_tool *tool, int argc, char **argv);
int fe_command_stats(const struct fe_tool *tool, int argc, char **argv);
int fe_command_verify(const struct fe_tool *tool, int argc, char **argv);
int fe_command_why(const struct fe_tool *tool, int argc, char **argv);

struct fe_output;

/* `import --har`: reads the archive at `path` ("-": standard input) and puts its sessions into
 * `output`, seals and all, which it neither closes nor frees. What HAR could not say is reported.
 */
int fe_import_har(const struct fe_tool *tool, const char *path, struct fe_output *output);

#endif

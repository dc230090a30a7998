/* SPDX-License-Identifier: MIT */
/* A folder in memory, where that is to be had, for what has to be a file with a name; and
 * foundry-cassette with nothing to say. */
#ifndef FE_TESTS_FUZZ_SCRATCH_H
#define FE_TESTS_FUZZ_SCRATCH_H

#include "foundry-cassette/commands.h"
#include "fuzz.h"

/* The path of the file of that name in the folder, which is removed at the end of the process with
 * the files that were named here. Lives as long as the process. */
const char *scratch_path(const char *name);

/* Replaces what is in it. */
void scratch_write(const char *path, struct fe_slice bytes);
void scratch_remove(const char *path);

/* Its clock and its random numbers are those of every other input. */
const struct fe_tool *scratch_tool(void);

#endif

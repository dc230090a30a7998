/* SPDX-License-Identifier: MIT */
/* What an emulator is told before it starts. One table of options serves the command line, the
 * environment, the server: section of a seed file, and programs that embed the emulator: all of
 * them set an option by its long name. */
#ifndef FOUNDRY_EMULATOR_OPTIONS_H
#define FOUNDRY_EMULATOR_OPTIONS_H

#include <stddef.h>

#include "foundry_emulator/api.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fe_options;

/* Who says it. A higher source wins over a lower one, whichever comes first. */
enum fe_option_source {
    FE_OPTION_DEFAULT,
    FE_OPTION_FILE,
    FE_OPTION_ENVIRONMENT,
    FE_OPTION_COMMAND_LINE
};

/* One row of the table; everything in it is static. */
struct fe_option_info {
    const char *name;          /* "poll-timeout" */
    const char *argument;      /* "DURATION"; NULL: a switch, whose value is "true" or "false" */
    const char *default_value; /* "5s"; NULL: none */
    const char *help;          /* one sentence */
    int repeats;               /* how often it may be given; 0: once, the last one counts */
    int argument_optional;     /* "--name" alone is good too */
};

/* All options at their defaults; never NULL (aborts when out of memory). */
FE_API struct fe_options *fe_options_new(void);
FE_API void fe_options_free(struct fe_options *options);

/* Sets an option, or adds to one that repeats; a higher source replaces what a lower one said.
 * Returns 0; -ENOENT: no such option; -EINVAL: not such a value. `why`, of `why_size` bytes, then
 * says in a sentence what was expected; it is left alone on success. */
FE_API int fe_options_set(struct fe_options *options, const char *name, const char *value,
                          enum fe_option_source source, char *why, size_t why_size);

/* The table's rows in the order of --help; NULL past the last. */
FE_API const struct fe_option_info *fe_option_info(size_t index);

#ifdef __cplusplus
}
#endif

#endif

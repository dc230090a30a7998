/* SPDX-License-Identifier: MIT */
/* The library's emulator made, run, stopped and freed a thousand times in one process, which has as
 * many descriptors afterwards, and, where its memory is not a sanitizer's, as much memory. */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "foundry_emulator/emulator.h"

enum {
    LIVES = 1000,
    WARM_UP_LIVES = 100,
    GROWTH_PAGES_MAX = 64
};

static void live(const char *seed)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    int r =
        fe_options_set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE, NULL, 0);
    r = r < 0 ? r : fe_options_set(options, "log-level", "error", FE_OPTION_COMMAND_LINE, NULL, 0);
    r = r < 0 ? r : fe_options_set(options, "seed", seed, FE_OPTION_COMMAND_LINE, NULL, 0);
    r = r < 0 ? r : fe_emulator_new(options, &emulator, &errors);
    r = r < 0 ? r : fe_emulator_start(emulator);
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", errors ? errors : "an emulator does not start");
        exit(1);
    }
    fe_emulator_stop(emulator);
    fe_emulator_free(emulator);
    fe_options_free(options);
}

static unsigned count_descriptors(void)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir)) {
        count++;
    }
    if (dir) {
        (void)closedir(dir);
    }
    return count;
}

static long resident_pages(void)
{
    char line[128];
    char *rest = line;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
        exit(1);
    }
    (void)strtol(line, &rest, 10); /* its size comes first */
    (void)fclose(file);
    return strtol(rest, NULL, 10);
}

int main(int argc, char **argv)
{
    unsigned descriptors = 0;
    long pages = 0;
    assert(argc == 2);
    for (int i = 0; i < LIVES; i++) {
        if (i == WARM_UP_LIVES) {
            descriptors = count_descriptors();
            pages = resident_pages();
        }
        live(argv[argc - 1]);
    }
    long growth = resident_pages() - pages;
    (void)printf("%d lives: %u descriptors, then %u; %ld pages more\n", LIVES, descriptors,
                 count_descriptors(), growth);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    growth = 0;
#endif
    return count_descriptors() == descriptors && growth <= GROWTH_PAGES_MAX ? 0 : 1;
}

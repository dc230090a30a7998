/* SPDX-License-Identifier: MIT */
/* The example of foundry_emulator/emulator.h, as a program. */
#include <stdio.h>
#include <string.h>

#include <foundry_emulator/emulator.h>

int main(void)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    int r =
        fe_options_set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE, NULL, 0);
    if (r == 0) {
        r = fe_emulator_new(options, &emulator, &errors);
    }
    if (r == 0) {
        r = fe_emulator_start(emulator);
    }
    if (r == 0) {
        fe_emulator_reset(emulator);
        r = strncmp(fe_emulator_url(emulator, 0), "http://127.0.0.1:", 17);
        (void)printf("%s\n", fe_emulator_url(emulator, 0));
    }
    fe_emulator_free(emulator);
    fe_options_free(options);
    return r == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* `foundry-emulator env`: what a compute module's container needs, fetched from a running emulator
 * and written into a folder. */
#ifndef FE_APP_ENV_COMMAND_H
#define FE_APP_ENV_COMMAND_H

/* argv[0] is "env"; RUNTIME [--url URL] [--dir DIR]. The program's exit status. */
int fe_env_command(int argc, char *const *argv);

#endif

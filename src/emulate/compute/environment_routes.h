/* SPDX-License-Identifier: MIT */
/* The whole environment of a module's container, for whoever starts one. `self` is a struct
 * fe_compute. */
#ifndef FE_EMULATE_COMPUTE_ENVIRONMENT_ROUTES_H
#define FE_EMULATE_COMPUTE_ENVIRONMENT_ROUTES_H

#include "http/exchange.h"

/* GET …/runtimes/:runtime/env?format=&dir=: "dotenv" (or none): NAME=VALUE, a line each; "json":
 * {variables, files}; "docker": the command that starts a container. `dir` is the folder where
 * whoever asks puts the files; its path is the same in the container. */
int fe_compute_get_env(void *self, struct fe_exchange *x);

/* GET …/runtimes/:runtime/env/files: their names, a line each. */
int fe_compute_list_env_files(void *self, struct fe_exchange *x);

/* GET …/runtimes/:runtime/env/files/:file: what is in it, to the byte. */
int fe_compute_get_env_file(void *self, struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* The environment of a module's container: names and values, as the platform sets them (contract
 * §1.5). MODULE_AUTH_TOKEN is not among them: there its value is the path of a file. */
#ifndef FE_EMULATE_COMPUTE_ENVIRONMENT_H
#define FE_EMULATE_COMPUTE_ENVIRONMENT_H

#include <stddef.h>

#include "emulate/state/runtimes.h"
#include "util/arena.h"
#include "util/slice.h"

enum {
    FE_ENVIRONMENT_MAX = 16
};

struct fe_environment {
    struct fe_environment_variable {
        const char *name;
        struct fe_slice value;
    } variables[FE_ENVIRONMENT_MAX];
    size_t count;
};

/* The URL under which a runtime's module finds its routes. `base` is "http://host:port", with or
 * without a path behind it. */
struct fe_slice fe_runtime_url(const struct fe_runtime *runtime, struct fe_slice base,
                               struct fe_arena *arena);

/* Values live in `arena`, or are the runtime's. */
void fe_environment_of(const struct fe_runtime *runtime, struct fe_slice base,
                       struct fe_arena *arena, struct fe_environment *environment_out);

/* The value of a variable that is there. */
struct fe_slice fe_environment_get(const struct fe_environment *environment, const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/* The environment of a module's container, as the platform sets it (contract §1.5): names with
 * values, and names whose value is the path of a file. */
#ifndef FE_EMULATE_COMPUTE_ENVIRONMENT_H
#define FE_EMULATE_COMPUTE_ENVIRONMENT_H

#include <stddef.h>

#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "util/arena.h"
#include "util/slice.h"

enum {
    FE_ENVIRONMENT_MAX = 32
};

struct fe_environment {
    struct fe_environment_variable {
        const char *name;
        struct fe_slice value; /* of a file: what is in it */
        const char *file;      /* its name; NULL: this is no file */
    } variables[FE_ENVIRONMENT_MAX];
    size_t count;
};

/* The URL under which a runtime's module finds its routes. `base` is "http://host:port", with or
 * without a path behind it. */
struct fe_slice fe_runtime_url(const struct fe_runtime *runtime, struct fe_slice base,
                               struct fe_arena *arena);

/* What says where the emulator is, and no file. Values live in `arena`, or are the runtime's. */
void fe_environment_of(const struct fe_runtime *runtime, struct fe_slice base,
                       struct fe_arena *arena, struct fe_environment *environment_out);

/* All there is for one replica, of which each has a COMPUTE_SESSION_ID of its own; its files will
 * stand in `dir`. 0; or -errno of reading the CA's file. */
int fe_environment_complete(const struct fe_state *state, const struct fe_runtime *runtime,
                            struct fe_slice base, struct fe_slice dir, struct fe_arena *arena,
                            struct fe_environment *environment_out);

/* The value of a variable that is there. */
struct fe_slice fe_environment_get(const struct fe_environment *environment, const char *name);

#endif

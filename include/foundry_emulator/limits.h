/* SPDX-License-Identifier: MIT */
/* The limits that who uses an emulator can meet, and what happens beyond them: what --help shows.
 */
#ifndef FOUNDRY_EMULATOR_LIMITS_H
#define FOUNDRY_EMULATOR_LIMITS_H

#include <stddef.h>

#include "foundry_emulator/api.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fe_limit {
    const char *name;   /* "Request target" */
    char value[24];     /* "8000 B", "64 MiB", "10 s", "128" */
    const char *beyond; /* "414", "the oldest is forgotten" */
};

/* The table's rows in their order. 0; -ENOENT past the last. The texts are static. */
FE_API int fe_limit_at(size_t index, struct fe_limit *limit_out);

#ifdef __cplusplus
}
#endif

#endif

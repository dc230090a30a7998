/* SPDX-License-Identifier: MIT */
/* What a Foundry feature is to the rest: routes, a section of the seed, and a life. Features do not
 * know of one another; what they share is the state of the stack (emulate/state). */
#ifndef FE_EMULATE_FEATURE_H
#define FE_EMULATE_FEATURE_H

#include <stddef.h>

#include "config/fields.h"
#include "http/router.h"

struct fe_state;

struct fe_feature {
    const char *name;
    const struct fe_route *routes;
    size_t route_count;
    /* `state` is borrowed and outlives the feature. NULL only when out of memory. */
    void *(*open)(struct fe_state *state);
    /* Reads its keys of one seed file and makes what they describe. `root` is the file's top level,
     * `foundry` its foundry: section (its mapping is NULL if the file has none). Called once a
     * file, in order; every mistake is reported to fields->errors, and the rest is read on. May be
     * NULL. */
    void (*seed)(void *self, struct fe_fields *root, struct fe_fields *foundry);
    /* All files are read: defaults for what none has said. May be NULL. */
    void (*seeded)(void *self);
    /* Forgets all, seeded or not; answers exchanges that it keeps. Routes stay valid. */
    void (*reset)(void *self);
    void (*close)(void *self);
};

#endif

/* SPDX-License-Identifier: MIT */
/* What somebody has changed, by path. A POST adds to what its path names, and leaves what is below
 * alone: who reads that path hears of it. Other writes change all of it, for everybody. */
#ifndef FE_SERVER_CHANGED_PATHS_H
#define FE_SERVER_CHANGED_PATHS_H

#include <stdbool.h>

#include "message/request.h"
#include "util/arena.h"
#include "util/map.h"

struct fe_changed_paths {
    struct fe_map added_to; /* struct fe_slice by itself */
    struct fe_map changed;  /* likewise: with all below */
    struct fe_arena arena;
};

void fe_changed_paths_init(struct fe_changed_paths *paths, struct fe_random *random);
/* Forgets them all; they may be added to again. */
void fe_changed_paths_done(struct fe_changed_paths *paths);

/* A write has changed something. Past FE_LIMIT_BINDINGS of them, nothing is noted. */
void fe_changed_paths_add(struct fe_changed_paths *paths, const struct fe_request *write);

/* Whether what is asked for has been changed. */
bool fe_changed_paths_has(const struct fe_changed_paths *paths, const struct fe_request *request);

#endif

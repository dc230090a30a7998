/* SPDX-License-Identifier: MIT */
/* The seed files: read once, kept, and applied at the start and at every reset. */
#ifndef FE_SERVER_SEEDS_H
#define FE_SERVER_SEEDS_H

#include "config/node.h"
#include "emulate/emulate.h"
#include "server/fault.h"
#include "server/match_rules.h"
#include "server/mode_table.h"
#include "server/options.h"
#include "util/errors.h"
#include "util/log.h"

struct fe_seeds {
    struct fe_config *configs;
    size_t count;
    unsigned short port; /* foundry.port of the last file that has one; 0: none has */
    /* Of all server: sections, in their order. */
    struct fe_match_rules rules;
    struct fe_mode_table table; /* its routes; whoever knows the options sets the rest */
    struct fe_fault *faults;
    size_t fault_count;    /* at most FE_LIMIT_FAULTS */
    struct fe_arena arena; /* of these */
};

/* Reads the files that `options` names, and takes what their server: sections say into `options`,
 * below what environment and command line say. Reports every mistake. A zeroed struct fe_seeds, and
 * one half read, is valid to fe_seeds_done(). */
void fe_seeds_load(struct fe_seeds *seeds, struct fe_options *options, struct fe_errors *errors);
void fe_seeds_done(struct fe_seeds *seeds);

/* Makes what the files describe. Sections of other services are skipped with a warning. */
void fe_seeds_apply(const struct fe_seeds *seeds, struct fe_emulate *emulate,
                    const struct fe_log *log, struct fe_errors *errors);

#endif

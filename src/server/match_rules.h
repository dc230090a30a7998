/* SPDX-License-Identifier: MIT */
/* The rules: section of a seed file's server: section: what is different for some paths when
 * requests are matched with recordings. */
#ifndef FE_SERVER_MATCH_RULES_H
#define FE_SERVER_MATCH_RULES_H

#include "cassette/match/canonical.h"
#include "config/node.h"

struct fe_match_rules {
    struct fe_match_rule *items; /* in the arena they were read into */
    size_t count;
};

/* Appends what `list`, a sequence, says. Mistakes are reported where they are. */
void fe_match_rules_seed(const struct fe_config *config, const struct fe_node *list,
                         struct fe_arena *arena, struct fe_match_rules *rules,
                         struct fe_errors *errors);

#endif

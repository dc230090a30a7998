/* SPDX-License-Identifier: MIT */
/* How messages name a node: "foundry.users[0].email". */
#ifndef FE_CONFIG_PATH_H
#define FE_CONFIG_PATH_H

#include <stddef.h>

#include "config/node.h"

/* The path, in `arena`, of a member of `parent`: a mapping's by its key, a sequence's by its index.
 * Always one line of readable text. One that would get too long stays the parent's, so that all
 * paths together are bounded too. */
struct fe_slice fe_path_of(struct fe_arena *arena, const struct fe_node *parent,
                           struct fe_slice key, size_t index);

/* `text` as a message may show it: cut if it is long, quoted and escaped as JSON unless it is one
 * word of plain ASCII. */
struct fe_slice fe_path_show(struct fe_arena *arena, struct fe_slice text);

#endif

/* SPDX-License-Identifier: MIT */
/* YAML tags: the core schema's own, and the types of scalars. */
#ifndef FE_CONFIG_TAG_H
#define FE_CONFIG_TAG_H

#include "config/tree.h"

/* Sets a scalar's type: by its tag, or by what it says if it is plain. Reports a tag that is
 * unknown or does not fit the node. */
void fe_tag_apply(struct fe_tree *tree, struct fe_node *node, const struct fe_tree_event *event);

#endif

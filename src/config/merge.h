/* SPDX-License-Identifier: MIT */
/* The end of a mapping: no key twice, and "<<" resolved. */
#ifndef FE_CONFIG_MERGE_H
#define FE_CONFIG_MERGE_H

#include "config/tree.h"

/* Reports keys that repeat. Then adds the members of the mappings that "<<" names, unless the
 * mapping or an earlier one of them has the key. -E2BIG as fe_tree_close() says. */
int fe_merge_close(struct fe_tree *tree, struct fe_tree_level *level);

#endif

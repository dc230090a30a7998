/* SPDX-License-Identifier: MIT */
#include "config/merge.h"

#include <errno.h>

#include "config/path.h"

struct merge {
    struct fe_tree *tree;
    struct fe_tree_level *level;
    struct fe_map members; /* key to struct fe_node */
};

static void check_duplicates(struct merge *merge)
{
    for (struct fe_node *member = merge->level->node->first; member; member = member->next) {
        const struct fe_node *before = fe_map_put(&merge->members, member->key, member);
        if (before) {
            fe_node_error(merge->tree->config, member, merge->tree->errors,
                          "is given twice, expected once: line %u has it too", before->line);
        }
    }
}

/* A copy of the member alone: what it contains is shared with the source, which nobody changes. */
static int add_member(struct merge *merge, const struct fe_node *source)
{
    if (fe_map_get(&merge->members, source->key)) {
        return 0;
    }
    struct fe_node *member = fe_tree_node(merge->tree, source->line);
    if (member == NULL) {
        return -E2BIG;
    }
    *member = *source;
    member->path = fe_path_of(&merge->tree->config->arena, merge->level->node, source->key, 0);
    member->next = NULL;
    *merge->level->tail = member;
    merge->level->tail = &member->next;
    (void)fe_map_put(&merge->members, member->key, member);
    return 0;
}

static int add_mapping(struct merge *merge, const struct fe_node *source)
{
    if (source->kind != FE_NODE_MAPPING) {
        fe_node_error(merge->tree->config, source, merge->tree->errors,
                      "expected a mapping to merge, or a sequence of them");
        return 0;
    }
    int r = 0;
    for (const struct fe_node *member = source->first; member && r == 0; member = member->next) {
        r = add_member(merge, member);
    }
    return r;
}

static int add_value(struct merge *merge, const struct fe_node *value)
{
    if (value->kind != FE_NODE_SEQUENCE) {
        return add_mapping(merge, value);
    }
    int r = 0;
    for (const struct fe_node *source = value->first; source && r == 0; source = source->next) {
        r = add_mapping(merge, source);
    }
    return r;
}

int fe_merge_close(struct fe_tree *tree, struct fe_tree_level *level)
{
    struct merge merge = {.tree = tree, .level = level};
    fe_tree_map_init(&merge.members);
    check_duplicates(&merge);
    int r = 0;
    for (const struct fe_node *value = level->merges; value && r == 0; value = value->next) {
        r = add_value(&merge, value);
    }
    fe_map_done(&merge.members);
    return r;
}

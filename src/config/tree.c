/* SPDX-License-Identifier: MIT */
#include "config/tree.h"

#include <assert.h>
#include <errno.h>

#include "config/merge.h"
#include "config/path.h"
#include "config/tag.h"
#include "util/random.h"

/* The hash key is fixed: who writes the file runs the program, and gains nothing by a slow table.
 */
void fe_tree_map_init(struct fe_map *map)
{
    struct fe_random random;
    fe_random_init_deterministic(&random, 0);
    fe_map_init(map, &random);
}

void fe_tree_init(struct fe_tree *tree, struct fe_config *config, struct fe_errors *errors)
{
    *tree = (struct fe_tree){.config = config, .errors = errors};
    fe_tree_map_init(&tree->anchors);
}

void fe_tree_done(struct fe_tree *tree)
{
    fe_map_done(&tree->anchors);
}

struct fe_node *fe_tree_node(struct fe_tree *tree, unsigned line)
{
    if (tree->nodes == FE_LIMIT_SEED_NODES) {
        fe_errors_add(tree->errors,
                      "%s:%u: the document has too many nodes, expected at most %u with every "
                      "alias written out",
                      tree->config->file, line, FE_LIMIT_SEED_NODES);
        return NULL;
    }
    tree->nodes++;
    struct fe_node *node = fe_arena_alloc(&tree->config->arena, sizeof(*node));
    *node = (struct fe_node){
        .kind = FE_NODE_SCALAR, .type = FE_SCALAR_NULL, .text = FE_SLICE(""), .line = line};
    return node;
}

static int report_depth(struct fe_tree *tree, unsigned line)
{
    fe_errors_add(tree->errors, "%s:%u: the nesting is too deep, expected at most %u levels",
                  tree->config->file, line, FE_LIMIT_SEED_DEPTH);
    return -E2BIG;
}

static struct fe_tree_level *top(struct fe_tree *tree)
{
    return tree->depth > 0 ? &tree->levels[tree->depth - 1] : NULL;
}

static void take_key(struct fe_tree *tree, struct fe_tree_level *level, struct fe_node *node,
                     bool plain)
{
    level->key_given = true;
    level->key_merges = plain && fe_slice_eq(node->text, FE_SLICE("<<"));
    level->key = node->text;
    level->key_line = node->line;
    node->path = fe_path_of(&tree->config->arena, level->node, node->text, 0);
    if (node->kind != FE_NODE_SCALAR) {
        fe_node_error(tree->config, node, tree->errors, "expected a key that is text, found a %s",
                      node->kind == FE_NODE_MAPPING ? "mapping" : "sequence");
    }
}

/* Puts a node where the document has it: as root, element, key, or value of the key before. */
static void place(struct fe_tree *tree, struct fe_node *node, bool plain)
{
    struct fe_tree_level *level = top(tree);
    if (level == NULL) {
        tree->config->root = node;
        return;
    }
    if (level->node->kind == FE_NODE_MAPPING && !level->key_given) {
        take_key(tree, level, node, plain);
        return;
    }
    node->key = level->key;
    node->path = fe_path_of(&tree->config->arena, level->node, level->key, level->count++);
    struct fe_node ***tail = level->key_merges ? &level->merges_tail : &level->tail;
    **tail = node;
    *tail = &node->next;
    level->key_given = false;
    level->key_merges = false;
}

/* A member's line is its key's, where a person looks for it. */
static unsigned line_of(struct fe_tree *tree, const struct fe_tree_event *event)
{
    const struct fe_tree_level *level = top(tree);
    return level && level->key_given ? level->key_line : event->line;
}

static void remember(struct fe_tree *tree, const struct fe_tree_event *event, struct fe_node *node)
{
    if (event->anchor.len > 0) {
        struct fe_slice name = fe_arena_copy(&tree->config->arena, event->anchor);
        (void)fe_map_put(&tree->anchors, name, node);
    }
}

int fe_tree_scalar(struct fe_tree *tree, const struct fe_tree_event *event)
{
    struct fe_node *node = fe_tree_node(tree, line_of(tree, event));
    if (node == NULL) {
        return -E2BIG;
    }
    node->text = fe_arena_copy(&tree->config->arena, event->text);
    place(tree, node, event->plain);
    fe_tag_apply(tree, node, event);
    remember(tree, event, node);
    if (fe_slice_index(node->text, '\0') >= 0) {
        fe_node_error(tree->config, node, tree->errors,
                      "contains U+0000, expected text without it");
    }
    return 0;
}

int fe_tree_open(struct fe_tree *tree, enum fe_node_kind kind, const struct fe_tree_event *event)
{
    struct fe_node *node = fe_tree_node(tree, line_of(tree, event));
    if (node == NULL) {
        return -E2BIG;
    }
    if (tree->depth == FE_LIMIT_SEED_DEPTH) {
        return report_depth(tree, node->line);
    }
    node->kind = kind;
    place(tree, node, false);
    fe_tag_apply(tree, node, event);
    remember(tree, event, node);
    struct fe_tree_level *level = &tree->levels[tree->depth++];
    *level = (struct fe_tree_level){.node = node};
    level->tail = &node->first;
    level->merges_tail = &level->merges;
    return 0;
}

static void collect_texts(struct fe_tree *tree, struct fe_node *sequence, size_t count)
{
    struct fe_slice *texts = fe_arena_alloc(&tree->config->arena, count * sizeof(*texts));
    sequence->texts = texts;
    for (const struct fe_node *member = sequence->first; member; member = member->next) {
        texts[sequence->text_count++] = member->text;
    }
}

int fe_tree_close(struct fe_tree *tree)
{
    assert(tree->depth > 0);
    struct fe_tree_level *level = top(tree);
    tree->depth--;
    if (level->node->kind == FE_NODE_MAPPING) {
        return fe_merge_close(tree, level);
    }
    collect_texts(tree, level->node, level->count);
    return 0;
}

static bool is_open(const struct fe_tree *tree, const struct fe_node *node)
{
    for (size_t i = 0; i < tree->depth; i++) {
        if (tree->levels[i].node == node) {
            return true;
        }
    }
    return false;
}

static void copy_value(struct fe_node *node, const struct fe_node *source)
{
    node->kind = source->kind;
    node->type = source->type;
    node->text = source->text;
    node->line = source->line;
    node->text_count = source->text_count;
    node->texts = source->texts;
}

/* Gives `copy`, which `depth` containers enclose, copies of all that `source` contains. */
static int copy_members(struct fe_tree *tree, struct fe_node *copy, const struct fe_node *source,
                        size_t depth)
{
    if (source->kind == FE_NODE_SCALAR) {
        return 0;
    }
    if (depth == FE_LIMIT_SEED_DEPTH) {
        return report_depth(tree, source->line);
    }
    struct fe_node **tail = &copy->first;
    size_t index = 0;
    for (const struct fe_node *member = source->first; member; member = member->next) {
        struct fe_node *inner = fe_tree_node(tree, member->line);
        if (inner == NULL) {
            return -E2BIG;
        }
        copy_value(inner, member);
        inner->key = member->key;
        inner->path = fe_path_of(&tree->config->arena, copy, inner->key, index++);
        *tail = inner;
        tail = &inner->next;
        int r = copy_members(tree, inner, member, depth + 1);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int fe_tree_alias(struct fe_tree *tree, const struct fe_tree_event *event)
{
    const struct fe_node *target = fe_map_get(&tree->anchors, event->anchor);
    struct fe_node *copy = fe_tree_node(tree, event->line);
    if (copy == NULL) {
        return -E2BIG;
    }
    bool cycle = target && is_open(tree, target);
    if (target && !cycle) {
        copy_value(copy, target);
    }
    place(tree, copy, false);
    if (target == NULL || cycle) {
        fe_node_error(tree->config, copy, tree->errors,
                      "alias *" FE_PRI " %s, expected the name of an anchor that ended before it",
                      FE_ARG(fe_path_show(&tree->config->arena, event->anchor)),
                      cycle ? "stands inside of what it names" : "names nothing");
        return 0;
    }
    return copy_members(tree, copy, target, tree->depth);
}

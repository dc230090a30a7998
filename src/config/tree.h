/* SPDX-License-Identifier: MIT */
/* Builds a config's nodes from the events of a YAML document, in order: scalars, opened and closed
 * containers, aliases. It checks what YAML leaves open: limits, duplicate keys, cycles, merges. */
#ifndef FE_CONFIG_TREE_H
#define FE_CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/node.h"
#include "util/limits.h"
#include "util/map.h"

/* A container that is still open. */
struct fe_tree_level {
    struct fe_node *node;
    struct fe_node **tail; /* where its next member goes */
    size_t count;
    bool key_given;  /* a mapping's: `key` waits for its value */
    bool key_merges; /* and is "<<" */
    struct fe_slice key;
    unsigned key_line;
    struct fe_node *merges; /* values of "<<", apart from the members */
    struct fe_node **merges_tail;
};

struct fe_tree {
    struct fe_config *config;
    struct fe_errors *errors;
    struct fe_map anchors; /* name to struct fe_node */
    size_t nodes;
    size_t depth;
    struct fe_tree_level levels[FE_LIMIT_SEED_DEPTH];
};

/* What an event says of the node that it is about; borrowed for the call. */
struct fe_tree_event {
    unsigned line;
    struct fe_slice anchor; /* empty: none; an alias's name */
    struct fe_slice tag;    /* empty: none */
    struct fe_slice text;   /* of a scalar */
    bool plain;             /* a scalar without quotes */
};

void fe_tree_init(struct fe_tree *tree, struct fe_config *config, struct fe_errors *errors);
void fe_tree_done(struct fe_tree *tree);

/* Each reports what is wrong and goes on. -E2BIG: a limit is passed; that is reported too, and the
 * building ends. */
int fe_tree_scalar(struct fe_tree *tree, const struct fe_tree_event *event);
int fe_tree_alias(struct fe_tree *tree, const struct fe_tree_event *event);
int fe_tree_open(struct fe_tree *tree, enum fe_node_kind kind, const struct fe_tree_event *event);
int fe_tree_close(struct fe_tree *tree);

/* An empty scalar that counts against FE_LIMIT_SEED_NODES; NULL past it, which is reported. */
struct fe_node *fe_tree_node(struct fe_tree *tree, unsigned line);

/* A map for the builder's own use. */
void fe_tree_map_init(struct fe_map *map);

#endif

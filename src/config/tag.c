/* SPDX-License-Identifier: MIT */
#include "config/tag.h"

#include "config/path.h"
#include "config/scalar.h"

struct tag {
    struct fe_slice name;
    enum fe_node_kind kind;
    enum fe_scalar_type type;
};

#define CORE "tag:yaml.org,2002:"

static const struct tag tags[] = {
    {FE_SLICE_INIT(CORE "str"), FE_NODE_SCALAR, FE_SCALAR_TEXT},
    {FE_SLICE_INIT(CORE "null"), FE_NODE_SCALAR, FE_SCALAR_NULL},
    {FE_SLICE_INIT(CORE "bool"), FE_NODE_SCALAR, FE_SCALAR_BOOL},
    {FE_SLICE_INIT(CORE "int"), FE_NODE_SCALAR, FE_SCALAR_INT},
    {FE_SLICE_INIT(CORE "float"), FE_NODE_SCALAR, FE_SCALAR_FLOAT},
    {FE_SLICE_INIT(CORE "seq"), FE_NODE_SEQUENCE, FE_SCALAR_TEXT},
    {FE_SLICE_INIT(CORE "map"), FE_NODE_MAPPING, FE_SCALAR_TEXT},
};

static const struct tag *find(struct fe_slice name)
{
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        if (fe_slice_eq(tags[i].name, name)) {
            return &tags[i];
        }
    }
    return NULL;
}

static bool fits(const struct tag *tag, const struct fe_node *node)
{
    if (tag->kind != node->kind) {
        return false;
    }
    if (node->kind != FE_NODE_SCALAR || tag->type == FE_SCALAR_TEXT) {
        return true;
    }
    enum fe_scalar_type type = fe_scalar_type_of(node->text);
    return type == tag->type || (type == FE_SCALAR_INT && tag->type == FE_SCALAR_FLOAT);
}

void fe_tag_apply(struct fe_tree *tree, struct fe_node *node, const struct fe_tree_event *event)
{
    node->type = FE_SCALAR_TEXT;
    if (event->tag.len == 0) {
        node->type = event->plain ? fe_scalar_type_of(node->text) : FE_SCALAR_TEXT;
        return;
    }
    if (fe_slice_eq(event->tag, FE_SLICE("!"))) {
        return; /* YAML's way to say: do not look at the text */
    }
    const struct tag *tag = find(event->tag);
    struct fe_slice shown = fe_path_show(&tree->config->arena, event->tag);
    if (tag == NULL) {
        fe_node_error(tree->config, node, tree->errors,
                      "unknown tag " FE_PRI
                      ", expected none or one of !!str !!null !!bool !!int !!float !!seq !!map",
                      FE_ARG(shown));
    } else if (!fits(tag, node)) {
        fe_node_error(tree->config, node, tree->errors,
                      "expected what its tag " FE_PRI " says, found something else", FE_ARG(shown));
    } else {
        node->type = tag->type;
    }
}

/* SPDX-License-Identifier: MIT */
/* A YAML file as a tree that remembers lines. Knows no feature: whoever reads a section does so
 * with struct fe_fields (config/fields.h). */
#ifndef FE_CONFIG_NODE_H
#define FE_CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"
#include "util/errors.h"
#include "util/slice.h"

enum fe_node_kind {
    FE_NODE_SCALAR,
    FE_NODE_SEQUENCE,
    FE_NODE_MAPPING
};

/* What a plain scalar says under YAML's core schema; a quoted one is always text. */
enum fe_scalar_type {
    FE_SCALAR_TEXT,
    FE_SCALAR_NULL,
    FE_SCALAR_BOOL,
    FE_SCALAR_INT,
    FE_SCALAR_FLOAT
};

struct fe_node {
    enum fe_node_kind kind;
    enum fe_scalar_type type; /* of a scalar */
    struct fe_slice text;     /* of a scalar, as written and NUL-terminated behind */
    unsigned line;            /* 1 is the first */
    struct fe_slice path;     /* "foundry.users[0].email"; "" is the root */
    struct fe_slice key;      /* of a mapping's member */
    struct fe_node *first;    /* members of a sequence or mapping, in order */
    struct fe_node *next;
    size_t text_count;
    const struct fe_slice *texts; /* of a sequence: its members' texts; one that has none: "" */
};

/* One file's tree; everything in it lives in its arena. */
struct fe_config {
    const char *file; /* for messages; borrowed */
    struct fe_arena arena;
    struct fe_node *root; /* never NULL after success: an empty file is an empty mapping */
};

/* Parses one YAML document. Anchors and aliases are resolved, each alias a copy with the line of
 * the alias's target, within FE_LIMIT_SEED_NODES. Reports to `errors` as "FILE:LINE: path: what":
 * syntax errors, bad UTF-8, duplicate keys, keys that are not scalars, cycles, a second document,
 * unknown tags, "<<" (merge keys are supported: an alias or list of aliases to mappings), more
 * nesting than FE_LIMIT_SEED_DEPTH, more text than FE_LIMIT_SEED_BYTES. Returns 0, or -EINVAL if it
 * reported anything. The config is valid to fe_config_done() in both cases. */
int fe_config_parse(struct fe_config *config, const char *file, struct fe_slice text,
                    struct fe_errors *errors);

/* Reads the file first; -errno of that is reported too. */
int fe_config_load(struct fe_config *config, const char *file, struct fe_errors *errors);

void fe_config_done(struct fe_config *config);

/* The member of a mapping, or NULL; a node that is no mapping has none. */
const struct fe_node *fe_node_get(const struct fe_node *mapping, const char *key);

/* Writes the node as JSON: scalars by their type, text else. 0 or the buffer's error. */
struct fe_buf;
int fe_node_to_json(const struct fe_node *node, struct fe_buf *out);

/* Reports "FILE:LINE: path: " and the formatted rest. */
void fe_node_error(const struct fe_config *config, const struct fe_node *node,
                   struct fe_errors *errors, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

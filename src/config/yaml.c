/* SPDX-License-Identifier: MIT */
/* libyaml's events become a tree. Events rather than libyaml's own documents, because flow nesting
 * costs it quadratic time: we stop at FE_LIMIT_SEED_DEPTH. */
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "config/node.h"
#include "config/tree.h"
#include "util/limits.h"
#include "util/utf8.h"

static unsigned line_at(struct fe_slice text, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) {
        line += text.ptr[i] == '\n';
    }
    return line;
}

static void report_memory(const struct fe_config *config, struct fe_errors *errors)
{
    fe_errors_add(errors, "%s: cannot be read: %s", config->file, strerror(ENOMEM));
}

static void report_syntax(const struct fe_config *config, const yaml_parser_t *parser,
                          struct fe_slice text, struct fe_errors *errors)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        report_memory(config, errors);
        return;
    }
    unsigned line = parser->error == YAML_READER_ERROR ? line_at(text, parser->problem_offset)
                                                       : (unsigned)parser->problem_mark.line + 1;
    fe_errors_add(errors, "%s:%u: is not YAML: %s%s%s", config->file, line, parser->problem,
                  parser->context ? " " : "", parser->context ? parser->context : "");
}

static struct fe_slice text_of(const yaml_char_t *text)
{
    return fe_slice_cstr((const char *)text);
}

static int add_scalar(struct fe_tree *tree, const yaml_event_t *event, unsigned line)
{
    const struct fe_tree_event scalar = {
        .line = line,
        .anchor = text_of(event->data.scalar.anchor),
        .tag = text_of(event->data.scalar.tag),
        .text = {(const char *)event->data.scalar.value, event->data.scalar.length},
        .plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
    };
    return fe_tree_scalar(tree, &scalar);
}

static int open_sequence(struct fe_tree *tree, const yaml_event_t *event, unsigned line)
{
    const struct fe_tree_event sequence = {
        .line = line,
        .anchor = text_of(event->data.sequence_start.anchor),
        .tag = text_of(event->data.sequence_start.tag),
    };
    return fe_tree_open(tree, FE_NODE_SEQUENCE, &sequence);
}

static int open_mapping(struct fe_tree *tree, const yaml_event_t *event, unsigned line)
{
    const struct fe_tree_event mapping = {
        .line = line,
        .anchor = text_of(event->data.mapping_start.anchor),
        .tag = text_of(event->data.mapping_start.tag),
    };
    return fe_tree_open(tree, FE_NODE_MAPPING, &mapping);
}

static int add_alias(struct fe_tree *tree, const yaml_event_t *event, unsigned line)
{
    const struct fe_tree_event alias = {.line = line, .anchor = text_of(event->data.alias.anchor)};
    return fe_tree_alias(tree, &alias);
}

static int start_document(const struct fe_tree *tree, unsigned line)
{
    if (tree->config->root) {
        fe_errors_add(tree->errors, "%s:%u: a second document starts, expected only one",
                      tree->config->file, line);
        return -EINVAL;
    }
    return 0;
}

static int on_event(struct fe_tree *tree, const yaml_event_t *event)
{
    unsigned line = (unsigned)event->start_mark.line + 1;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return start_document(tree, line);
    case YAML_SCALAR_EVENT:
        return add_scalar(tree, event, line);
    case YAML_ALIAS_EVENT:
        return add_alias(tree, event, line);
    case YAML_SEQUENCE_START_EVENT:
        return open_sequence(tree, event, line);
    case YAML_MAPPING_START_EVENT:
        return open_mapping(tree, event, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return fe_tree_close(tree);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return 0;
    }
    return 0;
}

static void parse_events(struct fe_tree *tree, yaml_parser_t *parser, struct fe_slice text)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            report_syntax(tree->config, parser, text, tree->errors);
            tree->config->root = NULL; /* what is missing would be complained of, too */
            return;
        }
        more = on_event(tree, &event) == 0 && event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
}

static void parse_text(struct fe_config *config, struct fe_slice text, struct fe_errors *errors)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        report_memory(config, errors);
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    struct fe_tree tree;
    fe_tree_init(&tree, config, errors);
    parse_events(&tree, &parser, text);
    fe_tree_done(&tree);
    yaml_parser_delete(&parser);
}

/* Offset of the first byte that is not UTF-8, or the text's length. */
static size_t utf8_length(struct fe_slice text)
{
    size_t at = 0;
    size_t length = 1;
    while (at < text.len && length > 0) {
        length = fe_utf8_length(fe_slice_from(text, at));
        at += length;
    }
    return at;
}

/* An empty file is an empty mapping, and so is one with comments only. */
static void ensure_root(struct fe_config *config)
{
    if (config->root == NULL) {
        config->root = fe_arena_alloc(&config->arena, sizeof(*config->root));
        config->root->line = 1;
    } else if (config->root->kind != FE_NODE_SCALAR || config->root->type != FE_SCALAR_NULL) {
        return;
    }
    config->root->kind = FE_NODE_MAPPING;
}

int fe_config_parse(struct fe_config *config, const char *file, struct fe_slice text,
                    struct fe_errors *errors)
{
    size_t errors_before = errors->count;
    *config = (struct fe_config){.file = file};
    if (fe_slice_starts(text, FE_SLICE("\xef\xbb\xbf"))) {
        text = fe_slice_from(text, 3);
    }
    size_t valid = utf8_length(text);
    if (text.len > FE_LIMIT_SEED_BYTES) {
        fe_errors_add(errors, "%s:1: the file is too long, expected at most %u bytes", file,
                      FE_LIMIT_SEED_BYTES);
    } else if (valid < text.len) {
        fe_errors_add(errors, "%s:%u: is not text in UTF-8, expected nothing else", file,
                      line_at(text, valid));
    } else {
        parse_text(config, text, errors);
    }
    ensure_root(config);
    return errors->count > errors_before ? -EINVAL : 0;
}

/* SPDX-License-Identifier: MIT */
#include "server/match_rules.h"

#include "config/fields.h"
#include "util/limits.h"

static struct fe_names names_of(struct fe_fields *fields, const char *key, struct fe_arena *arena)
{
    struct fe_texts texts = {NULL, 0};
    (void)fe_fields_texts(fields, key, &texts);
    struct fe_names names = {fe_arena_alloc(arena, (texts.count + 1) * sizeof(*names.items)),
                             texts.count};
    for (size_t i = 0; i < texts.count; i++) {
        names.items[i] = texts.items[i];
    }
    return names;
}

/* RFC 6901 §3 */
static bool is_pointer(struct fe_slice text)
{
    if (text.len > 0 && text.ptr[0] != '/') {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool escapes = text.ptr[i] == '~';
        if (escapes && (i + 1 == text.len || (text.ptr[i + 1] != '0' && text.ptr[i + 1] != '1'))) {
            return false;
        }
    }
    return true;
}

static struct fe_names pointers_of(struct fe_fields *fields, const char *key,
                                   struct fe_arena *arena)
{
    struct fe_names names = names_of(fields, key, arena);
    const struct fe_node *list = fe_fields_node(fields, key);
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        if (node->kind == FE_NODE_SCALAR && !is_pointer(node->text)) {
            fe_node_error(fields->config, node, fields->errors,
                          "expected a JSON pointer, such as /requestId, with ~0 for ~ and ~1 for / "
                          "within a name");
        }
    }
    return names;
}

static void seed_rule(const struct fe_config *config, const struct fe_node *node,
                      struct fe_arena *arena, struct fe_match_rule *rule_out,
                      struct fe_errors *errors)
{
    struct fe_fields fields;
    fe_fields_init(&fields, config, node, errors);
    if (fe_fields_text(&fields, "path", FE_REQUIRED, &rule_out->path) &&
        rule_out->path.ptr[0] != '/') {
        fe_fields_error(&fields, "path",
                        "expected a pattern that begins with \"/\", such as /api/v2/things/*");
    }
    rule_out->ignore_fields = names_of(&fields, "ignore_headers", arena);
    rule_out->ignore_query = names_of(&fields, "ignore_query", arena);
    rule_out->ignore_pointers = pointers_of(&fields, "ignore_body", arena);
    rule_out->match_fields = names_of(&fields, "match_headers", arena);
    rule_out->rebase = pointers_of(&fields, "rebase", arena);
    fe_fields_done(&fields);
}

void fe_match_rules_seed(const struct fe_config *config, const struct fe_node *list,
                         struct fe_arena *arena, struct fe_match_rules *rules,
                         struct fe_errors *errors)
{
    size_t count = rules->count;
    for (const struct fe_node *node = list->first; node; node = node->next) {
        count++;
    }
    struct fe_match_rule *items = fe_arena_alloc(arena, (count + 1) * sizeof(*items));
    if (rules->count > 0) {
        memcpy(items, rules->items, rules->count * sizeof(*items));
    }
    rules->items = items;
    for (const struct fe_node *node = list->first; node; node = node->next) {
        if (rules->count == FE_LIMIT_MATCH_RULES) {
            fe_node_error(config, node, errors, "expected %u rules at most", FE_LIMIT_MATCH_RULES);
            return;
        }
        seed_rule(config, node, arena, &items[rules->count++], errors);
    }
}

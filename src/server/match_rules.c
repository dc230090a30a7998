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

/* RFC 6901: empty, or begins with a slash. */
static struct fe_names pointers_of(struct fe_fields *fields, const char *key,
                                   struct fe_arena *arena)
{
    struct fe_names names = names_of(fields, key, arena);
    for (size_t i = 0; i < names.count; i++) {
        if (names.items[i].len > 0 && names.items[i].ptr[0] != '/') {
            fe_fields_error(fields, key, "expected JSON pointers, such as /requestId");
            break;
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

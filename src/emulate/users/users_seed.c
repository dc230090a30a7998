/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_seed.h"

static size_t count_members(const struct fe_node *node)
{
    size_t count = 0;
    for (const struct fe_node *member = node->first; member; member = member->next) {
        count++;
    }
    return count;
}

/* One attribute's values: a sequence of scalars, or a single one. */
static void read_values(struct fe_fields *user, const struct fe_node *node, struct fe_arena *arena,
                        struct fe_user_attribute *attribute)
{
    const struct fe_node *first = node->kind == FE_NODE_SEQUENCE ? node->first : node;
    size_t count = node->kind == FE_NODE_SEQUENCE ? count_members(node) : 1;
    struct fe_slice *values = fe_arena_alloc(arena, count * sizeof(*values));
    const struct fe_node *value = first;
    for (size_t i = 0; i < count; i++, value = value->next) {
        if (value->kind != FE_NODE_SCALAR || value->type == FE_SCALAR_NULL) {
            fe_node_error(user->config, value, user->errors, "expected a text, or a list of texts");
            continue;
        }
        values[attribute->value_count++] = value->text;
    }
    attribute->name = node->key;
    attribute->values = values;
}

static void read_attributes(struct fe_fields *fields, struct fe_arena *arena, struct fe_user *user)
{
    const struct fe_node *mapping = fe_fields_mapping(fields, "attributes");
    if (mapping == NULL) {
        return;
    }
    struct fe_user_attribute *attributes =
        fe_arena_alloc(arena, count_members(mapping) * sizeof(*attributes));
    for (const struct fe_node *node = mapping->first; node; node = node->next) {
        read_values(fields, node, arena, &attributes[user->attribute_count++]);
    }
    user->attributes = attributes;
}

static void read_user(struct fe_fields *fields, struct fe_arena *arena, struct fe_user *user)
{
    static const char *const kinds[] = {"human", "service", NULL};
    size_t kind = FE_USER_HUMAN;
    bool active = true;
    (void)fe_fields_text(fields, "id", FE_OPTIONAL, &user->id);
    (void)fe_fields_text(fields, "username", FE_REQUIRED, &user->username);
    (void)fe_fields_text(fields, "display_name", FE_OPTIONAL, &user->display_name);
    (void)fe_fields_text(fields, "email", FE_OPTIONAL, &user->email);
    (void)fe_fields_text(fields, "given_name", FE_OPTIONAL, &user->given_name);
    (void)fe_fields_text(fields, "family_name", FE_OPTIONAL, &user->family_name);
    (void)fe_fields_text(fields, "realm", FE_OPTIONAL, &user->realm);
    (void)fe_fields_text(fields, "organization_rid", FE_OPTIONAL, &user->organization_rid);
    (void)fe_fields_word(fields, "principal_type", kinds, &kind);
    (void)fe_fields_bool(fields, "active", &active);
    (void)fe_fields_text(fields, "oauth_client_id", FE_OPTIONAL, &user->oauth_client_id);
    read_attributes(fields, arena, user);
    user->kind = kind == 0 ? FE_USER_HUMAN : FE_USER_SERVICE;
    user->inactive = !active;
}

static void add_user(struct fe_users *users, struct fe_fields *fields, const struct fe_user *user)
{
    const struct fe_user *other = NULL;
    if (fe_users_add(users, user, &other) == 0) {
        return;
    }
    bool same_name = fe_slice_eq(user->username, other->username);
    fe_fields_error(fields, same_name ? "username" : "id",
                    "\"" FE_PRI "\" is defined already, at " FE_PRI
                    "; expected one that no other user has",
                    FE_ARG(same_name ? user->username : other->id), FE_ARG(other->defined_at));
}

void fe_users_seed(struct fe_users *users, struct fe_fields *foundry)
{
    const struct fe_node *list = fe_fields_sequence(foundry, "users");
    struct fe_arena arena = {0};
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        struct fe_user user = {0};
        fe_fields_init(&fields, foundry->config, node, foundry->errors);
        read_user(&fields, &arena, &user);
        user.defined_at = fe_arena_printf(&arena, "%s:%u", foundry->config->file, node->line);
        if (user.username.len > 0) {
            add_user(users, &fields, &user);
        }
        fe_fields_done(&fields);
    }
    fe_arena_done(&arena);
}

void fe_users_seed_default(struct fe_users *users)
{
    const struct fe_user admin = {
        .username = FE_SLICE_INIT("admin"),
        .display_name = FE_SLICE_INIT("Admin"),
        .email = FE_SLICE_INIT("admin@localhost"),
        .given_name = FE_SLICE_INIT("Admin"),
    };
    if (fe_users_find(users, admin.username) == NULL) {
        (void)fe_users_add(users, &admin, NULL);
    }
}

/* SPDX-License-Identifier: MIT */
#include "emulate/state/users.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/arena.h"
#include "util/id.h"
#include "util/limits.h"
#include "util/map.h"

struct fe_users {
    struct fe_env *env;
    struct fe_arena arena; /* every user and its texts */
    struct fe_map by_name;
    struct fe_map by_id;
    struct fe_map by_client; /* service users with an oauth_client_id */
    struct fe_user **in_order;
    size_t count;
    size_t capacity;
    size_t services_made;
};

struct fe_users *fe_users_new(struct fe_env *env)
{
    struct fe_users *users = fe_xalloc(sizeof(*users));
    users->env = env;
    fe_map_init(&users->by_name, &env->random);
    fe_map_init(&users->by_id, &env->random);
    fe_map_init(&users->by_client, &env->random);
    return users;
}

static void empty(struct fe_users *users)
{
    fe_map_done(&users->by_name);
    fe_map_done(&users->by_id);
    fe_map_done(&users->by_client);
    fe_arena_done(&users->arena);
    users->in_order = NULL;
    users->count = users->capacity = users->services_made = 0;
}

void fe_users_free(struct fe_users *users)
{
    if (users) {
        empty(users);
        free(users);
    }
}

void fe_users_clear(struct fe_users *users)
{
    empty(users);
}

static const struct fe_user_attribute *copy_attributes(struct fe_arena *arena,
                                                       const struct fe_user *from)
{
    if (from->attribute_count == 0) {
        return NULL;
    }
    struct fe_user_attribute *copies =
        fe_arena_alloc(arena, from->attribute_count * sizeof(*copies));
    for (size_t i = 0; i < from->attribute_count; i++) {
        const struct fe_user_attribute *attribute = &from->attributes[i];
        struct fe_slice *values = fe_arena_alloc(arena, attribute->value_count * sizeof(*values));
        for (size_t v = 0; v < attribute->value_count; v++) {
            values[v] = fe_arena_copy(arena, attribute->values[v]);
        }
        copies[i] = (struct fe_user_attribute){fe_arena_copy(arena, attribute->name), values,
                                               attribute->value_count};
    }
    return copies;
}

static struct fe_slice named_id(struct fe_arena *arena, struct fe_slice realm,
                                struct fe_slice username)
{
    char text[FE_UUID_TEXT_BYTES];
    fe_uuid_named(realm, username, text);
    return fe_arena_copy(arena, fe_slice_cstr(text));
}

static struct fe_slice default_organization(struct fe_arena *arena)
{
    char text[FE_UUID_TEXT_BYTES];
    fe_uuid_named(FE_SLICE("organization"), FE_SLICE("default"), text);
    return fe_arena_printf(arena, "ri.multipass..organization.%s", text);
}

static struct fe_user *copy_user(struct fe_arena *arena, const struct fe_user *from)
{
    struct fe_user *user = fe_arena_alloc(arena, sizeof(*user));
    *user = *from;
    user->username = fe_arena_copy(arena, from->username);
    user->display_name =
        from->display_name.len > 0 ? fe_arena_copy(arena, from->display_name) : user->username;
    user->email = fe_arena_copy(arena, from->email);
    user->given_name = fe_arena_copy(arena, from->given_name);
    user->family_name = fe_arena_copy(arena, from->family_name);
    user->realm =
        from->realm.len > 0 ? fe_arena_copy(arena, from->realm) : FE_SLICE(FE_USERS_REALM);
    user->id = from->id.len > 0 ? fe_arena_copy(arena, from->id)
                                : named_id(arena, user->realm, user->username);
    user->organization_rid = fe_arena_copy(arena, from->organization_rid);
    if (user->organization_rid.len == 0 && user->kind == FE_USER_HUMAN) {
        user->organization_rid = default_organization(arena);
    }
    user->oauth_client_id = fe_arena_copy(arena, from->oauth_client_id);
    user->attributes = copy_attributes(arena, from);
    user->defined_at = fe_arena_copy(arena, from->defined_at);
    return user;
}

/* The list lies in the arena too, and doubles there: what it leaves behind is as long as itself. */
static void append(struct fe_users *users, struct fe_user *user)
{
    if (users->count == users->capacity) {
        size_t capacity = users->capacity > 0 ? users->capacity * 2 : 16;
        struct fe_user **bigger =
            fe_arena_alloc(&users->arena, capacity * sizeof(struct fe_user *));
        for (size_t i = 0; i < users->count; i++) {
            bigger[i] = users->in_order[i];
        }
        users->in_order = bigger;
        users->capacity = capacity;
    }
    users->in_order[users->count++] = user;
}

int fe_users_add(struct fe_users *users, const struct fe_user *user,
                 const struct fe_user **user_out)
{
    struct fe_user *copy = copy_user(&users->arena, user);
    const struct fe_user *other = fe_map_get(&users->by_name, copy->username);
    other = other ? other : fe_map_get(&users->by_id, copy->id);
    if (user_out) {
        *user_out = other ? other : copy;
    }
    if (other) {
        return -EEXIST;
    }
    append(users, copy);
    (void)fe_map_put(&users->by_name, copy->username, copy);
    (void)fe_map_put(&users->by_id, copy->id, copy);
    if (copy->kind == FE_USER_SERVICE && copy->oauth_client_id.len > 0) {
        (void)fe_map_put(&users->by_client, copy->oauth_client_id, copy);
    }
    return 0;
}

const struct fe_user *fe_users_find(const struct fe_users *users, struct fe_slice username)
{
    return fe_map_get(&users->by_name, username);
}

const struct fe_user *fe_users_find_id(const struct fe_users *users, struct fe_slice id)
{
    return fe_map_get(&users->by_id, id);
}

const struct fe_user *fe_users_at(const struct fe_users *users, size_t index)
{
    return index < users->count ? users->in_order[index] : NULL;
}

int fe_users_ensure_service(struct fe_users *users, struct fe_slice client_id,
                            struct fe_slice display_name, const struct fe_user **user_out)
{
    const struct fe_user *user = fe_map_get(&users->by_client, client_id);
    user = user ? user : fe_users_find(users, client_id);
    if (user) {
        *user_out = user;
        return user->kind == FE_USER_SERVICE ? 0 : -EEXIST;
    }
    if (users->services_made >= FE_LIMIT_SERVICE_USERS) {
        return -ENOSPC;
    }
    users->services_made++;
    return fe_users_add(users,
                        &(struct fe_user){.username = client_id,
                                          .display_name = display_name,
                                          .kind = FE_USER_SERVICE,
                                          .oauth_client_id = client_id},
                        user_out);
}

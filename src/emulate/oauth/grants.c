/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/grants.h"

#include <assert.h>
#include <errno.h>

#include "util/id.h"
#include "util/limits.h"
#include "util/secret.h"

#define REUSE_NS (INT64_C(60) * FE_NS_PER_S)
#define IDLE_NS (INT64_C(30) * 24 * 3600 * FE_NS_PER_S)

/* A token is "foundry_refresh_NAME.KEY": NAME finds the grant, KEY is new at every rotation. */
enum {
    KEY_DIVIDER = '.'
};

void fe_grants_init(struct fe_grants *grants, struct fe_env *env)
{
    *grants = (struct fe_grants){.env = env};
    fe_vault_init(&grants->vault, FE_LIMIT_GRANTS, &env->random);
}

void fe_grants_done(struct fe_grants *grants)
{
    fe_vault_done(&grants->vault);
}

void fe_grants_clear(struct fe_grants *grants)
{
    fe_vault_clear(&grants->vault);
}

uint64_t fe_grants_next_id(struct fe_grants *grants)
{
    return ++grants->last_id;
}

static void draw_key(struct fe_grants *grants, struct fe_grant *grant, struct fe_arena *arena)
{
    struct fe_slice key = fe_token_random(&grants->env->random, "", arena);
    assert(key.len == FE_GRANT_KEY_BYTES);
    memcpy(grant->current, key.ptr, key.len);
}

static struct fe_slice join(struct fe_slice name, const struct fe_grant *grant,
                            struct fe_arena *arena)
{
    return fe_arena_printf(arena, FE_PRI "%c%.*s", FE_ARG(name), KEY_DIVIDER, FE_GRANT_KEY_BYTES,
                           grant->current);
}

static void split(struct fe_slice token, struct fe_slice *name, struct fe_slice *key)
{
    *key = token;
    (void)fe_slice_split(key, KEY_DIVIDER, name);
}

struct fe_slice fe_grants_open(struct fe_grants *grants, const struct fe_grant *facts,
                               struct fe_arena *arena)
{
    struct fe_slice name = fe_token_random(&grants->env->random, "foundry_refresh_", arena);
    struct fe_grant *grant = fe_vault_add(&grants->vault, name, sizeof(*grant));
    assert(grant); /* 256 random bits do not repeat */
    grant->id = facts->id;
    grant->client_id = fe_arena_copy(&grant->entry.arena, facts->client_id);
    grant->user_id = fe_arena_copy(&grant->entry.arena, facts->user_id);
    grant->scope = fe_scope_copy(&facts->scope, &grant->entry.arena);
    grant->lifetime_s = facts->lifetime_s;
    grant->used_ns = fe_clock_now_ns(&grants->env->clock);
    draw_key(grants, grant, arena);
    return join(name, grant, arena);
}

static bool is_key(struct fe_slice key, const char expected[FE_GRANT_KEY_BYTES])
{
    return fe_secret_eq(key, (struct fe_slice){expected, FE_GRANT_KEY_BYTES});
}

int fe_grants_find(const struct fe_grants *grants, struct fe_slice token,
                   struct fe_grant **grant_out)
{
    struct fe_slice name = {NULL, 0};
    struct fe_slice key = {NULL, 0};
    split(token, &name, &key);
    const struct fe_vault_key of_name = fe_vault_key_of(&grants->vault, name);
    struct fe_grant *grant = fe_vault_find(&grants->vault, &of_name);
    if (grant == NULL) {
        return -ENOENT;
    }
    *grant_out = grant;
    int64_t now_ns = fe_clock_now_ns(&grants->env->clock);
    if (now_ns - grant->used_ns > IDLE_NS) {
        return -EKEYEXPIRED;
    }
    if (is_key(key, grant->current) ||
        (is_key(key, grant->previous) && now_ns - grant->rotated_ns <= REUSE_NS)) {
        return 0;
    }
    return -EKEYREVOKED;
}

struct fe_slice fe_grants_rotate(struct fe_grants *grants, struct fe_grant *grant,
                                 struct fe_slice token, struct fe_arena *arena)
{
    struct fe_slice name = {NULL, 0};
    struct fe_slice key = {NULL, 0};
    split(token, &name, &key);
    grant->used_ns = fe_clock_now_ns(&grants->env->clock);
    fe_vault_touch(&grants->vault, &grant->entry);
    if (is_key(key, grant->current)) {
        memcpy(grant->previous, grant->current, sizeof(grant->previous));
        grant->rotated_ns = grant->used_ns;
        draw_key(grants, grant, arena);
    }
    return join(name, grant, arena);
}

/* A walk over all of them: it happens when a grant ends, not on the way of a request. */
void fe_grants_end(struct fe_grants *grants, uint64_t id)
{
    for (struct fe_vault_entry *entry = grants->vault.oldest; entry; entry = entry->newer) {
        struct fe_grant *grant = (struct fe_grant *)entry;
        if (grant->id == id) {
            fe_vault_remove(&grants->vault, entry);
            return;
        }
    }
}

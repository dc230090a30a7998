/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_adopt.h"

#include <errno.h>

#include "emulate/oauth/oauth.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"

static const struct fe_user *first_person(const struct fe_users *users)
{
    const struct fe_user *user = NULL;
    for (size_t i = 0; (user = fe_users_at(users, i)) != NULL; i++) {
        if (user->kind == FE_USER_HUMAN && !user->inactive) {
            break;
        }
    }
    return user;
}

static const struct fe_user *user_of(const struct fe_oauth *oauth,
                                     const struct fe_adopted_grant *grant)
{
    struct fe_users *users = oauth->state->users;
    const struct fe_user *user = fe_users_find_id(users, grant->user_id);
    if (user == NULL && !grant->refreshable && grant->client_id.len > 0) {
        (void)fe_users_ensure_service(users, grant->client_id, grant->client_id, &user);
    }
    return user ? user : first_person(users);
}

/* 0, -EINVAL or -ENOSPC. */
static int read_grant(const struct fe_oauth *oauth, const struct fe_adopted_grant *grant,
                      struct fe_arena *arena, struct fe_scope *scope_out,
                      struct fe_principal *principal_out)
{
    const struct fe_user *user = user_of(oauth, grant);
    *scope_out = (struct fe_scope){.all = grant->scopes.len == 0};
    if (!scope_out->all && fe_scope_parse(grant->scopes, arena, scope_out) < 0) {
        return -EINVAL;
    }
    if (user == NULL) {
        return -ENOSPC;
    }
    *principal_out = (struct fe_principal){
        .user_id = user->id,
        .username = user->username,
        .client_id = grant->client_id,
        .scopes = scope_out->words,
        .all_scopes = scope_out->all,
    };
    return 0;
}

int fe_oauth_adopt_grant(struct fe_oauth *oauth, const struct fe_adopted_grant *grant,
                         struct fe_arena *arena, struct fe_adopted_tokens *tokens_out)
{
    struct fe_scope scope;
    struct fe_principal principal;
    uint64_t grant_id = 0;
    int r = read_grant(oauth, grant, arena, &scope, &principal);
    *tokens_out = (struct fe_adopted_tokens){.access_token = {"", 0}, .refresh_token = {"", 0}};
    if (r < 0) {
        return r;
    }
    fe_clients_tolerate(oauth->clients, grant->client_id);
    if (grant->refreshable) {
        grant_id = fe_grants_next_id(&oauth->grants);
        const struct fe_grant facts = {.id = grant_id,
                                       .client_id = grant->client_id,
                                       .user_id = principal.user_id,
                                       .scope = scope,
                                       .lifetime_s = grant->lifetime_s};
        tokens_out->refresh_token = fe_grants_open(&oauth->grants, &facts, arena);
    }
    tokens_out->access_token =
        fe_tokens_issue_for(oauth->state->tokens, &principal, grant_id, grant->lifetime_s, arena);
    return 0;
}

int fe_oauth_adopt_token(struct fe_oauth *oauth, const struct fe_adopted_grant *grant,
                         struct fe_slice access_token)
{
    struct fe_arena arena = {NULL};
    struct fe_scope scope;
    struct fe_principal principal;
    int r = read_grant(oauth, grant, &arena, &scope, &principal);
    if (r == 0) {
        (void)fe_tokens_seed(oauth->state->tokens, access_token, &principal);
    }
    fe_arena_done(&arena);
    return r;
}

void fe_oauth_end_token(struct fe_oauth *oauth, struct fe_slice token)
{
    struct fe_grant *grant = NULL;
    fe_tokens_revoke(oauth->state->tokens, token);
    if (fe_grants_find(&oauth->grants, token, &grant) != -ENOENT) {
        fe_oauth_end_grant(oauth, grant->id);
    }
}

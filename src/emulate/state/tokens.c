/* SPDX-License-Identifier: MIT */
#include "emulate/state/tokens.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "emulate/state/vault.h"
#include "util/alloc.h"
#include "util/id.h"
#include "util/limits.h"

struct token {
    struct fe_vault_entry entry;
    struct fe_principal principal;
    uint64_t grant_id;
};

struct fe_tokens {
    struct fe_env *env;
    struct fe_vault issued;
    struct fe_vault seeded; /* apart, so that no flood of issued ones pushes them out */
    int64_t ttl_s;
};

struct fe_tokens *fe_tokens_new(struct fe_env *env)
{
    struct fe_tokens *tokens = fe_xalloc(sizeof(*tokens));
    tokens->env = env;
    tokens->ttl_s = FE_TOKEN_TTL_S_DEFAULT;
    fe_vault_init(&tokens->issued, FE_LIMIT_TOKENS, &env->random);
    fe_vault_init(&tokens->seeded, FE_LIMIT_SEED_NODES, &env->random);
    return tokens;
}

void fe_tokens_free(struct fe_tokens *tokens)
{
    if (tokens) {
        fe_vault_done(&tokens->issued);
        fe_vault_done(&tokens->seeded);
        free(tokens);
    }
}

void fe_tokens_clear(struct fe_tokens *tokens)
{
    fe_vault_clear(&tokens->issued);
    fe_vault_clear(&tokens->seeded);
    tokens->ttl_s = FE_TOKEN_TTL_S_DEFAULT;
}

void fe_tokens_set_ttl_s(struct fe_tokens *tokens, int64_t ttl_s)
{
    assert(ttl_s > 0);
    tokens->ttl_s = ttl_s;
}

int64_t fe_tokens_ttl_s(const struct fe_tokens *tokens)
{
    return tokens->ttl_s;
}

static struct fe_principal copy_principal(struct fe_arena *arena, const struct fe_principal *from)
{
    struct fe_principal copy = *from;
    copy.user_id = fe_arena_copy(arena, from->user_id);
    copy.username = fe_arena_copy(arena, from->username);
    copy.client_id = fe_arena_copy(arena, from->client_id);
    copy.scopes = fe_arena_copy(arena, from->scopes);
    return copy;
}

static struct token *add(struct fe_vault *vault, struct fe_slice text,
                         const struct fe_principal *principal)
{
    struct token *token = fe_vault_add(vault, text, sizeof(*token));
    if (token) {
        token->principal = copy_principal(&token->entry.arena, principal);
        token->principal.expires_ns = 0;
    }
    return token;
}

/* All live equally long, so the first to have expired are the oldest. */
static void forget_expired(struct fe_tokens *tokens)
{
    int64_t kept_since_ns =
        fe_clock_now_ns(&tokens->env->clock) - FE_LIMIT_EXPIRED_TOKEN_KEPT_MS * FE_NS_PER_MS;
    const struct token *oldest = (const struct token *)tokens->issued.oldest;
    while (oldest && oldest->principal.expires_ns <= kept_since_ns) {
        fe_vault_remove(&tokens->issued, tokens->issued.oldest);
        oldest = (const struct token *)tokens->issued.oldest;
    }
}

struct fe_slice fe_tokens_issue_for(struct fe_tokens *tokens, const struct fe_principal *principal,
                                    uint64_t grant_id, int64_t lifetime_s, struct fe_arena *arena)
{
    struct fe_slice text = fe_token_random(&tokens->env->random, "foundry_", arena);
    forget_expired(tokens);
    struct token *token = add(&tokens->issued, text, principal);
    assert(token); /* 256 random bits do not repeat */
    token->grant_id = grant_id;
    token->principal.expires_ns = fe_clock_now_ns(&tokens->env->clock) + lifetime_s * FE_NS_PER_S;
    return text;
}

struct fe_slice fe_tokens_issue(struct fe_tokens *tokens, const struct fe_principal *principal,
                                uint64_t grant_id, struct fe_arena *arena)
{
    return fe_tokens_issue_for(tokens, principal, grant_id, tokens->ttl_s, arena);
}

int fe_tokens_seed(struct fe_tokens *tokens, struct fe_slice token,
                   const struct fe_principal *principal)
{
    return add(&tokens->seeded, token, principal) ? 0 : -EEXIST;
}

int fe_tokens_find(const struct fe_tokens *tokens, struct fe_slice token, struct fe_arena *arena,
                   const struct fe_principal **principal_out)
{
    const struct fe_vault_key key = fe_vault_key_of(&tokens->issued, token);
    const struct token *known = fe_vault_find(&tokens->issued, &key);
    known = known ? known : fe_vault_find(&tokens->seeded, &key);
    if (known == NULL) {
        return -ENOENT;
    }
    int64_t expires_ns = known->principal.expires_ns;
    if (expires_ns != 0 && expires_ns <= fe_clock_now_ns(&tokens->env->clock)) {
        return -EKEYEXPIRED;
    }
    struct fe_principal *principal = fe_arena_alloc(arena, sizeof(*principal));
    *principal = copy_principal(arena, &known->principal);
    *principal_out = principal;
    return 0;
}

void fe_tokens_revoke(struct fe_tokens *tokens, struct fe_slice token)
{
    const struct fe_vault_key key = fe_vault_key_of(&tokens->issued, token);
    struct token *issued = fe_vault_find(&tokens->issued, &key);
    struct token *seeded = fe_vault_find(&tokens->seeded, &key);
    if (issued) {
        fe_vault_remove(&tokens->issued, &issued->entry);
    } else if (seeded) {
        fe_vault_remove(&tokens->seeded, &seeded->entry);
    }
}

/* A walk over all of them: it happens when somebody signs out, not on the way of a request. */
void fe_tokens_revoke_grant(struct fe_tokens *tokens, uint64_t grant_id)
{
    assert(grant_id != 0);
    struct fe_vault_entry *next = NULL;
    for (struct fe_vault_entry *entry = tokens->issued.oldest; entry; entry = next) {
        struct token *token = (struct token *)entry;
        next = entry->newer;
        if (token->grant_id == grant_id) {
            fe_vault_remove(&tokens->issued, entry);
        }
    }
}

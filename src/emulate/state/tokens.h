/* SPDX-License-Identifier: MIT */
/* The access tokens that open doors: issued ones, which expire on the emulator's clock, and seeded
 * ones, which never do. Tokens come in grants (one login of one person into one application), so
 * that a grant can be ended as a whole. */
#ifndef FE_EMULATE_STATE_TOKENS_H
#define FE_EMULATE_STATE_TOKENS_H

#include <stdint.h>

#include "emulate/state/principal.h"
#include "util/arena.h"
#include "util/env.h"

enum {
    FE_TOKEN_TTL_S_DEFAULT = 3600
};

struct fe_tokens;

/* `env` is borrowed. */
struct fe_tokens *fe_tokens_new(struct fe_env *env);
void fe_tokens_free(struct fe_tokens *tokens);

/* Forgets every token, and the life span that was set. */
void fe_tokens_clear(struct fe_tokens *tokens);

/* How long a token lives that is issued from now on: FE_TOKEN_TTL_S_DEFAULT unless set. */
void fe_tokens_set_ttl_s(struct fe_tokens *tokens, int64_t ttl_s);
int64_t fe_tokens_ttl_s(const struct fe_tokens *tokens);

/* Issues a new token, in `arena`, for `principal` (copied; its expires_ns is set here). `grant_id`
 * is 0 for a token that belongs to no grant. Tokens that expired FE_LIMIT_EXPIRED_TOKEN_KEPT_MS ago
 * are forgotten meanwhile. Past FE_LIMIT_TOKENS the oldest token goes; as all
 * live equally long, that is an expired one if there is any. */
struct fe_slice fe_tokens_issue(struct fe_tokens *tokens, const struct fe_principal *principal,
                                uint64_t grant_id, struct fe_arena *arena);

/* The same, for one that lives `lifetime_s`. Expired ones behind it in age may stay a while longer.
 */
struct fe_slice fe_tokens_issue_for(struct fe_tokens *tokens, const struct fe_principal *principal,
                                    uint64_t grant_id, int64_t lifetime_s, struct fe_arena *arena);

/* Makes a fixed token known. -EEXIST. */
int fe_tokens_seed(struct fe_tokens *tokens, struct fe_slice token,
                   const struct fe_principal *principal);

/* Whom `token` speaks for, copied into `arena`. -ENOENT: unknown or revoked; -EKEYEXPIRED. */
int fe_tokens_find(const struct fe_tokens *tokens, struct fe_slice token, struct fe_arena *arena,
                   const struct fe_principal **principal_out);

/* Ends one token; nothing happens if there is none. */
void fe_tokens_revoke(struct fe_tokens *tokens, struct fe_slice token);

/* Ends all tokens of a grant. */
void fe_tokens_revoke_grant(struct fe_tokens *tokens, uint64_t grant_id);

#endif

/* SPDX-License-Identifier: MIT */
/* Authorization codes: good for ten minutes and one use. A used code is remembered, because its
 * second use means that somebody else has it, and ends what the first one got. */
#ifndef FE_EMULATE_OAUTH_CODES_H
#define FE_EMULATE_OAUTH_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/oauth/scope.h"
#include "emulate/state/vault.h"
#include "util/env.h"

/* What a person has agreed to. */
struct fe_authorization {
    struct fe_slice client_id;
    struct fe_slice user_id;
    struct fe_slice redirect_uri;
    bool redirect_uri_given; /* so it must be given again with the code */
    struct fe_scope scope;
    struct fe_slice challenge; /* PKCE, S256; empty: none */
};

struct fe_code {
    struct fe_vault_entry entry;
    struct fe_authorization authorization;
    int64_t expires_ns;
    uint64_t grant_id; /* 0: not used yet */
};

struct fe_codes {
    struct fe_env *env;
    struct fe_vault vault;
};

/* `env` is borrowed. Past FE_LIMIT_CODES the oldest code goes. */
void fe_codes_init(struct fe_codes *codes, struct fe_env *env);
void fe_codes_done(struct fe_codes *codes);
void fe_codes_clear(struct fe_codes *codes);

/* A new code, in `arena`, for `authorization` (copied). */
struct fe_slice fe_codes_issue(struct fe_codes *codes, const struct fe_authorization *authorization,
                               struct fe_arena *arena);

/* The code, used and expired ones too, until the next is issued; NULL if there is none. */
struct fe_code *fe_codes_find(const struct fe_codes *codes, struct fe_slice text);

bool fe_code_expired(const struct fe_codes *codes, const struct fe_code *code);

#endif

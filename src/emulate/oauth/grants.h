/* SPDX-License-Identifier: MIT */
/* Grants that can be refreshed: one login of one person into one application, and the refresh token
 * that keeps it going. The token is a new one at every use. The one before it is taken for one more
 * minute, since the answer that carried its successor may have been lost, and gets that successor
 * again; any older one means that somebody else has it, and the grant must end. */
#ifndef FE_EMULATE_OAUTH_GRANTS_H
#define FE_EMULATE_OAUTH_GRANTS_H

#include <stdint.h>

#include "emulate/oauth/scope.h"
#include "emulate/state/vault.h"
#include "util/env.h"

enum {
    FE_GRANT_KEY_BYTES = 43
};

struct fe_grant {
    struct fe_vault_entry entry; /* found by the part of its tokens that never changes */
    uint64_t id;
    struct fe_slice client_id;
    struct fe_slice user_id;
    struct fe_scope scope;
    int64_t lifetime_s; /* of its access tokens; 0: as tokens live */
    int64_t used_ns;    /* opened or refreshed */
    int64_t rotated_ns; /* when `previous` was first used */
    char current[FE_GRANT_KEY_BYTES];
    char previous[FE_GRANT_KEY_BYTES]; /* zeros: there was none */
};

struct fe_grants {
    struct fe_env *env;
    struct fe_vault vault;
    uint64_t last_id;
};

/* `env` is borrowed. Past FE_LIMIT_GRANTS the one that was not used for longest goes. */
void fe_grants_init(struct fe_grants *grants, struct fe_env *env);
void fe_grants_done(struct fe_grants *grants);
void fe_grants_clear(struct fe_grants *grants);

/* A number for a grant, refreshable or not; never 0. */
uint64_t fe_grants_next_id(struct fe_grants *grants);

/* Opens one (its id, client_id, user_id, scope and lifetime_s are copied) and gives its first
 * refresh token, in `arena`. */
struct fe_slice fe_grants_open(struct fe_grants *grants, const struct fe_grant *facts,
                               struct fe_arena *arena);

/* The grant that `token` belongs to. 0: the token is good; -ENOENT: no such grant; and with
 * *grant_out set, for the caller to end it: -EKEYEXPIRED: thirty days idle; -EKEYREVOKED: the token
 * was used before and its minute is over. */
int fe_grants_find(const struct fe_grants *grants, struct fe_slice token,
                   struct fe_grant **grant_out);

/* Uses a token that fe_grants_find() found good; gives the one that is good from now on. */
struct fe_slice fe_grants_rotate(struct fe_grants *grants, struct fe_grant *grant,
                                 struct fe_slice token, struct fe_arena *arena);

/* Ends the grant of that id, if it is one that can be refreshed. */
void fe_grants_end(struct fe_grants *grants, uint64_t id);

#endif

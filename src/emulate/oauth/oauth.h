/* SPDX-License-Identifier: MIT */
/* What the OAuth routes share. */
#ifndef FE_EMULATE_OAUTH_OAUTH_H
#define FE_EMULATE_OAUTH_OAUTH_H

#include "emulate/oauth/clients.h"
#include "emulate/oauth/codes.h"
#include "emulate/oauth/grants.h"

struct fe_state;
struct fe_seed_token;

struct fe_oauth {
    struct fe_state *state;
    struct fe_clients *clients;
    struct fe_codes codes;
    struct fe_grants grants;
    /* From the seed, until all files are read and every user is known (oauth_seed.h). */
    struct fe_arena seed_arena;
    struct fe_seed_token *seed_tokens;
    bool has_tokens_key;
};

/* Ends a grant: its refresh token, and the access tokens it got. */
void fe_oauth_end_grant(struct fe_oauth *oauth, uint64_t grant_id);

#endif

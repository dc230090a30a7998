/* SPDX-License-Identifier: MIT */
/* Grants that were given elsewhere (emulate/adoption.h). `oauth` is the feature's self. */
#ifndef FE_EMULATE_OAUTH_OAUTH_ADOPT_H
#define FE_EMULATE_OAUTH_OAUTH_ADOPT_H

#include "emulate/adoption.h"

struct fe_oauth;

int fe_oauth_adopt_grant(struct fe_oauth *oauth, const struct fe_adopted_grant *grant,
                         struct fe_arena *arena, struct fe_adopted_tokens *tokens_out);
int fe_oauth_adopt_token(struct fe_oauth *oauth, const struct fe_adopted_grant *grant,
                         struct fe_slice access_token);

/* Ends an access token; or a refresh token, and with it its grant. */
void fe_oauth_end_token(struct fe_oauth *oauth, struct fe_slice token);

#endif

/* SPDX-License-Identifier: MIT */
/* OAuth 2.0 as Foundry's Multipass speaks it, under /multipass/api/oauth2. */
#ifndef FE_EMULATE_OAUTH_OAUTH_ROUTES_H
#define FE_EMULATE_OAUTH_OAUTH_ROUTES_H

#include "emulate/feature.h"

/* Seeds `tokens`, `foundry.oauth_clients` and `foundry.access_token_ttl`; after the users. */
extern const struct fe_feature fe_oauth_feature;

#endif

/* SPDX-License-Identifier: MIT */
/* POST /multipass/api/oauth2/token and …/revoke_token: handlers whose self is a struct fe_oauth. */
#ifndef FE_EMULATE_OAUTH_OAUTH_TOKEN_H
#define FE_EMULATE_OAUTH_OAUTH_TOKEN_H

#include "http/exchange.h"

int fe_oauth_token(void *self, struct fe_exchange *x);
int fe_oauth_revoke(void *self, struct fe_exchange *x);

#endif

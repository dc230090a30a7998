/* SPDX-License-Identifier: MIT */
/* Which application is asking, and is it really it (RFC 6749 §2.3). */
#ifndef FE_EMULATE_OAUTH_CLIENT_AUTH_H
#define FE_EMULATE_OAUTH_CLIENT_AUTH_H

#include "emulate/oauth/clients.h"
#include "http/exchange.h"
#include "message/form.h"

/* By HTTP Basic or by client_id and client_secret in the body. Both at once are taken only if they
 * name one client and at most one of them carries a secret: palantir-oauth-client sends Basic with
 * an empty password. Basic is taken form-encoded and raw alike. 0; or the status of the refusal
 * that it set (401 invalid_client, with WWW-Authenticate if it was Basic; 400 invalid_request). */
int fe_client_authenticate(const struct fe_clients *clients, struct fe_exchange *x,
                           const struct fe_form *form, const struct fe_client **client_out);

#endif

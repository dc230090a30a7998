/* SPDX-License-Identifier: MIT */
/* Who may use a route: the check that rows with FE_ACCESS_BEARER ask for. */
#ifndef FE_EMULATE_ACCESS_H
#define FE_EMULATE_ACCESS_H

#include "http/exchange.h"
#include "http/router.h"

struct fe_state;

/* 0, and the exchange has its principal; or the status of the refusal that it set: 401
 * Default:Unauthorized with parameters.error MISSING, INVALID or EXPIRED; 403 ApiUsageDenied with
 * parameters.missingScope. The scope "api:use-NAME", which Developer Console applications are
 * given, opens what "api:NAME" opens. */
int fe_access_check(struct fe_state *state, struct fe_exchange *x, const struct fe_route *route);

/* 401, as for a token that has expired; sets the refusal and returns its status. */
int fe_access_refuse_expired(struct fe_exchange *x);

#endif

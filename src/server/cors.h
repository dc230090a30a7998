/* SPDX-License-Identifier: MIT */
/* Cross-origin access for browser apps (contract §3.2: a public client's token and API calls are
 * cross-origin). Every origin is allowed, without credentials: what protects an API is its bearer
 * token. Never for /_emulate. */
#ifndef FE_SERVER_CORS_H
#define FE_SERVER_CORS_H

#include <stdbool.h>

#include "http/exchange.h"

/* Whether it is a preflight: OPTIONS with Origin and Access-Control-Request-Method. */
bool fe_cors_is_preflight(const struct fe_exchange *x);

/* Answers a preflight: 204, what was asked for is allowed. */
int fe_cors_preflight(struct fe_exchange *x);

/* Adds the fields to an answer that is about to leave, if the request has an Origin. */
void fe_cors_on_answer(struct fe_exchange *x);

#endif

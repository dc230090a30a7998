/* SPDX-License-Identifier: MIT */
/* The OAuth server when it fails. */
#ifndef FE_EMULATE_OAUTH_OAUTH_FAILING_H
#define FE_EMULATE_OAUTH_OAUTH_FAILING_H

#include <stdbool.h>

#include "http/exchange.h"

/* Whether the path is one of its own. */
bool fe_oauth_serves(struct fe_slice path);

/* `error` empty: what goes with the status. RFC 6749 §5.2 where programs ask, a page where people
 * are sent: only a denial leads back to the application (contract §3.1). Returns `status`. */
int fe_oauth_fail(struct fe_exchange *x, int status, struct fe_slice error);

#endif

/* SPDX-License-Identifier: MIT */
/* Foundry when it fails: the error bodies of whichever API a path belongs to. Each reply sets the
 * answer and returns its status, for a handler to return. */
#ifndef FE_EMULATE_FAILING_H
#define FE_EMULATE_FAILING_H

#include <stdbool.h>

#include "emulate/emulate.h"

struct fe_failing {
    int status;                 /* 400 to 599 */
    struct fe_slice error_code; /* empty: the one that goes with the status */
    struct fe_slice error_name; /* likewise; where OAuth is asked, its `error` */
};

/* RFC 6749 §5.2 below /multipass/api/oauth2, there a page where people are sent; else the envelope
 * of Conjure and the public API (contract §4.3). */
int fe_failing_reply(struct fe_exchange *x, const struct fe_failing *failing);

/* Whether the request shows a token that is looked at: a bearer token, unless the path is known to
 * want none, or a module's. */
bool fe_failing_checks_token(const struct fe_emulate *emulate, const struct fe_exchange *x);

/* As if that token had expired. */
int fe_failing_reply_expired(struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* The JSON answers of the token endpoint and its neighbour (RFC 6749 §5). */
#ifndef FE_EMULATE_OAUTH_OAUTH_REPLY_H
#define FE_EMULATE_OAUTH_OAUTH_REPLY_H

#include "emulate/oauth/scope.h"
#include "http/exchange.h"

/* {"error", "error_description"}; returns `status`. The description is made of the characters that
 * RFC 6749 §5.2 allows there: others become "?", a quotation mark an apostrophe. */
int fe_oauth_error(struct fe_exchange *x, int status, const char *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

struct fe_token_answer {
    struct fe_slice access_token;
    struct fe_slice refresh_token; /* empty: none */
    struct fe_scope scope;         /* told when it has words */
    int64_t expires_in_s;
};

int fe_oauth_reply_token(struct fe_exchange *x, const struct fe_token_answer *answer);

/* {} */
int fe_oauth_reply_done(struct fe_exchange *x);

#endif

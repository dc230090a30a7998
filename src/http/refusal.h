/* SPDX-License-Identifier: MIT */
/* The answers that the gate gives by itself, because the request never gets as far as an exchange.
 */
#ifndef FE_HTTP_REFUSAL_H
#define FE_HTTP_REFUSAL_H

#include "util/buf.h"
#include "util/env.h"

struct fe_exchange;

/* Appends an error answer, whole: the error body of Foundry's APIs (http/reply.h), `why` as its
 * parameter "reason", and "Connection: close". `status` is one that this file knows;
 * `source` as in struct fe_app. */
void fe_refusal_write(struct fe_env *env, const char *source, int status, const char *why,
                      struct fe_buf *out);

/* The same answer to an exchange that is there: a handler's result. */
int fe_reply_refusal(struct fe_exchange *x, int status, const char *why);

#endif

/* SPDX-License-Identifier: MIT */
/* A body that is kept until it is known who answers (fe_exchange_keep_body()), with its framing on,
 * and given again to whoever that is; for exchange*.c only. */
#ifndef FE_HTTP_KEPT_BODY_H
#define FE_HTTP_KEPT_BODY_H

#include "http/exchange.h"

struct fe_kept_body;

/* Decoded; empty until it is whole. */
struct fe_slice fe_kept_body_bytes(const struct fe_kept_body *kept);

/* The exchange has a route, and parameters: runs its handler, and gives it the body. */
void fe_kept_body_dispatch(struct fe_kept_body *kept);

/* Goes on giving, from the loop. */
void fe_kept_body_resume(struct fe_kept_body *kept);

void fe_kept_body_free(struct fe_kept_body *kept); /* NULL is fine */

#endif

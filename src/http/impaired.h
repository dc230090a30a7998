/* SPDX-License-Identifier: MIT */
/* What an exchange has if its answer is impaired (http/impair.h); for exchange.c only. */
#ifndef FE_HTTP_IMPAIRED_H
#define FE_HTTP_IMPAIRED_H

struct fe_impaired;

/* The engine's output has run down: whoever answers may be told so in turn. */
void fe_impaired_drained(struct fe_impaired *im);

/* The exchange ends: sets how much of its answer was sent. */
void fe_impaired_end(struct fe_impaired *im);

#endif

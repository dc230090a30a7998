/* SPDX-License-Identifier: MIT */
/* Safe bytes put one behind the other, so that a body can be divided into frames of one size
 * whatever the pieces were that it came in. What goes in is safe, so what comes out is, too. */
#ifndef FE_CASSETTE_REDACT_SAFE_GATHER_H
#define FE_CASSETTE_REDACT_SAFE_GATHER_H

#include <stddef.h>

struct fe_safe_bytes;
struct fe_safe_gather;

struct fe_safe_gather *fe_safe_gather_new(void);
void fe_safe_gather_free(struct fe_safe_gather *gather); /* NULL is fine */

/* Copies; returns how many these are. Whoever gathers bounds what is gathered; running out of
 * memory ends it. */
size_t fe_safe_gather_add(struct fe_safe_gather *gather, const struct fe_safe_bytes *bytes);
size_t fe_safe_gather_len(const struct fe_safe_gather *gather);

/* `len` of them, from `offset` on, which must be there; valid until the next call. */
const struct fe_safe_bytes *fe_safe_gather_part(struct fe_safe_gather *gather, size_t offset,
                                                size_t len);

/* Forgets the first `len`. */
void fe_safe_gather_drop(struct fe_safe_gather *gather, size_t len);

#endif

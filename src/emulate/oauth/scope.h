/* SPDX-License-Identifier: MIT */
/* OAuth scopes (RFC 6749 §3.3): a set of words, or everything there is. */
#ifndef FE_EMULATE_OAUTH_SCOPE_H
#define FE_EMULATE_OAUTH_SCOPE_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/slice.h"

#define FE_SCOPE_OFFLINE "offline_access" /* asks for a refresh token */

struct fe_scope {
    struct fe_slice words; /* each once, divided by single spaces */
    bool all;              /* no restriction; then `words` is empty */
};

/* The words of `text`, repeated ones once, in `arena`. -EINVAL: a character that no scope may have;
 * -E2BIG: more than FE_LIMIT_SCOPES. */
int fe_scope_parse(struct fe_slice text, struct fe_arena *arena, struct fe_scope *scope_out);

/* Whether `asked` is no more than `allowed`; if not, *excess_out is the first word too many. */
bool fe_scope_within(const struct fe_scope *asked, const struct fe_scope *allowed,
                     struct fe_slice *excess_out);

/* A copy in `arena` without one word. */
struct fe_scope fe_scope_without(const struct fe_scope *scope, struct fe_slice word,
                                 struct fe_arena *arena);

struct fe_scope fe_scope_copy(const struct fe_scope *scope, struct fe_arena *arena);

#endif

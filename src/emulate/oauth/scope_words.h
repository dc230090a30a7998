/* SPDX-License-Identifier: MIT */
/* Scopes for people. */
#ifndef FE_EMULATE_OAUTH_SCOPE_WORDS_H
#define FE_EMULATE_OAUTH_SCOPE_WORDS_H

#include "util/arena.h"
#include "util/slice.h"

/* What a scope lets an application do, in words: from a table, or made from the way Foundry names
 * its scopes: "api:ontologies-read" is "Read ontologies". Static, or in `arena`. */
struct fe_slice fe_scope_describe(struct fe_slice scope, struct fe_arena *arena);

#endif

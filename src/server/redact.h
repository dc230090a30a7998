/* SPDX-License-Identifier: MIT */
/* Strikes secrets out of what log and journal show. */
#ifndef FE_SERVER_REDACT_H
#define FE_SERVER_REDACT_H

#include "message/request.h"
#include "util/arena.h"

struct fe_rules;

/* The target, with the values of query parameters that carry secrets, as those rules have it
 * (cassette/redact/rules.h), replaced by "***". Borrowed from the request when there is nothing to
 * strike out. */
struct fe_slice fe_redact_target(const struct fe_request *request, const struct fe_rules *rules,
                                 struct fe_arena *arena);

#endif

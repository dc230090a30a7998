/* SPDX-License-Identifier: MIT */
/* Times in a recorded answer, moved to now. Instants move, all by the same; durations (Max-Age,
 * expires_in, Retry-After) never do, and nor does 1970-01-01T00:00:00Z, which is no instant but
 * says "long ago". */
#ifndef FE_REPLAY_REBASE_H
#define FE_REPLAY_REBASE_H

#include <stdint.h>

#include "cassette/frame.h"
#include "message/headers.h"
#include "util/arena.h"

/* The field's value with its instant moved by `by_ns`, in the arena; borrowed if nothing changes.
 * Instants are those of Date, Expires, Last-Modified, and of Set-Cookie the attribute Expires; what
 * moves is written in the one form of today (RFC 9110 §5.6.7), the rest stays as it is, as does
 * what is no date. */
struct fe_slice fe_rebase_field(const struct fe_header *field, int64_t by_ns,
                                struct fe_arena *arena);

/* The body with the instants moved that the JSON pointers (RFC 6901) name, in the arena; borrowed
 * if nothing changes. Instants are strings in ISO 8601 with a zone, which stay as they were written
 * but for the digits; and whole numbers of seconds (10^9 to 10^11) or milliseconds (10^11 to 10^14)
 * since 1970. All else stays, byte for byte: other values, and a body that is no JSON.
 *
 * Besides what RFC 6901 has, a segment "*" stands for every element of an array and every member of
 * an object: "/data/ * /createdTime", without the spaces. */
struct fe_slice fe_rebase_json(struct fe_slice body, const struct fe_names *pointers, int64_t by_ns,
                               struct fe_arena *arena);

#endif

/* SPDX-License-Identifier: MIT */
/* Identifiers: UUIDs drawn at random or derived from a name, and opaque tokens. */
#ifndef FE_UTIL_ID_H
#define FE_UTIL_ID_H

#include "util/arena.h"
#include "util/random.h"
#include "util/slice.h"

enum {
    FE_UUID_TEXT_BYTES = 37,
    FE_TOKEN_RANDOM_BYTES = 32
};

/* Version 4 (RFC 9562 §5.4), NUL-terminated, lower case. */
void fe_uuid_random(struct fe_random *random, char text[FE_UUID_TEXT_BYTES]);

/* Version 8 (RFC 9562 §5.8): the first bits of SHA-256 over `space`, a zero byte and `name`. The
 * same name gives the same UUID in every run. */
void fe_uuid_named(struct fe_slice space, struct fe_slice name, char text[FE_UUID_TEXT_BYTES]);

/* `prefix` and 43 characters of base64url, 256 random bits, in the arena. */
struct fe_slice fe_token_random(struct fe_random *random, const char *prefix,
                                struct fe_arena *arena);

#endif

/* SPDX-License-Identifier: MIT */
/* The Authorization field's two schemes that Foundry knows. */
#ifndef FE_MESSAGE_CREDENTIALS_H
#define FE_MESSAGE_CREDENTIALS_H

#include "message/headers.h"
#include "util/arena.h"
#include "util/slice.h"

/* The bearer token (RFC 6750 §2.1), borrowed. -ENOENT: no Authorization field or another scheme;
 * -EINVAL: several fields, or a token with characters outside b64token. */
int fe_credentials_bearer(const struct fe_headers *headers, struct fe_slice *token_out);

struct fe_basic {
    struct fe_slice user;
    struct fe_slice password;
    struct fe_slice raw_user; /* as they stood in the base64 */
    struct fe_slice raw_password;
};

/* HTTP Basic as OAuth uses it (RFC 6749 §2.3.1): both parts form-decoded after base64, in `arena`.
 * Many clients leave the encoding out, so the parts are given raw too; what cannot have been
 * encoded is raw in both. -ENOENT: no Authorization field or another scheme; -EINVAL: malformed. */
int fe_credentials_basic(const struct fe_headers *headers, struct fe_arena *arena,
                         struct fe_basic *basic_out);

#endif

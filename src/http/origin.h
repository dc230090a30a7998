/* SPDX-License-Identifier: MIT */
/* Where a URL points to: scheme, host and port (RFC 6454 §4), compared as browsers do it. */
#ifndef FE_HTTP_ORIGIN_H
#define FE_HTTP_ORIGIN_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/slice.h"

struct fe_origin {
    bool tls;
    bool ipv6;
    struct fe_slice host; /* without brackets */
    int port;             /* the scheme's own when none is said */
};

/* Takes "http://HOST[:PORT]" or "https://HOST[:PORT]", the scheme in any case, off the front of
 * *url; also "//HOST[:PORT]", which has `base`'s scheme, unless that is NULL. What is left begins
 * with "/", "?" or "#", or is empty. -EINVAL: anything else, such as a path, user information, or a
 * port 0. The host is a part of `url`. */
int fe_origin_take(struct fe_slice *url, const struct fe_origin *base,
                   struct fe_origin *origin_out);

/* Hosts in any case. */
bool fe_origin_eq(const struct fe_origin *a, const struct fe_origin *b);

/* "stack.example:8443", as a Host field has it: a scheme's own port is not said. */
struct fe_slice fe_origin_authority(const struct fe_origin *origin, struct fe_arena *arena);

/* "https://stack.example:8443", likewise. */
struct fe_slice fe_origin_text(const struct fe_origin *origin, struct fe_arena *arena);

#endif

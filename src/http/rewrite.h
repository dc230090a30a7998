/* SPDX-License-Identifier: MIT */
/* A client knows one address, the emulator's; the upstream another, its own. Fields that name one
 * of them are translated on their way, so that redirects come back to us, browsers keep the
 * cookies, and checks against forged requests hold. Pure functions over a field's value.
 *
 * What cannot be translated: an address of the upstream inside of another one, as in the query of a
 * redirect to a third party. */
#ifndef FE_HTTP_REWRITE_H
#define FE_HTTP_REWRITE_H

#include "http/origin.h"
#include "util/arena.h"
#include "util/slice.h"

struct fe_rewrite {
    struct fe_origin upstream;
    struct fe_slice upstream_text; /* fe_origin_text() of it */
    struct fe_slice client; /* the emulator as the client names it: "http://localhost:4000" */
    bool client_tls;
};

/* Each gives back `value` itself where there is nothing to change, or a new text in the arena. */

/* Location and Content-Location: a URL at the upstream becomes the same at the emulator; "//HOST/…"
 * too. */
struct fe_slice fe_rewrite_location(const struct fe_rewrite *rewrite, struct fe_slice value,
                                    struct fe_arena *arena);

/* Set-Cookie. A Domain that covers the upstream goes: the cookie is then the emulator's alone. For
 * a client without TLS, so does Secure, and what browsers take only beside it: SameSite=None
 * becomes Lax, Partitioned goes.
 *
 * Names that begin with "__Secure-" or "__Host-" keep all of these: without Secure every browser
 * refuses them (RFC 6265bis §4.1.3), with it they are kept at least where http is as good as https,
 * which is at localhost. */
struct fe_slice fe_rewrite_set_cookie(const struct fe_rewrite *rewrite, struct fe_slice value,
                                      struct fe_arena *arena);

/* Origin and Referer of a request: the emulator's address becomes the upstream's. */
struct fe_slice fe_rewrite_to_upstream(const struct fe_rewrite *rewrite, struct fe_slice value,
                                       struct fe_arena *arena);

#endif

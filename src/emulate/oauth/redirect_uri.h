/* SPDX-License-Identifier: MIT */
/* Where a login may send the browser back to. */
#ifndef FE_EMULATE_OAUTH_REDIRECT_URI_H
#define FE_EMULATE_OAUTH_REDIRECT_URI_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/slice.h"

/* An absolute URI of printable ASCII without a fragment (RFC 6749 §3.1.2). */
bool fe_redirect_uri_valid(struct fe_slice uri);

/* Whether `uri` is the registered one: byte for byte; only that an http one on 127.0.0.1, [::1] or
 * localhost which was registered without a port takes any port (RFC 8252 §7.3). */
bool fe_redirect_uri_matches(struct fe_slice uri, struct fe_slice registered);

/* What a Content-Security-Policy calls the place: "https://host:port", or "scheme:" where no host
 * can be written there. */
struct fe_slice fe_redirect_uri_source(struct fe_slice uri, struct fe_arena *arena);

struct fe_redirect_parameter {
    const char *name;
    struct fe_slice value; /* empty: left out */
};

/* The URI with parameters added to its query, values percent-encoded. */
struct fe_slice fe_redirect_uri_with(struct fe_slice uri,
                                     const struct fe_redirect_parameter *parameters, size_t count,
                                     struct fe_arena *arena);

#endif

/* SPDX-License-Identifier: MIT */
/* Who may use /_emulate: requests whose Host, and Origin if there is one, name this machine or a
 * URL that the emulator was told is its own. So a page from elsewhere can reach the control routes
 * neither by a cross-site post nor by rebinding a name of its own to 127.0.0.1. A Host may be any
 * address, which cannot be rebound; an Origin only one of loopback, or the one that is asked, as
 * anybody may serve a page at an address. */
#ifndef FE_SERVER_GUARD_H
#define FE_SERVER_GUARD_H

#include <stdbool.h>

#include "message/request.h"
#include "util/limits.h"

/* Names besides the built-in ones (localhost, IP literals). */
struct fe_guard {
    struct fe_slice urls[2]; /* of --public-url and --module-url; empty ones are skipped */
    struct fe_slice names[FE_LIMIT_LISTENERS]; /* of --tls-name; likewise */
};

bool fe_guard_admits(const struct fe_guard *guard, const struct fe_request *request);

#endif

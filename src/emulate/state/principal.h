/* SPDX-License-Identifier: MIT */
/* Who a bearer token speaks for. A copy in the exchange's arena: the token, and even the user, may
 * be gone by the time a kept exchange is answered. */
#ifndef FE_EMULATE_STATE_PRINCIPAL_H
#define FE_EMULATE_STATE_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

struct fe_principal {
    struct fe_slice user_id;
    struct fe_slice username;
    struct fe_slice client_id; /* empty for seeded tokens */
    struct fe_slice scopes;    /* divided by single spaces */
    bool all_scopes;           /* a token without restriction */
    int64_t expires_ns;        /* on the emulator's clock; 0: never */
};

bool fe_principal_has_scope(const struct fe_principal *principal, struct fe_slice scope);

#endif

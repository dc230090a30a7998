/* SPDX-License-Identifier: MIT */
/* Who am I: the public API's current user and Multipass's two neighbours of it. */
#ifndef FE_EMULATE_USERS_USERS_ROUTES_H
#define FE_EMULATE_USERS_USERS_ROUTES_H

#include "emulate/feature.h"

/* Seeds `foundry.users`; the user "admin" exists unless a file defines one of that name. */
extern const struct fe_feature fe_users_feature;

#endif

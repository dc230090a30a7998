/* SPDX-License-Identifier: MIT */
/* The feature of users: who am I, by the public API and by Multipass, and who else is there. */
#ifndef FE_EMULATE_USERS_USERS_ROUTES_H
#define FE_EMULATE_USERS_USERS_ROUTES_H

#include "emulate/feature.h"

/* Seeds `foundry.users`; the user "admin" exists unless a file defines one of that name. */
extern const struct fe_feature fe_users_feature;

#endif

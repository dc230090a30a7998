/* SPDX-License-Identifier: MIT */
/* Reads `foundry.users` of seed files into the directory. */
#ifndef FE_EMULATE_USERS_USERS_SEED_H
#define FE_EMULATE_USERS_USERS_SEED_H

#include "config/fields.h"
#include "emulate/state/users.h"

/* Adds the users of one file; mistakes, and names or ids that are taken, go to foundry->errors. */
void fe_users_seed(struct fe_users *users, struct fe_fields *foundry);

/* Adds the user "admin" unless there is one. */
void fe_users_seed_default(struct fe_users *users);

#endif

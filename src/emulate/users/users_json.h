/* SPDX-License-Identifier: MIT */
/* A user as the two APIs show one. */
#ifndef FE_EMULATE_USERS_USERS_JSON_H
#define FE_EMULATE_USERS_USERS_JSON_H

#include "emulate/state/users.h"
#include "util/json_writer.h"

/* The public API's User. */
void fe_user_put_api(struct fe_json_writer *writer, const struct fe_user *user);

/* What Multipass tells people of themselves. */
void fe_user_put_me(struct fe_json_writer *writer, const struct fe_user *user);

#endif

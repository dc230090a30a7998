/* SPDX-License-Identifier: MIT */
/* The directory as the public API shows it: one user, several, all of them, or those whose name
 * begins so. An inactive user of the seed is what the API calls deleted. */
#ifndef FE_EMULATE_USERS_USERS_DIRECTORY_H
#define FE_EMULATE_USERS_USERS_DIRECTORY_H

#include "http/exchange.h"

/* Handlers; each one's self is the struct fe_state. */
int fe_users_get(void *self, struct fe_exchange *x);
int fe_users_get_batch(void *self, struct fe_exchange *x);
int fe_users_list(void *self, struct fe_exchange *x);
int fe_users_search(void *self, struct fe_exchange *x);

#endif

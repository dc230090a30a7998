/* SPDX-License-Identifier: MIT */
/* Reads what seed files say of applications and tokens: `tokens`, `foundry.oauth_clients`,
 * `foundry.access_token_ttl`. */
#ifndef FE_EMULATE_OAUTH_OAUTH_SEED_H
#define FE_EMULATE_OAUTH_OAUTH_SEED_H

#include "config/fields.h"
#include "emulate/oauth/oauth.h"

/* One file. A token's login must be a user of this file or of an earlier one, or "admin". */
void fe_oauth_seed(struct fe_oauth *oauth, struct fe_fields *root, struct fe_fields *foundry);

/* All files are read: makes the tokens known; if no file has the key `tokens`, there is one,
 * test_token_admin, for admin. */
void fe_oauth_seed_finish(struct fe_oauth *oauth);

/* Forgets tokens that wait to be made known. */
void fe_oauth_seed_clear(struct fe_oauth *oauth);

#endif

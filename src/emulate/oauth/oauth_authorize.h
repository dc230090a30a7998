/* SPDX-License-Identifier: MIT */
/* The three pages of a login under /multipass/api/oauth2: handlers whose self is a struct fe_oauth.
 */
#ifndef FE_EMULATE_OAUTH_OAUTH_AUTHORIZE_H
#define FE_EMULATE_OAUTH_OAUTH_AUTHORIZE_H

#include "http/exchange.h"

#define FE_OAUTH_CALLBACK_PATH "/multipass/api/oauth2/callback"

/* GET authorize: the user picker, or a page that says what is wrong with the request. */
int fe_oauth_authorize(void *self, struct fe_exchange *x);

/* POST authorize/callback: the picker's form. Sends the browser back with a code, or with
 * access_denied. It trusts nothing of what the picker had checked. */
int fe_oauth_decide(void *self, struct fe_exchange *x);

/* GET callback: a redirect URI for programs without a web server: shows the code.
 * Every application may use it. */
int fe_oauth_show_code(void *self, struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* The page where a person says who signs in. */
#ifndef FE_EMULATE_OAUTH_PICKER_H
#define FE_EMULATE_OAUTH_PICKER_H

#include "emulate/oauth/clients.h"
#include "http/exchange.h"

struct fe_users;

/* What an application asks for, checked: all of it goes into the form, to come back unchanged. */
struct fe_sign_in {
    const struct fe_client *client;
    struct fe_slice redirect_uri;
    bool redirect_uri_given;
    struct fe_slice scope_text; /* as asked; empty: not asked */
    struct fe_scope scope;      /* what will be granted */
    struct fe_slice state;
    struct fe_slice challenge; /* empty: none */
};

int fe_picker_send(struct fe_exchange *x, const struct fe_users *users,
                   const struct fe_sign_in *sign_in);

#endif

/* SPDX-License-Identifier: MIT */
/* The registered applications. While there are none, every client_id is an application that may do
 * anything. */
#ifndef FE_EMULATE_OAUTH_CLIENTS_H
#define FE_EMULATE_OAUTH_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "emulate/oauth/scope.h"
#include "util/env.h"
#include "util/slice.h"

enum {
    FE_GRANT_CODE = 1,
    FE_GRANT_REFRESH = 2,
    FE_GRANT_CLIENT_CREDENTIALS = 4
};

struct fe_client {
    struct fe_slice client_id;
    struct fe_slice secret; /* empty: a public client */
    struct fe_slice name;
    const struct fe_slice *redirect_uris;
    size_t redirect_uri_count;
    unsigned grants;            /* FE_GRANT_* */
    struct fe_scope allowed;    /* what it may ask for */
    bool is_registered;         /* else anything goes: any secret, any redirect URI, no PKCE */
    struct fe_slice defined_at; /* "FILE:LINE" */
};

struct fe_clients;

/* `env` is borrowed. */
struct fe_clients *fe_clients_new(struct fe_env *env);
void fe_clients_free(struct fe_clients *clients);
void fe_clients_clear(struct fe_clients *clients);

/* Registers a copy. -EEXIST: *other_out has that client_id. */
int fe_clients_add(struct fe_clients *clients, const struct fe_client *client,
                   const struct fe_client **other_out);

/* From now on it is an application that may do anything, if it is not registered. */
void fe_clients_tolerate(struct fe_clients *clients, struct fe_slice client_id);

/* NULL when it is not registered though others are. What is not registered is made in `arena`. */
const struct fe_client *fe_clients_find(const struct fe_clients *clients, struct fe_slice client_id,
                                        struct fe_arena *arena);

/* Registered without a secret: cannot keep one, so PKCE is what protects its codes. */
bool fe_client_is_public(const struct fe_client *client);

#endif

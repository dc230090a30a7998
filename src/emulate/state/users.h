/* SPDX-License-Identifier: MIT */
/* The directory of users: people and services, in the order in which they came. */
#ifndef FE_EMULATE_STATE_USERS_H
#define FE_EMULATE_STATE_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/env.h"
#include "util/slice.h"

#define FE_USERS_REALM "palantir-internal-realm"

enum fe_user_kind {
    FE_USER_HUMAN,
    FE_USER_SERVICE
};

struct fe_user_attribute {
    struct fe_slice name;
    const struct fe_slice *values;
    size_t value_count;
};

/* Texts are empty where there is nothing to say; only `username` must be there. */
struct fe_user {
    struct fe_slice id;           /* empty when added: derived from realm and username */
    struct fe_slice username;     /* unique */
    struct fe_slice display_name; /* empty when added: the username */
    struct fe_slice email;
    struct fe_slice given_name;
    struct fe_slice family_name;
    struct fe_slice realm;            /* empty when added: FE_USERS_REALM */
    struct fe_slice organization_rid; /* empty when added: people get the default one */
    enum fe_user_kind kind;
    bool inactive;
    struct fe_slice oauth_client_id; /* whose service user this is */
    const struct fe_user_attribute *attributes;
    size_t attribute_count;
    struct fe_slice defined_at; /* "FILE:LINE"; empty when no file did */
};

struct fe_users;

/* `env` is borrowed. */
struct fe_users *fe_users_new(struct fe_env *env);
void fe_users_free(struct fe_users *users);

/* Forgets everybody. */
void fe_users_clear(struct fe_users *users);

/* Adds a copy. -EEXIST: *user_out (which may be NULL) is who has that username, or that id. */
int fe_users_add(struct fe_users *users, const struct fe_user *user,
                 const struct fe_user **user_out);

/* NULL when there is none. */
const struct fe_user *fe_users_find(const struct fe_users *users, struct fe_slice username);
const struct fe_user *fe_users_find_id(const struct fe_users *users, struct fe_slice id);

/* NULL past the last. */
const struct fe_user *fe_users_at(const struct fe_users *users, size_t index);

/* The user that client credentials speak for: the service user with that oauth_client_id, or the
 * one whose username is the client's id, made if need be. -EEXIST: a person has that name;
 * -ENOSPC: FE_LIMIT_SERVICE_USERS have been made. */
int fe_users_ensure_service(struct fe_users *users, struct fe_slice client_id,
                            struct fe_slice display_name, const struct fe_user **user_out);

#endif

/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_routes.h"

#include "emulate/state/principal.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "emulate/users/users_seed.h"
#include "http/reply.h"

/* Multipass's own attributes of a user, under the two spellings that its two routes use (contract
 * §4.2): the public API's and that of /multipass/api/me. NULL where a route does not have one. */
struct derived_attribute {
    const char *api_name;
    const char *me_name;
    struct fe_slice value;
};

enum {
    DERIVED_ATTRIBUTES = 7
};

static void derive(const struct fe_user *user, struct derived_attribute derived[DERIVED_ATTRIBUTES])
{
    const struct derived_attribute all[DERIVED_ATTRIBUTES] = {
        {"multipass:givenName", "multipass:given-name", user->given_name},
        {"multipass:familyName", "multipass:family-name", user->family_name},
        {"multipass:email:primary", "multipass:email:primary", user->email},
        {"multipass:realm", "multipass:realm", user->realm},
        {NULL, "multipass:realm-name", user->realm},
        {"multipass:organization-rid", "multipass:organization-rid", user->organization_rid},
        {NULL, "multipass:upn", user->username},
    };
    for (size_t i = 0; i < DERIVED_ATTRIBUTES; i++) {
        derived[i] = all[i];
    }
}

static bool is_seeded(const struct fe_user *user, const char *name)
{
    for (size_t i = 0; i < user->attribute_count; i++) {
        if (fe_slice_eq(user->attributes[i].name, fe_slice_cstr(name))) {
            return true;
        }
    }
    return false;
}

static void put_attribute(struct fe_json_writer *writer, struct fe_slice name,
                          const struct fe_slice *values, size_t count)
{
    fe_json_key_slice(writer, name);
    fe_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        fe_json_put_string(writer, values[i]);
    }
    fe_json_end_array(writer);
}

/* Derived ones first; a seeded attribute of the same name stands instead. */
static void put_attributes(struct fe_json_writer *writer, const struct fe_user *user, bool is_api)
{
    struct derived_attribute derived[DERIVED_ATTRIBUTES];
    derive(user, derived);
    fe_json_key(writer, "attributes");
    fe_json_begin_object(writer);
    for (size_t i = 0; i < DERIVED_ATTRIBUTES; i++) {
        const char *name = is_api ? derived[i].api_name : derived[i].me_name;
        if (name && derived[i].value.len > 0 && !is_seeded(user, name)) {
            put_attribute(writer, fe_slice_cstr(name), &derived[i].value, 1);
        }
    }
    for (size_t i = 0; i < user->attribute_count; i++) {
        const struct fe_user_attribute *attribute = &user->attributes[i];
        put_attribute(writer, attribute->name, attribute->values, attribute->value_count);
    }
    fe_json_end_object(writer);
}

/* Optional members are absent when there is nothing to say, never null. */
static void put_optional(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    if (text.len > 0) {
        fe_json_member_string(writer, name, text);
    }
}

/* The access check saw the user; a reset may have come between that and a slow body's end. */
static const struct fe_user *caller(const struct fe_state *state, const struct fe_exchange *x)
{
    return fe_users_find_id(state->users, fe_exchange_principal(x)->user_id);
}

static int deny(struct fe_exchange *x)
{
    static const struct fe_api_error error = {403, "PERMISSION_DENIED",
                                              "GetCurrentUserPermissionDenied",
                                              "Could not getCurrent the User."};
    return fe_reply_error(x, &error, NULL);
}

static int get_current(void *self, struct fe_exchange *x)
{
    const struct fe_user *user = caller(self, x);
    if (user == NULL) {
        return deny(x);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "id", user->id);
    fe_json_member_string(&writer, "username", user->username);
    put_optional(&writer, "givenName", user->given_name);
    put_optional(&writer, "familyName", user->family_name);
    put_optional(&writer, "email", user->email);
    fe_json_member_string(&writer, "realm", user->realm);
    put_optional(&writer, "organization", user->organization_rid);
    fe_json_member_string(&writer, "status", FE_SLICE("ACTIVE")); /* others do not get this far */
    put_attributes(&writer, user, true);
    fe_json_end_object(&writer);
    return 200;
}

static int get_me(void *self, struct fe_exchange *x)
{
    const struct fe_user *user = caller(self, x);
    if (user == NULL) {
        return deny(x);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "id", user->id);
    fe_json_member_string(&writer, "username", user->username);
    put_attributes(&writer, user, false);
    fe_json_end_object(&writer);
    return 200;
}

/* Seconds that the token is good for, rounded down. A token that never expires is said to have a
 * new token's whole life before it, however often one asks: that is true of it (it will live at
 * least so long), and no monitor takes it for a token about to die. */
static int get_ttl(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    int64_t expires_ns = fe_exchange_principal(x)->expires_ns;
    int64_t ttl_s = fe_tokens_ttl_s(state->tokens);
    if (expires_ns != 0) {
        int64_t left_ns = expires_ns - fe_clock_now_ns(&state->env->clock);
        ttl_s = left_ns > 0 ? left_ns / FE_NS_PER_S : 0;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_put_int(&writer, ttl_s);
    return 200;
}

static const struct fe_route routes[] = {
    {FE_GET, "/api/v2/admin/users/getCurrent", get_current, FE_ACCESS_BEARER, "api:admin-read",
     FE_BODY_WHOLE, 0},
    {FE_GET, "/multipass/api/me", get_me, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, "/multipass/api/token/ttl", get_ttl, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
};

/* The directory belongs to the state, and is all this feature needs: its self is the state. */
static void *open_feature(struct fe_state *state)
{
    return state;
}

static void seed(void *self, struct fe_fields *root, struct fe_fields *foundry)
{
    struct fe_state *state = self;
    (void)root;
    fe_users_seed(state->users, foundry);
}

static void seeded(void *self)
{
    struct fe_state *state = self;
    fe_users_seed_default(state->users);
}

static void reset(void *self)
{
    struct fe_state *state = self;
    fe_users_clear(state->users);
}

static void close_feature(void *self)
{
    (void)self;
}

const struct fe_feature fe_users_feature = {
    .name = "users",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .seed = seed,
    .seeded = seeded,
    .reset = reset,
    .close = close_feature,
};

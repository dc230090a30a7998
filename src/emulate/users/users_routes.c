/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_routes.h"

#include "emulate/state/principal.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "emulate/users/users_directory.h"
#include "emulate/users/users_json.h"
#include "emulate/users/users_seed.h"
#include "http/reply.h"
#include "util/limits.h"

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
    fe_user_put_api(&writer, user);
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
    fe_user_put_me(&writer, user);
    return 200;
}

/* The emulated stack has no groups. */
static int get_groups(void *self, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    (void)self;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_array(&writer);
    fe_json_end_array(&writer);
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
    {FE_GET, "/api/v2/admin/users/:user", fe_users_get, FE_ACCESS_BEARER, "api:admin-read",
     FE_BODY_WHOLE, 0},
    {FE_GET, "/api/v2/admin/users", fe_users_list, FE_ACCESS_BEARER, "api:admin-read",
     FE_BODY_WHOLE, 0},
    {FE_POST, "/api/v2/admin/users/getBatch", fe_users_get_batch, FE_ACCESS_BEARER,
     "api:admin-read", FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_POST, "/api/v2/admin/users/search", fe_users_search, FE_ACCESS_BEARER, "api:admin-read",
     FE_BODY_WHOLE, FE_LIMIT_PUBLIC_BODY_BYTES},
    {FE_GET, "/multipass/api/me", get_me, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, "/multipass/api/me/groups", get_groups, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
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

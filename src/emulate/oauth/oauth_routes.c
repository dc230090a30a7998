/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_routes.h"

#include <stdlib.h>

#include "emulate/oauth/oauth.h"
#include "emulate/oauth/oauth_authorize.h"
#include "emulate/oauth/oauth_seed.h"
#include "emulate/oauth/oauth_token.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "util/alloc.h"
#include "util/limits.h"

void fe_oauth_end_grant(struct fe_oauth *oauth, uint64_t grant_id)
{
    fe_tokens_revoke_grant(oauth->state->tokens, grant_id);
    fe_grants_end(&oauth->grants, grant_id);
}

static const struct fe_route routes[] = {
    {FE_GET, "/multipass/api/oauth2/authorize", fe_oauth_authorize, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, 0},
    {FE_POST, "/multipass/api/oauth2/authorize/callback", fe_oauth_decide, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, FE_LIMIT_FORM_BODY_BYTES},
    {FE_GET, FE_OAUTH_CALLBACK_PATH, fe_oauth_show_code, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_POST, "/multipass/api/oauth2/token", fe_oauth_token, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FE_LIMIT_FORM_BODY_BYTES},
    {FE_POST, "/multipass/api/oauth2/revoke_token", fe_oauth_revoke, FE_ACCESS_OPEN, NULL,
     FE_BODY_WHOLE, FE_LIMIT_FORM_BODY_BYTES},
};

static bool find_secret(void *self, struct fe_slice client_id, struct fe_slice *secret_out)
{
    const struct fe_oauth *oauth = self;
    struct fe_arena arena = {0};
    const struct fe_client *client = fe_clients_find(oauth->clients, client_id, &arena);
    bool found = client && client->is_registered && client->secret.len > 0;
    if (found) {
        *secret_out = client->secret;
    }
    fe_arena_done(&arena);
    return found;
}

static void *open_feature(struct fe_state *state)
{
    struct fe_oauth *oauth = fe_xalloc(sizeof(*oauth));
    state->client_secrets = (struct fe_client_secrets){oauth, find_secret};
    oauth->state = state;
    oauth->clients = fe_clients_new(state->env);
    fe_codes_init(&oauth->codes, state->env);
    fe_grants_init(&oauth->grants, state->env);
    return oauth;
}

static void seed(void *self, struct fe_fields *root, struct fe_fields *foundry)
{
    fe_oauth_seed(self, root, foundry);
}

static void seeded(void *self)
{
    fe_oauth_seed_finish(self);
}

static void reset(void *self)
{
    struct fe_oauth *oauth = self;
    fe_clients_clear(oauth->clients);
    fe_codes_clear(&oauth->codes);
    fe_grants_clear(&oauth->grants);
    fe_tokens_clear(oauth->state->tokens);
    fe_oauth_seed_clear(oauth);
}

static void close_feature(void *self)
{
    struct fe_oauth *oauth = self;
    if (oauth) {
        fe_clients_free(oauth->clients);
        fe_codes_done(&oauth->codes);
        fe_grants_done(&oauth->grants);
        fe_oauth_seed_clear(oauth);
        free(oauth);
    }
}

const struct fe_feature fe_oauth_feature = {
    .name = "oauth",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .seed = seed,
    .seeded = seeded,
    .reset = reset,
    .close = close_feature,
};

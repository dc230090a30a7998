/* SPDX-License-Identifier: MIT */
#include "emulate/access.h"

#include <errno.h>

#include "emulate/state/principal.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "http/reply.h"
#include "message/credentials.h"

static int refuse(struct fe_exchange *x, const char *why)
{
    static const struct fe_api_error error = {401, "UNAUTHORIZED", "Default:Unauthorized", NULL};
    fe_exchange_header(x, FE_SLICE("WWW-Authenticate"), FE_SLICE("Bearer"));
    return fe_reply_error(x, &error, "error", why, NULL);
}

int fe_access_refuse_expired(struct fe_exchange *x)
{
    return refuse(x, "EXPIRED");
}

static bool may_use(const struct fe_principal *principal, const char *scope)
{
    struct fe_slice wanted = fe_slice_cstr(scope);
    if (fe_principal_has_scope(principal, wanted)) {
        return true;
    }
    struct fe_slice prefix = FE_SLICE("api:");
    struct fe_slice use_prefix = FE_SLICE("api:use-");
    if (!fe_slice_starts(wanted, prefix)) {
        return false;
    }
    struct fe_slice name = fe_slice_from(wanted, prefix.len);
    struct fe_slice rest = principal->scopes;
    struct fe_slice word = {NULL, 0};
    while (fe_slice_split(&rest, ' ', &word)) {
        if (fe_slice_starts(word, use_prefix) &&
            fe_slice_eq(fe_slice_from(word, use_prefix.len), name)) {
            return true;
        }
    }
    return false;
}

static bool is_active(const struct fe_users *users, const struct fe_principal *principal)
{
    const struct fe_user *user = fe_users_find_id(users, principal->user_id);
    return user && !user->inactive;
}

int fe_access_check(struct fe_state *state, struct fe_exchange *x, const struct fe_route *route)
{
    struct fe_slice token = {NULL, 0};
    int r = fe_credentials_bearer(&fe_exchange_request(x)->headers, &token);
    if (r < 0) {
        return refuse(x, r == -ENOENT ? "MISSING" : "INVALID");
    }
    const struct fe_principal *principal = NULL;
    r = fe_tokens_find(state->tokens, token, fe_exchange_arena(x), &principal);
    if (r < 0) {
        return r == -EKEYEXPIRED ? fe_access_refuse_expired(x) : refuse(x, "INVALID");
    }
    if (!is_active(state->users, principal)) {
        return refuse(x, "INVALID");
    }
    if (route->scope && !may_use(principal, route->scope)) {
        static const struct fe_api_error error = {403, "PERMISSION_DENIED", "ApiUsageDenied",
                                                  "You are not allowed to use Palantir APIs."};
        return fe_reply_error(x, &error, "missingScope", route->scope, NULL);
    }
    fe_exchange_set_principal(x, principal);
    return 0;
}

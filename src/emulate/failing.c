/* SPDX-License-Identifier: MIT */
#include "emulate/failing.h"

#include "emulate/access.h"
#include "emulate/compute/compute.h"
#include "emulate/emulate_private.h"
#include "emulate/oauth/oauth_failing.h"
#include "http/reply.h"
#include "message/credentials.h"

/* Conjure's own error types, by their status; the last two are for the rest of each class. */
static const struct fe_api_error errors[] = {
    {400, "INVALID_ARGUMENT", "Default:InvalidArgument", NULL},
    {401, "UNAUTHORIZED", "Default:Unauthorized", NULL},
    {403, "PERMISSION_DENIED", "Default:PermissionDenied", NULL},
    {404, "NOT_FOUND", "Default:NotFound", NULL},
    {408, "TIMEOUT", "Default:Timeout", NULL},
    {409, "CONFLICT", "Default:Conflict", NULL},
    {413, "REQUEST_ENTITY_TOO_LARGE", "Default:RequestEntityTooLarge", NULL},
    {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests", NULL},
    {500, "INTERNAL", "Default:Internal", NULL},
    {503, "INTERNAL", "Default:Internal", NULL},
    {504, "TIMEOUT", "Default:Timeout", NULL},
    {499, "CUSTOM_CLIENT", "Default:CustomClient", NULL},
    {599, "CUSTOM_SERVER", "Default:CustomServer", NULL},
};

static struct fe_api_error error_of(int status)
{
    const size_t count = sizeof(errors) / sizeof(errors[0]);
    size_t i = 0;
    while (i < count - 2 && errors[i].status != status) {
        i++;
    }
    if (i == count - 2 && status >= 500) {
        i++;
    }
    struct fe_api_error error = errors[i];
    error.status = status;
    return error;
}

int fe_failing_reply(struct fe_exchange *x, const struct fe_failing *failing)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    if (fe_oauth_serves(fe_exchange_request(x)->path)) {
        return fe_oauth_fail(x, failing->status, failing->error_name);
    }
    struct fe_api_error error = error_of(failing->status);
    if (failing->error_code.len > 0) {
        error.code = fe_arena_copy(arena, failing->error_code).ptr;
    }
    if (failing->error_name.len > 0) {
        error.name = fe_arena_copy(arena, failing->error_name).ptr;
    }
    if (failing->status == 401) {
        fe_exchange_header(x, FE_SLICE("WWW-Authenticate"), FE_SLICE("Bearer"));
    }
    return fe_reply_error(x, &error, NULL);
}

/* ── tokens ── */

static bool shows_bearer(const struct fe_exchange *x)
{
    struct fe_slice token = {NULL, 0};
    return fe_credentials_bearer(&fe_exchange_request(x)->headers, &token) == 0;
}

static bool shows_module_token(const struct fe_exchange *x)
{
    struct fe_slice token = {NULL, 0};
    return fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("Module-Auth-Token"), &token);
}

bool fe_failing_checks_token(const struct fe_emulate *emulate, const struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_route_match match;
    bool known = fe_router_find(emulate->router, request->method, request->path, &match) == 0;
    bool takes_bearer = !known || match.route->access == FE_ACCESS_BEARER;
    return (takes_bearer && shows_bearer(x)) || shows_module_token(x);
}

int fe_failing_reply_expired(struct fe_exchange *x)
{
    return shows_module_token(x) ? fe_compute_refuse_token(x) : fe_access_refuse_expired(x);
}

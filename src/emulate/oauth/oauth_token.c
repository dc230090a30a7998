/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_token.h"

#include <errno.h>

#include "emulate/oauth/client_auth.h"
#include "emulate/oauth/oauth.h"
#include "emulate/oauth/oauth_reply.h"
#include "emulate/oauth/params.h"
#include "emulate/oauth/pkce.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "util/limits.h"

/* A request whose client is known. */
struct token_request {
    struct fe_oauth *oauth;
    struct fe_exchange *x;
    struct fe_form form;
    const struct fe_client *client;
};

static int invalid_grant(const struct token_request *request, const char *why)
{
    return fe_oauth_error(request->x, 400, "invalid_grant", "%s", why);
}

/* Reads the form and who sends it. 0 or the status of a refusal. */
static int begin(struct token_request *request)
{
    struct fe_slice problem = {NULL, 0};
    if (fe_params_read_body(request->x, &request->form, &problem) < 0) {
        return fe_oauth_error(request->x, 400, "invalid_request", FE_PRI, FE_ARG(problem));
    }
    return fe_client_authenticate(request->oauth->clients, request->x, &request->form,
                                  &request->client);
}

/* The user of a grant; NULL once there is none, or he is not active any more. */
static const struct fe_user *active_user(const struct token_request *request,
                                         struct fe_slice user_id)
{
    const struct fe_user *user = fe_users_find_id(request->oauth->state->users, user_id);
    return user && !user->inactive ? user : NULL;
}

/* What is given, and for whom; without a grant, what cannot be refreshed. */
struct given {
    const struct fe_user *user;
    const struct fe_scope *scope;
    uint64_t grant_id;
    struct fe_slice refresh_token;
    int64_t lifetime_s; /* 0: as tokens live */
};

static int reply(const struct token_request *request, const struct given *given)
{
    struct fe_tokens *tokens = request->oauth->state->tokens;
    const struct fe_user *user = given->user;
    const struct fe_scope *scope = given->scope;
    int64_t lifetime_s = given->lifetime_s > 0 ? given->lifetime_s : fe_tokens_ttl_s(tokens);
    const struct fe_principal principal = {
        .user_id = user->id,
        .username = user->username,
        .client_id = request->client->client_id,
        .scopes = scope->words,
        .all_scopes = scope->all,
    };
    const struct fe_token_answer answer = {
        .access_token = fe_tokens_issue_for(tokens, &principal, given->grant_id, lifetime_s,
                                            fe_exchange_arena(request->x)),
        .refresh_token = given->refresh_token,
        .scope = *scope,
        .expires_in_s = lifetime_s,
    };
    return fe_oauth_reply_token(request->x, &answer);
}

/* ── authorization_code ── */

/* 0 or the status of a refusal. */
static int check_redirect_uri(const struct token_request *request,
                              const struct fe_authorization *authorization)
{
    struct fe_slice given = fe_params_get(&request->form, "redirect_uri");
    if (given.len == 0 && authorization->redirect_uri_given) {
        return fe_oauth_error(request->x, 400, "invalid_request",
                              "The redirect_uri parameter is required, because the authorize "
                              "request had one.");
    }
    if (given.len > 0 && !fe_slice_eq(given, authorization->redirect_uri)) {
        return invalid_grant(request, "The redirect_uri is not the one of the authorize request.");
    }
    return 0;
}

static int check_verifier(const struct token_request *request,
                          const struct fe_authorization *authorization)
{
    struct fe_slice verifier = fe_params_get(&request->form, "code_verifier");
    if (authorization->challenge.len == 0) {
        /* Or else an attacker could drop the challenge from a client that uses PKCE (RFC 9700
         * §2.1.1). */
        return verifier.len == 0
                   ? 0
                   : invalid_grant(request, "There is a code_verifier, but the authorize request "
                                            "had no code_challenge.");
    }
    if (verifier.len == 0) {
        return invalid_grant(request, "The code_verifier parameter is required, because the "
                                      "authorize request had a code_challenge.");
    }
    return fe_pkce_verifies(verifier, authorization->challenge)
               ? 0
               : invalid_grant(request, "The code_verifier does not match the code_challenge.");
}

static int check_code(const struct token_request *request, const struct fe_code *code)
{
    if (code == NULL || !fe_slice_eq(code->authorization.client_id, request->client->client_id)) {
        return invalid_grant(request, "The code is unknown, or was given to another client.");
    }
    if (code->grant_id != 0) {
        fe_oauth_end_grant(request->oauth, code->grant_id);
        return invalid_grant(request, "The code has been used before; what it got is revoked.");
    }
    if (fe_code_expired(&request->oauth->codes, code)) {
        return invalid_grant(request, "The code is older than ten minutes.");
    }
    int status = check_redirect_uri(request, &code->authorization);
    return status != 0 ? status : check_verifier(request, &code->authorization);
}

static int exchange_code(struct token_request *request)
{
    struct fe_oauth *oauth = request->oauth;
    struct fe_slice text = fe_params_get(&request->form, "code");
    if (text.len == 0) {
        return fe_oauth_error(request->x, 400, "invalid_request",
                              "The code parameter is required.");
    }
    struct fe_code *code = fe_codes_find(&oauth->codes, text);
    int status = check_code(request, code);
    if (status != 0) {
        return status;
    }
    const struct fe_user *user = active_user(request, code->authorization.user_id);
    if (user == NULL) {
        return invalid_grant(request, "The user who signed in is not active any more.");
    }
    const struct fe_scope *scope = &code->authorization.scope;
    code->grant_id = fe_grants_next_id(&oauth->grants);
    struct fe_slice refresh_token = {NULL, 0};
    if ((request->client->grants & FE_GRANT_REFRESH) != 0 &&
        fe_slice_has_word(scope->words, ' ', FE_SLICE(FE_SCOPE_OFFLINE))) {
        const struct fe_grant facts = {.id = code->grant_id,
                                       .client_id = request->client->client_id,
                                       .user_id = user->id,
                                       .scope = *scope};
        refresh_token = fe_grants_open(&oauth->grants, &facts, fe_exchange_arena(request->x));
    }
    const struct given given = {user, scope, code->grant_id, refresh_token, 0};
    return reply(request, &given);
}

/* ── refresh_token ── */

static int check_grant(const struct token_request *request, int found, struct fe_grant *grant)
{
    if (found == -ENOENT || !fe_slice_eq(grant->client_id, request->client->client_id)) {
        return invalid_grant(request, "The refresh_token is unknown, or was given to another "
                                      "client.");
    }
    if (found < 0) {
        fe_oauth_end_grant(request->oauth, grant->id);
        return invalid_grant(request, found == -EKEYEXPIRED
                                          ? "The refresh_token was not used for thirty days."
                                          : "The refresh_token has been used before; all tokens "
                                            "of its grant are revoked.");
    }
    return 0;
}

/* The scope of the new access token: the grant's, or less if asked. */
static int narrow_scope(const struct token_request *request, const struct fe_scope *granted,
                        struct fe_scope *scope_out)
{
    struct fe_slice asked = fe_params_get(&request->form, "scope");
    struct fe_slice excess = {NULL, 0};
    *scope_out = *granted;
    if (asked.len == 0) {
        return 0;
    }
    if (fe_scope_parse(asked, fe_exchange_arena(request->x), scope_out) < 0 ||
        !fe_scope_within(scope_out, granted, &excess)) {
        return fe_oauth_error(request->x, 400, "invalid_scope",
                              "The scope '" FE_PRI "' is more than what was granted.",
                              FE_ARG(excess.len > 0 ? excess : asked));
    }
    return 0;
}

static int refresh(struct token_request *request)
{
    struct fe_oauth *oauth = request->oauth;
    struct fe_slice token = fe_params_get(&request->form, "refresh_token");
    if (token.len == 0) {
        return fe_oauth_error(request->x, 400, "invalid_request",
                              "The refresh_token parameter is required.");
    }
    struct fe_grant *grant = NULL;
    int found = fe_grants_find(&oauth->grants, token, &grant);
    int status = check_grant(request, found, grant);
    if (status != 0) {
        return status;
    }
    const struct fe_user *user = active_user(request, grant->user_id);
    if (user == NULL) {
        return invalid_grant(request, "The user who signed in is not active any more.");
    }
    struct fe_scope scope = {.all = false};
    status = narrow_scope(request, &grant->scope, &scope);
    if (status != 0) {
        return status;
    }
    struct fe_slice next =
        fe_grants_rotate(&oauth->grants, grant, token, fe_exchange_arena(request->x));
    const struct given given = {user, &scope, grant->id, next, grant->lifetime_s};
    return reply(request, &given);
}

/* ── client_credentials ── */

/* What a service gets: what it asks for, or all it may have. Some clients always ask for
 * offline_access, which means nothing here: there is never a refresh token. */
static int service_scope(const struct token_request *request, struct fe_scope *scope_out)
{
    struct fe_arena *arena = fe_exchange_arena(request->x);
    struct fe_slice offline = FE_SLICE(FE_SCOPE_OFFLINE);
    struct fe_slice excess = {NULL, 0};
    struct fe_scope asked = {.all = false};
    struct fe_slice text = fe_params_get(&request->form, "scope");
    if (fe_scope_parse(text, arena, &asked) < 0) {
        return fe_oauth_error(request->x, 400, "invalid_scope",
                              "The scope is not a list of words divided by spaces, %u at most.",
                              FE_LIMIT_SCOPES);
    }
    asked = fe_scope_without(&asked, offline, arena);
    if (asked.words.len == 0) {
        *scope_out = fe_scope_without(&request->client->allowed, offline, arena);
        return 0;
    }
    if (!fe_scope_within(&asked, &request->client->allowed, &excess)) {
        return fe_oauth_error(request->x, 400, "invalid_scope",
                              "The scope '" FE_PRI "' is not among the client's allowed_scopes.",
                              FE_ARG(excess));
    }
    *scope_out = asked;
    return 0;
}

static int serve_client(struct token_request *request)
{
    const struct fe_client *client = request->client;
    struct fe_scope scope = {.all = false};
    int status = service_scope(request, &scope);
    if (status != 0) {
        return status;
    }
    const struct fe_user *user = NULL;
    int r = fe_users_ensure_service(request->oauth->state->users, client->client_id, client->name,
                                    &user);
    if (r == -ENOSPC) {
        return fe_oauth_error(request->x, 503, "temporarily_unavailable",
                              "There are too many service users; reset the emulator.");
    }
    if (r < 0 || user->inactive) {
        return fe_oauth_error(request->x, 400, "unauthorized_client",
                              "The user '" FE_PRI "' is %s; client credentials need an active "
                              "service user.",
                              FE_ARG(client->client_id), r < 0 ? "a person" : "not active");
    }
    const struct given given = {user, &scope, 0, FE_SLICE(""), 0};
    return reply(request, &given);
}

/* ── the endpoints ── */

static const struct {
    const char *name;
    unsigned grant;
    int (*run)(struct token_request *request);
} grant_types[] = {
    {"authorization_code", FE_GRANT_CODE, exchange_code},
    {"refresh_token", FE_GRANT_REFRESH, refresh},
    {"client_credentials", FE_GRANT_CLIENT_CREDENTIALS, serve_client},
};

int fe_oauth_token(void *self, struct fe_exchange *x)
{
    struct token_request request = {.oauth = self, .x = x};
    int status = begin(&request);
    if (status != 0) {
        return status;
    }
    struct fe_slice name = fe_params_get(&request.form, "grant_type");
    if (name.len == 0) {
        return fe_oauth_error(x, 400, "invalid_request", "The grant_type parameter is required.");
    }
    for (size_t i = 0; i < sizeof(grant_types) / sizeof(grant_types[0]); i++) {
        if (!fe_slice_eq(name, fe_slice_cstr(grant_types[i].name))) {
            continue;
        }
        if ((request.client->grants & grant_types[i].grant) == 0) {
            return fe_oauth_error(x, 400, "unauthorized_client",
                                  "This client may not use the grant type %s.",
                                  grant_types[i].name);
        }
        return grant_types[i].run(&request);
    }
    return fe_oauth_error(x, 400, "unsupported_grant_type",
                          "Expected authorization_code, refresh_token or client_credentials.");
}

static int refuse_foreign(struct fe_exchange *x)
{
    return fe_oauth_error(x, 400, "unauthorized_client", "The token was given to another client.");
}

int fe_oauth_revoke(void *self, struct fe_exchange *x)
{
    struct token_request request = {.oauth = self, .x = x};
    int status = begin(&request);
    if (status != 0) {
        return status;
    }
    struct fe_slice token = fe_params_get(&request.form, "token");
    if (token.len == 0) {
        return fe_oauth_error(x, 400, "invalid_request", "The token parameter is required.");
    }
    struct fe_tokens *tokens = request.oauth->state->tokens;
    const struct fe_principal *principal = NULL;
    struct fe_grant *grant = NULL;
    if (fe_tokens_find(tokens, token, fe_exchange_arena(x), &principal) == 0) {
        if (!fe_slice_eq(principal->client_id, request.client->client_id)) {
            return refuse_foreign(x);
        }
        fe_tokens_revoke(tokens, token);
    } else if (fe_grants_find(&request.oauth->grants, token, &grant) != -ENOENT) {
        if (!fe_slice_eq(grant->client_id, request.client->client_id)) {
            return refuse_foreign(x);
        }
        fe_oauth_end_grant(request.oauth, grant->id);
    }
    return fe_oauth_reply_done(x);
}

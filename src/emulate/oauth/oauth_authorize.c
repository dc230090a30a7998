/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_authorize.h"

#include "emulate/oauth/oauth.h"
#include "emulate/oauth/page.h"
#include "emulate/oauth/params.h"
#include "emulate/oauth/picker.h"
#include "emulate/oauth/pkce.h"
#include "emulate/oauth/redirect_uri.h"
#include "emulate/state/state.h"
#include "emulate/state/users.h"
#include "http/authority.h"
#include "http/origin.h"
#include "http/reply.h"
#include "util/limits.h"

/* A request for a login while it is being checked. */
struct check {
    struct fe_oauth *oauth;
    struct fe_exchange *x;
    struct fe_form form;
    struct fe_sign_in *sign_in;
};

static int refuse(struct fe_exchange *x, const char *error, const char *parameter,
                  struct fe_slice what, const char *remedy)
{
    const struct fe_page_error page = {error, parameter, what, fe_slice_cstr(remedy)};
    return fe_page_send_error(x, &page);
}

/* Each check returns 0 or the status of the error page that it set. */

static int check_client(struct check *check)
{
    struct fe_slice client_id = fe_params_get(&check->form, "client_id");
    if (client_id.len == 0) {
        return refuse(check->x, "invalid_request", "client_id",
                      FE_SLICE("The client_id parameter is missing."),
                      "Add client_id, the application's id, to the authorize URL.");
    }
    struct fe_arena *arena = fe_exchange_arena(check->x);
    const struct fe_client *client = fe_clients_find(check->oauth->clients, client_id, arena);
    if (client == NULL) {
        return refuse(check->x, "invalid_request", "client_id",
                      fe_arena_printf(arena, "No application has the client_id \"" FE_PRI "\".",
                                      FE_ARG(client_id)),
                      "Send the client_id of an application in foundry.oauth_clients of the seed "
                      "file, or add this one there.");
    }
    if ((client->grants & FE_GRANT_CODE) == 0) {
        return refuse(check->x, "unauthorized_client", "client_id",
                      FE_SLICE("This application may not use the authorization code grant."),
                      "Add authorization_code to its grant_types in the seed file.");
    }
    check->sign_in->client = client;
    return 0;
}

/* Whether the host that was asked is known to be ours. Any other name may have been made to point
 * here by somebody who would like to see a code. */
static bool is_own_host(const struct fe_settings *settings, struct fe_slice text)
{
    struct fe_slice public_url = settings->public_url;
    struct fe_authority asked;
    struct fe_origin own;
    if (fe_authority_parse(text, &asked) < 0) {
        return false;
    }
    return fe_host_is_loopback(asked.host) || fe_host_is_address(asked.host) ||
           (fe_origin_take(&public_url, NULL, &own) == 0 &&
            fe_slice_eq_nocase(own.host, asked.host));
}

/* The page that shows the code. Console clients work its URL out from that of authorize, and no
 * seed can name a port that the system chose. */
static bool is_own_callback(const struct check *check, struct fe_slice uri)
{
    struct fe_exchange *x = check->x;
    struct fe_slice own = fe_arena_printf(fe_exchange_arena(x), FE_PRI FE_OAUTH_CALLBACK_PATH,
                                          FE_ARG(fe_exchange_origin(x)));
    return fe_slice_eq(uri, own) &&
           is_own_host(&check->oauth->state->settings, fe_exchange_request(x)->host);
}

static bool is_registered(const struct fe_client *client, struct fe_slice uri)
{
    for (size_t i = 0; i < client->redirect_uri_count; i++) {
        if (fe_redirect_uri_matches(uri, client->redirect_uris[i])) {
            return true;
        }
    }
    return !client->is_registered;
}

static int check_redirect_uri(struct check *check)
{
    struct fe_sign_in *sign_in = check->sign_in;
    struct fe_slice uri = fe_params_get(&check->form, "redirect_uri");
    sign_in->redirect_uri_given = uri.len > 0;
    if (uri.len == 0 && sign_in->client->redirect_uri_count > 0) {
        uri = sign_in->client->redirect_uris[0];
    }
    if (uri.len == 0) {
        return refuse(check->x, "invalid_request", "redirect_uri",
                      FE_SLICE("The redirect_uri parameter is missing, and the application has "
                               "none registered."),
                      "Add redirect_uri to the authorize URL, or redirect_uris to the application "
                      "in the seed file.");
    }
    if (!fe_redirect_uri_valid(uri)) {
        return refuse(check->x, "invalid_request", "redirect_uri",
                      FE_SLICE("The redirect_uri is not an absolute URI without a fragment."),
                      "Send a whole URL such as http://localhost:3000/callback.");
    }
    if (!is_registered(sign_in->client, uri) && !is_own_callback(check, uri)) {
        return refuse(check->x, "invalid_request", "redirect_uri",
                      fe_arena_printf(fe_exchange_arena(check->x),
                                      "The redirect_uri \"" FE_PRI "\" is not registered for this "
                                      "application.",
                                      FE_ARG(uri)),
                      "Add exactly this URI to the application's redirect_uris in the seed file, "
                      "or send one that is there.");
    }
    sign_in->redirect_uri = uri;
    return 0;
}

static int check_scope(struct check *check)
{
    struct fe_sign_in *sign_in = check->sign_in;
    struct fe_arena *arena = fe_exchange_arena(check->x);
    struct fe_slice excess = {NULL, 0};
    sign_in->scope_text = fe_params_get(&check->form, "scope");
    if (fe_scope_parse(sign_in->scope_text, arena, &sign_in->scope) < 0) {
        return refuse(check->x, "invalid_scope", "scope",
                      fe_arena_printf(arena,
                                      "The scope is not a list of words divided by spaces, %u at "
                                      "most.",
                                      FE_LIMIT_SCOPES),
                      "Send fewer scopes, divided by single spaces, which a URL writes as %20 or "
                      "+, without quotes.");
    }
    if (sign_in->scope.words.len == 0) { /* none asked: all but what must be asked for */
        sign_in->scope =
            fe_scope_without(&sign_in->client->allowed, FE_SLICE(FE_SCOPE_OFFLINE), arena);
        return 0;
    }
    if (!fe_scope_within(&sign_in->scope, &sign_in->client->allowed, &excess)) {
        return refuse(check->x, "invalid_scope", "scope",
                      fe_arena_printf(arena,
                                      "The application may not ask for the scope \"" FE_PRI "\".",
                                      FE_ARG(excess)),
                      "Ask for less, or add the scope to the application's allowed_scopes in the "
                      "seed file.");
    }
    return 0;
}

static int check_challenge(struct check *check)
{
    struct fe_slice challenge = fe_params_get(&check->form, "code_challenge");
    struct fe_slice method = fe_params_get(&check->form, "code_challenge_method");
    if (challenge.len == 0 && fe_client_is_public(check->sign_in->client)) {
        return refuse(check->x, "invalid_request", "code_challenge",
                      FE_SLICE("The application has no client_secret, so it must use PKCE, and "
                               "the code_challenge parameter is missing."),
                      "Add code_challenge and code_challenge_method=S256, or give the application "
                      "a client_secret in the seed file.");
    }
    if (challenge.len == 0 && method.len == 0) {
        return 0;
    }
    if (!fe_slice_eq(method, FE_SLICE("S256"))) {
        return refuse(check->x, "invalid_request", "code_challenge_method",
                      FE_SLICE("The code_challenge_method is not S256."),
                      "Send code_challenge_method=S256, and as code_challenge the base64url of "
                      "the verifier's SHA-256.");
    }
    if (!fe_pkce_challenge_valid(challenge)) {
        return refuse(check->x, "invalid_request", "code_challenge",
                      FE_SLICE("The code_challenge is not a SHA-256 in base64url."),
                      "Send 43 characters of A-Z a-z 0-9 - _ without padding.");
    }
    check->sign_in->challenge = challenge;
    return 0;
}

static int check_request(struct check *check)
{
    static int (*const checks[])(struct check *) = {check_client, check_redirect_uri, check_scope,
                                                    check_challenge};
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        int status = checks[i](check);
        if (status != 0) {
            return status;
        }
    }
    check->sign_in->state = fe_params_get(&check->form, "state");
    return 0;
}

static int refuse_parameters(struct fe_exchange *x, struct fe_slice problem)
{
    return refuse(x, "invalid_request", NULL, problem, "Send every parameter once, form-encoded.");
}

int fe_oauth_authorize(void *self, struct fe_exchange *x)
{
    struct fe_sign_in sign_in = {.client = NULL};
    struct check check = {.oauth = self, .x = x, .sign_in = &sign_in};
    struct fe_slice problem = {NULL, 0};
    if (fe_params_parse(fe_exchange_request(x)->query, fe_exchange_arena(x), &check.form,
                        &problem) < 0) {
        return refuse_parameters(x, problem);
    }
    int status = check_request(&check);
    if (status != 0) {
        return status;
    }
    struct fe_slice type = fe_params_get(&check.form, "response_type");
    if (!fe_slice_eq(type, FE_SLICE("code"))) {
        return refuse(x, type.len > 0 ? "unsupported_response_type" : "invalid_request",
                      "response_type", FE_SLICE("The response_type is not \"code\"."),
                      "Add response_type=code to the authorize URL; it is the only one there is.");
    }
    return fe_picker_send(x, check.oauth->state->users, &sign_in);
}

static int send_back(struct fe_exchange *x, const struct fe_sign_in *sign_in, const char *name,
                     struct fe_slice value)
{
    const struct fe_redirect_parameter parameters[] = {{name, value}, {"state", sign_in->state}};
    fe_exchange_header(x, FE_SLICE("Referrer-Policy"), FE_SLICE("no-referrer"));
    return fe_reply_redirect(
        x, fe_redirect_uri_with(sign_in->redirect_uri, parameters, 2, fe_exchange_arena(x)));
}

static int issue_code(struct check *check)
{
    struct fe_slice username = fe_params_get(&check->form, "username");
    const struct fe_user *user = fe_users_find(check->oauth->state->users, username);
    if (user == NULL || user->kind != FE_USER_HUMAN || user->inactive) {
        return refuse(check->x, "invalid_request", "username",
                      fe_arena_printf(fe_exchange_arena(check->x),
                                      "No active person has the username \"" FE_PRI "\".",
                                      FE_ARG(username)),
                      "Pick somebody from the list, or add the user to foundry.users in the seed "
                      "file.");
    }
    const struct fe_authorization authorization = {
        .client_id = check->sign_in->client->client_id,
        .user_id = user->id,
        .redirect_uri = check->sign_in->redirect_uri,
        .redirect_uri_given = check->sign_in->redirect_uri_given,
        .scope = check->sign_in->scope,
        .challenge = check->sign_in->challenge,
    };
    return send_back(
        check->x, check->sign_in, "code",
        fe_codes_issue(&check->oauth->codes, &authorization, fe_exchange_arena(check->x)));
}

int fe_oauth_decide(void *self, struct fe_exchange *x)
{
    struct fe_sign_in sign_in = {.client = NULL};
    struct check check = {.oauth = self, .x = x, .sign_in = &sign_in};
    struct fe_slice problem = {NULL, 0};
    if (fe_params_read_body(x, &check.form, &problem) < 0) {
        return refuse_parameters(x, problem);
    }
    int status = check_request(&check);
    if (status != 0) {
        return status;
    }
    if (fe_slice_eq(fe_params_get(&check.form, "decision"), FE_SLICE("deny"))) {
        return send_back(x, &sign_in, "error", FE_SLICE("access_denied"));
    }
    return issue_code(&check);
}

int fe_oauth_show_code(void *self, struct fe_exchange *x)
{
    (void)self;
    struct fe_form form = {NULL, 0};
    struct fe_slice problem = {NULL, 0};
    if (fe_params_parse(fe_exchange_request(x)->query, fe_exchange_arena(x), &form, &problem) < 0) {
        return refuse_parameters(x, problem);
    }
    struct fe_slice code = fe_params_get(&form, "code");
    struct fe_slice error = fe_params_get(&form, "error");
    struct fe_page page;
    if (code.len > 0) {
        fe_page_begin(&page, x, "Signed in");
        fe_page_put(&page, "<h1>You are signed in</h1>\n<p class=\"soft\">Copy this code into the "
                           "program that sent you here. It is good for ten minutes and one use."
                           "</p>\n<label>Code<textarea rows=\"3\" readonly autofocus>");
        fe_page_text(&page, code);
        fe_page_put(&page, "</textarea></label>\n");
        return fe_page_end(&page, 200);
    }
    if (error.len == 0) {
        return refuse(x, "invalid_request", "code",
                      FE_SLICE("There is neither a code nor an error to show."),
                      "Start at the authorize URL; it leads here.");
    }
    fe_page_begin(&page, x, "Not signed in");
    fe_page_put(&page, "<h1>You are not signed in</h1>\n<p>");
    fe_page_text(&page, fe_params_get(&form, "error_description"));
    fe_page_put(&page, "</p>\n<dl><dt>error</dt><dd><code>");
    fe_page_text(&page, error);
    fe_page_put(&page, "</code></dd></dl>\n");
    return fe_page_end(&page, 200);
}

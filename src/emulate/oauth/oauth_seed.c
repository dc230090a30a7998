/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_seed.h"

#include "emulate/oauth/redirect_uri.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "util/limits.h"

#define TTL_S_MAX (INT64_C(10) * 365 * 24 * 3600)

/* A token whose user may still be to come: "admin" is made after the last file. */
struct fe_seed_token {
    struct fe_seed_token *next;
    struct fe_slice token;
    struct fe_slice login;
    struct fe_scope scope;
    struct fe_slice defined_at;
};

/* ── tokens ── */

/* What a bearer token may be made of (RFC 6750 §2.1), so that one can be sent at all. */
static bool is_bearer_token(struct fe_slice token)
{
    while (token.len > 0 && token.ptr[token.len - 1] == '=') {
        token.len--;
    }
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        bool is_alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_alphanumeric && (c == '\0' || strchr("-._~+/", c) == NULL)) {
            return false;
        }
    }
    return token.len > 0;
}

/* The scopes of a list, in `arena`; everything if the key is absent, or the list is empty and
 * `empty_is_all`. */
static struct fe_scope read_scopes(struct fe_fields *fields, const char *name, bool empty_is_all,
                                   struct fe_arena *arena)
{
    struct fe_texts texts = {NULL, 0};
    struct fe_scope scope = {.all = true};
    if (!fe_fields_texts(fields, name, &texts) || (texts.count == 0 && empty_is_all)) {
        return scope;
    }
    struct fe_buf words;
    fe_buf_init(&words, FE_LIMIT_SEED_BYTES);
    for (size_t i = 0; i < texts.count; i++) {
        struct fe_scope one = {.all = false};
        if (fe_slice_index(texts.items[i], ' ') >= 0 ||
            fe_scope_parse(texts.items[i], arena, &one) < 0) {
            fe_fields_error(fields, name, "\"" FE_PRI "\" is no scope; expected one word each",
                            FE_ARG(texts.items[i]));
            continue;
        }
        (void)fe_buf_put(&words, texts.items[i]);
        (void)fe_buf_putc(&words, ' ');
    }
    if (words.error < 0 || fe_scope_parse(fe_buf_slice(&words), arena, &scope) < 0) {
        fe_fields_error(fields, name, "too many; expected at most %u", FE_LIMIT_SCOPES);
    }
    fe_buf_done(&words);
    return scope;
}

static void report_login(struct fe_fields *fields, const struct fe_users *users,
                         struct fe_slice login)
{
    struct fe_buf names;
    fe_buf_init(&names, FE_LIMIT_ERROR_BYTES);
    (void)fe_buf_puts(&names, "admin");
    const struct fe_user *user = NULL;
    for (size_t i = 0; names.error == 0 && (user = fe_users_at(users, i)) != NULL; i++) {
        if (!fe_slice_eq(user->username, FE_SLICE("admin"))) {
            (void)fe_buf_printf(&names, ", " FE_PRI, FE_ARG(user->username));
        }
    }
    fe_fields_error(fields, "login", "no user \"" FE_PRI "\"; expected one of: " FE_PRI,
                    FE_ARG(login), FE_ARG(fe_buf_slice(&names)));
    fe_buf_done(&names);
}

static const struct fe_seed_token *find_token(const struct fe_oauth *oauth, struct fe_slice token)
{
    const struct fe_seed_token *other = oauth->seed_tokens;
    while (other && !fe_slice_eq(other->token, token)) {
        other = other->next;
    }
    return other;
}

static void read_token(struct fe_oauth *oauth, struct fe_fields *root, const struct fe_node *node)
{
    struct fe_arena *arena = &oauth->seed_arena;
    const struct fe_users *users = oauth->state->users;
    struct fe_fields fields;
    struct fe_slice login = {NULL, 0};
    fe_fields_init(&fields, root->config, node, root->errors);
    if (fe_fields_text(&fields, "login", FE_REQUIRED, &login) &&
        !fe_slice_eq(login, FE_SLICE("admin")) && fe_users_find(users, login) == NULL) {
        report_login(&fields, users, login);
    }
    struct fe_scope scope = read_scopes(&fields, "scopes", false, arena);
    fe_fields_done(&fields);
    const struct fe_seed_token *other = find_token(oauth, node->key);
    if (other) {
        fe_node_error(root->config, node, root->errors,
                      "this token is defined already, at " FE_PRI "; expected another one",
                      FE_ARG(other->defined_at));
    } else if (!is_bearer_token(node->key)) {
        fe_node_error(root->config, node, root->errors,
                      "not a bearer token; expected letters, digits and - . _ ~ + / only");
    } else {
        struct fe_seed_token *token = fe_arena_alloc(arena, sizeof(*token));
        *token = (struct fe_seed_token){
            .next = oauth->seed_tokens,
            .token = fe_arena_copy(arena, node->key),
            .login = fe_arena_copy(arena, login),
            .scope = scope,
            .defined_at = fe_arena_printf(arena, "%s:%u", root->config->file, node->line),
        };
        oauth->seed_tokens = token;
    }
}

static void read_tokens(struct fe_oauth *oauth, struct fe_fields *root)
{
    const struct fe_node *tokens = fe_fields_mapping(root, "tokens");
    oauth->has_tokens_key = oauth->has_tokens_key || tokens != NULL;
    for (const struct fe_node *node = tokens ? tokens->first : NULL; node; node = node->next) {
        read_token(oauth, root, node);
    }
}

/* ── foundry.oauth_clients ── */

static void read_redirect_uris(struct fe_fields *fields, struct fe_client *client)
{
    struct fe_texts texts = {NULL, 0};
    (void)fe_fields_texts(fields, "redirect_uris", &texts);
    for (size_t i = 0; i < texts.count; i++) {
        if (!fe_redirect_uri_valid(texts.items[i])) {
            fe_fields_error(fields, "redirect_uris",
                            "\"" FE_PRI "\" is no redirect URI; expected an absolute URI without "
                            "a fragment",
                            FE_ARG(texts.items[i]));
        }
    }
    client->redirect_uris = texts.items;
    client->redirect_uri_count = texts.count;
}

static unsigned grant_of(struct fe_slice name)
{
    if (fe_slice_eq(name, FE_SLICE("authorization_code"))) {
        return FE_GRANT_CODE;
    }
    if (fe_slice_eq(name, FE_SLICE("refresh_token"))) {
        return FE_GRANT_REFRESH;
    }
    return fe_slice_eq(name, FE_SLICE("client_credentials")) ? FE_GRANT_CLIENT_CREDENTIALS : 0;
}

static void read_grant_types(struct fe_fields *fields, struct fe_client *client)
{
    struct fe_texts texts = {NULL, 0};
    bool is_public = client->secret.len == 0;
    if (!fe_fields_texts(fields, "grant_types", &texts)) {
        client->grants =
            FE_GRANT_CODE | FE_GRANT_REFRESH | (is_public ? 0 : FE_GRANT_CLIENT_CREDENTIALS);
        return;
    }
    for (size_t i = 0; i < texts.count; i++) {
        unsigned grant = grant_of(texts.items[i]);
        if (grant == 0) {
            fe_fields_error(fields, "grant_types",
                            "\"" FE_PRI "\" is no grant type; expected authorization_code, "
                            "refresh_token or client_credentials",
                            FE_ARG(texts.items[i]));
        }
        client->grants |= grant;
    }
    if (is_public && (client->grants & FE_GRANT_CLIENT_CREDENTIALS) != 0) {
        fe_fields_error(fields, "grant_types",
                        "client_credentials needs a client_secret; expected one, or the other "
                        "grant types only");
    }
}

static void read_client(struct fe_oauth *oauth, struct fe_fields *fields)
{
    struct fe_arena arena = {0};
    struct fe_client client = {.grants = 0};
    const struct fe_client *other = NULL;
    (void)fe_fields_text(fields, "client_id", FE_REQUIRED, &client.client_id);
    (void)fe_fields_text(fields, "client_secret", FE_OPTIONAL, &client.secret);
    (void)fe_fields_text(fields, "name", FE_OPTIONAL, &client.name);
    read_redirect_uris(fields, &client);
    read_grant_types(fields, &client);
    client.allowed = read_scopes(fields, "allowed_scopes", true, &arena);
    if (fields->mapping) {
        client.defined_at =
            fe_arena_printf(&arena, "%s:%u", fields->config->file, fields->mapping->line);
    }
    if (client.client_id.len > 0 && fe_clients_add(oauth->clients, &client, &other) < 0) {
        fe_fields_error(fields, "client_id",
                        "\"" FE_PRI "\" is defined already, at " FE_PRI
                        "; expected one that no other client has",
                        FE_ARG(client.client_id), FE_ARG(other->defined_at));
    }
    fe_fields_done(fields);
    fe_arena_done(&arena);
}

void fe_oauth_seed(struct fe_oauth *oauth, struct fe_fields *root, struct fe_fields *foundry)
{
    int64_t ttl_s = 0;
    if (fe_fields_int(foundry, "access_token_ttl", 1, TTL_S_MAX, &ttl_s)) {
        fe_tokens_set_ttl_s(oauth->state->tokens, ttl_s);
    }
    const struct fe_node *clients = fe_fields_sequence(foundry, "oauth_clients");
    for (const struct fe_node *node = clients ? clients->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        fe_fields_init(&fields, foundry->config, node, foundry->errors);
        read_client(oauth, &fields);
    }
    read_tokens(oauth, root);
}

/* ── the end ── */

static void make_known(struct fe_oauth *oauth, const struct fe_seed_token *token)
{
    const struct fe_user *user = fe_users_find(oauth->state->users, token->login);
    if (user) {
        const struct fe_principal principal = {
            .user_id = user->id,
            .username = user->username,
            .scopes = token->scope.words,
            .all_scopes = token->scope.all,
        };
        (void)fe_tokens_seed(oauth->state->tokens, token->token, &principal);
    }
}

void fe_oauth_seed_finish(struct fe_oauth *oauth)
{
    static const struct fe_seed_token by_default = {
        .token = FE_SLICE_INIT("test_token_admin"),
        .login = FE_SLICE_INIT("admin"),
        .scope = {.all = true},
    };
    if (!oauth->has_tokens_key) {
        make_known(oauth, &by_default);
    }
    for (const struct fe_seed_token *token = oauth->seed_tokens; token; token = token->next) {
        make_known(oauth, token);
    }
    fe_oauth_seed_clear(oauth);
}

void fe_oauth_seed_clear(struct fe_oauth *oauth)
{
    fe_arena_done(&oauth->seed_arena);
    oauth->seed_tokens = NULL;
    oauth->has_tokens_key = false;
}

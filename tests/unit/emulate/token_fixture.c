/* SPDX-License-Identifier: MIT */
#include "token_fixture.h"

#include <string.h>

static const char seed[] =
    "foundry:\n"
    "  users:\n"
    "    - {username: jane, display_name: Jane Doe}\n"
    "    - {username: svc-pipe, principal_type: service, oauth_client_id: pipe}\n"
    "    - {username: asleep, principal_type: service, active: false}\n"
    "    - {username: person}\n"
    "  oauth_clients:\n"
    "    - client_id: web\n"
    "      client_secret: s3cret\n"
    "      redirect_uris: [\"http://localhost:3000/cb\", \"http://localhost:3000/other\"]\n"
    "      allowed_scopes: [\"api:admin-read\", \"api:ontologies-read\", offline_access]\n"
    "    - {client_id: spa, redirect_uris: [\"http://localhost:3000/cb\"]}\n"
    "    - {client_id: pipe, client_secret: p, grant_types: [client_credentials]}\n"
    "    - {client_id: a+b, client_secret: \"c%41+d\"}\n"
    "    - {client_id: asleep, client_secret: a}\n"
    "    - {client_id: person, client_secret: p}\n"
    "    - {client_id: short, client_secret: s, grant_types: [authorization_code],\n"
    "       redirect_uris: [\"http://localhost:3000/cb\"]}\n";

int token_open(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, seed, NULL), 0);
    *state = &identity;
    return 0;
}

int token_open_without_clients(void **state)
{
    static struct identity identity;
    identity_open(&identity);
    assert_int_equal(identity_seed(&identity, "foundry: {users: [{username: jane}]}", NULL), 0);
    *state = &identity;
    return 0;
}

int token_close(void **state)
{
    identity_close(*state);
    return 0;
}

void token_expect_error(struct identity *identity, const char *form, int status, const char *error)
{
    const char *body = identity_post_for(identity, TOKEN, form, status);
    assert_string_equal(identity_member(identity, body, "error"), error);
    assert_true(strlen(identity_member(identity, body, "error_description")) > 0);
}

const char *token_login(struct identity *identity, const char *scope)
{
    return identity_code(identity, IDENTITY_FORMAT(identity,
                                                   "username=jane&client_id=web&" REDIRECT
                                                   "&scope=%s&state=x",
                                                   scope));
}

const char *token_exchange_form(struct identity *identity, const char *code)
{
    return IDENTITY_FORMAT(identity, "grant_type=authorization_code&code=%s&" REDIRECT WEB, code);
}

const char *token_sign_in(struct identity *identity, const char *scope)
{
    return identity_post_for(identity, TOKEN,
                             token_exchange_form(identity, token_login(identity, scope)), 200);
}

const char *token_refresh_form(struct identity *identity, const char *refresh_token)
{
    return IDENTITY_FORMAT(identity, "grant_type=refresh_token&refresh_token=%s" WEB,
                           refresh_token);
}

const char *token_access(struct identity *identity, const char *body)
{
    return identity_member(identity, body, "access_token");
}

const char *token_refresh(struct identity *identity, const char *body)
{
    return identity_member(identity, body, "refresh_token");
}

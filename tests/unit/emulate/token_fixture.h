/* SPDX-License-Identifier: MIT */
/* Clients of every kind, and the forms they post: what the tests of the token endpoint share. */
#ifndef FE_TESTS_EMULATE_TOKEN_FIXTURE_H
#define FE_TESTS_EMULATE_TOKEN_FIXTURE_H

#include "identity.h"

/* RFC 7636, appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

#define TOKEN "/multipass/api/oauth2/token"
#define REVOKE "/multipass/api/oauth2/revoke_token"
#define REDIRECT "redirect_uri=http://localhost:3000/cb"
#define WEB "&client_id=web&client_secret=s3cret"
#define WEB_BASIC "Basic d2ViOnMzY3JldA==" /* web:s3cret */

/* Set-up and tear-down; *state is a struct identity. The first has the clients web (confidential),
 * spa (public), pipe, asleep, person and short; the second has none. */
int token_open(void **state);
int token_open_without_clients(void **state);
int token_close(void **state);

#define SEEDED(test) cmocka_unit_test_setup_teardown(test, token_open, token_close)
#define WITHOUT_CLIENTS(test)                                                                      \
    cmocka_unit_test_setup_teardown(test, token_open_without_clients, token_close)

/* Posts to the token endpoint, and asserts an error answer. */
void token_expect_error(struct identity *identity, const char *form, int status, const char *error);

/* Jane signs in to web: the code; the form that exchanges it; the body of the token answer. */
const char *token_login(struct identity *identity, const char *scope);
const char *token_exchange_form(struct identity *identity, const char *code);
const char *token_sign_in(struct identity *identity, const char *scope);

const char *token_refresh_form(struct identity *identity, const char *refresh_token);

/* Members of a token answer. */
const char *token_access(struct identity *identity, const char *body);
const char *token_refresh(struct identity *identity, const char *body);

#endif

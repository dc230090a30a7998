/* SPDX-License-Identifier: MIT */
/* A small Foundry for the tests of identity: users, OAuth and the access check behind a router,
 * without sockets, on a frozen clock and a fixed stream of randomness. */
#ifndef FE_TESTS_EMULATE_IDENTITY_H
#define FE_TESTS_EMULATE_IDENTITY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulate/feature.h"
#include "emulate/state/state.h"
#include "http/loopback.h"
#include "util/errors.h"

enum {
    IDENTITY_FEATURES_MAX = 3
};

struct identity {
    struct fe_env env;
    struct fe_state state;
    struct fe_router *router;
    const struct fe_feature *features[IDENTITY_FEATURES_MAX];
    void *selves[IDENTITY_FEATURES_MAX];
    size_t feature_count;
    struct fe_errors errors;
    struct fe_app app;
    struct fe_arena arena; /* for the test's own texts */
};

/* 2026-01-31T12:00:00Z, where the clock stands at first. */
#define IDENTITY_START_NS (INT64_C(1769860800) * FE_NS_PER_S)

void identity_open(struct identity *identity);
void identity_close(struct identity *identity);

/* Reads YAML files, ended by NULL ("seed1.yaml" and so on). The number of errors. */
size_t identity_seed(struct identity *identity, const char *yaml, ...) __attribute__((sentinel));
const char *identity_errors(const struct identity *identity);

void identity_advance_s(struct identity *identity, int64_t seconds);

struct fe_loopback *identity_get(struct identity *identity, const char *target,
                                 const char *authorization);
struct fe_loopback *identity_post(struct identity *identity, const char *target,
                                  const char *authorization, const char *form);

/* Asserts the answer's status, and frees the client; the answer's body is in the arena. */
const char *identity_take(struct identity *identity, struct fe_loopback *client, int status);

/* Posts a form, and asserts the status; the answer's body is in the arena. */
const char *identity_post_for(struct identity *identity, const char *target, const char *form,
                              int status);

/* A member of a JSON object, a string without its quotes, "" if absent; in the arena. */
const char *identity_member(struct identity *identity, const char *json, const char *name);

/* Picks a user blindly, with a form's further pairs; asserts a redirect and gives its code. */
const char *identity_code(struct identity *identity, const char *form);

/* The status of getCurrent with that token. */
int identity_current(struct identity *identity, const char *token);

#define IDENTITY_FORMAT(identity, ...) (fe_arena_printf(&(identity)->arena, __VA_ARGS__).ptr)

#endif

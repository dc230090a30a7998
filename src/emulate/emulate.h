/* SPDX-License-Identifier: MIT */
/* Emulate mode: the built-in Foundry. Puts the features together, seeds them, and answers requests
 * from their routes. */
#ifndef FE_EMULATE_EMULATE_H
#define FE_EMULATE_EMULATE_H

#include "config/node.h"
#include "emulate/state/settings.h"
#include "http/exchange.h"
#include "http/router.h"
#include "util/env.h"
#include "util/errors.h"

struct fe_emulate;
struct fe_fields;
struct fe_loop;

/* `env`, `loop` and the texts of `settings` are borrowed. */
struct fe_emulate *fe_emulate_new(struct fe_env *env, struct fe_loop *loop,
                                  const struct fe_settings *settings);
void fe_emulate_free(struct fe_emulate *emulate);

/* A reader of keys at the top of a file that are not Foundry's. */
typedef void fe_root_reader_fn(void *arg, struct fe_fields *root);

/* Makes what `count` files describe, in their order (those that could not be parsed are passed
 * over), and then what is there by default.
 * `read_root` is shown each file's top level, so that no key of its is unknown. Every mistake is
 * reported to `errors`; with any, what was made is incomplete. */
void fe_emulate_seed(struct fe_emulate *emulate, const struct fe_config *configs, size_t count,
                     struct fe_errors *errors, fe_root_reader_fn *read_root, void *arg);

/* A TLS listener is there, at this port: modules are sent to the first one. */
void fe_emulate_listens_with_tls(struct fe_emulate *emulate, unsigned short port);

/* Forgets everything. Exchanges that wait are answered. */
void fe_emulate_reset(struct fe_emulate *emulate);

/* The clock of `env` has been moved: what has expired by it ends now. */
void fe_emulate_clock_changed(struct fe_emulate *emulate);

/* Answers the request, or gives it to a route's handler. */
void fe_emulate_handle(struct fe_emulate *emulate, struct fe_exchange *x);

/* All routes, in order: NULL past the last. */
const struct fe_route *fe_emulate_route(const struct fe_emulate *emulate, size_t index);

#endif

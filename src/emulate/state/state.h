/* SPDX-License-Identifier: MIT */
/* The state of the emulated stack, which its features share: who there is, who may come in, and
 * what is to be computed. Each part is opened once and lives as long as the emulator; a reset
 * empties it. */
#ifndef FE_EMULATE_STATE_STATE_H
#define FE_EMULATE_STATE_STATE_H

#include "emulate/state/public_api.h"
#include <stdbool.h>

#include "emulate/state/settings.h"
#include "util/env.h"

struct fe_loop;
struct fe_users;
struct fe_tokens;
struct fe_runtimes;
struct fe_jobs;

/* The secrets of registered applications, which the OAuth feature knows. */
struct fe_client_secrets {
    void *self;
    /* Whether there is such an application, and it has one. NULL: nobody knows. */
    bool (*find)(void *self, struct fe_slice client_id, struct fe_slice *secret_out);
};

struct fe_state {
    struct fe_env *env;
    struct fe_loop *loop;
    struct fe_settings settings;
    struct fe_users *users;
    struct fe_tokens *tokens;
    struct fe_runtimes *runtimes;
    struct fe_jobs *jobs;
    struct fe_client_secrets client_secrets;
    struct fe_pager pager; /* of every list in the public API */
};

/* Opens every part. `env`, `loop` and the texts of `settings` are borrowed. */
struct fe_state *fe_state_new(struct fe_env *env, struct fe_loop *loop,
                              const struct fe_settings *settings);
void fe_state_free(struct fe_state *state);

/* Empties every part; exchanges that wait in one are answered. */
void fe_state_reset(struct fe_state *state);

#endif

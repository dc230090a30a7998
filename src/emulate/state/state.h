/* SPDX-License-Identifier: MIT */
/* The state of the emulated stack, which its features share: who there is, who may come in, and
 * what is to be computed. Each part is opened once and lives as long as the emulator; a reset
 * empties it. */
#ifndef FE_EMULATE_STATE_STATE_H
#define FE_EMULATE_STATE_STATE_H

#include "emulate/state/settings.h"
#include "util/env.h"

struct fe_loop;
struct fe_users;
struct fe_tokens;
struct fe_runtimes;
struct fe_jobs;

struct fe_state {
    struct fe_env *env;
    struct fe_loop *loop;
    struct fe_settings settings;
    struct fe_users *users;
    struct fe_tokens *tokens;
    struct fe_runtimes *runtimes;
    struct fe_jobs *jobs;
};

/* Opens every part. `env`, `loop` and the texts of `settings` are borrowed. */
struct fe_state *fe_state_new(struct fe_env *env, struct fe_loop *loop,
                              const struct fe_settings *settings);
void fe_state_free(struct fe_state *state);

/* Empties every part; exchanges that wait in one are answered. */
void fe_state_reset(struct fe_state *state);

#endif

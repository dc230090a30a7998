/* SPDX-License-Identifier: MIT */
#include "emulate/state/state.h"

#include <stdlib.h>

#include "emulate/state/jobs.h"
#include "emulate/state/runtimes.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "util/alloc.h"

struct fe_state *fe_state_new(struct fe_env *env, struct fe_loop *loop,
                              const struct fe_settings *settings)
{
    struct fe_state *state = fe_xalloc(sizeof(*state));
    state->env = env;
    state->loop = loop;
    state->settings = *settings;
    state->users = fe_users_new(env);
    state->tokens = fe_tokens_new(env);
    state->jobs = fe_jobs_new(env, loop, &state->settings);
    state->runtimes = fe_runtimes_new(env, state->jobs);
    fe_pager_init(&state->pager, &env->random);
    return state;
}

void fe_state_free(struct fe_state *state)
{
    if (state) {
        fe_runtimes_free(state->runtimes);
        fe_jobs_free(state->jobs);
        fe_tokens_free(state->tokens);
        fe_users_free(state->users);
        free(state);
    }
}

void fe_state_reset(struct fe_state *state)
{
    fe_runtimes_clear(state->runtimes);
    fe_jobs_clear(state->jobs);
    fe_tokens_clear(state->tokens);
    fe_users_clear(state->users);
}

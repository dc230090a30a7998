/* SPDX-License-Identifier: MIT */
#include "emulate/adoption.h"

#include <errno.h>

#include "emulate/emulate_private.h"
#include "emulate/oauth/oauth.h"
#include "emulate/oauth/oauth_adopt.h"
#include "emulate/oauth/oauth_routes.h"
#include "emulate/state/jobs.h"
#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "emulate/state/tokens.h"
#include "util/limits.h"
#include "util/spool.h"

/* ── who ── */

void fe_emulate_adopt_user(struct fe_emulate *emulate, const struct fe_user *user)
{
    (void)fe_users_add(emulate->state->users, user, NULL);
}

int fe_emulate_adopt_grant(struct fe_emulate *emulate, const struct fe_adopted_grant *grant,
                           struct fe_arena *arena, struct fe_adopted_tokens *tokens_out)
{
    return fe_oauth_adopt_grant(fe_emulate_self(emulate, &fe_oauth_feature), grant, arena,
                                tokens_out);
}

int fe_emulate_adopt_token(struct fe_emulate *emulate, const struct fe_adopted_grant *grant,
                           struct fe_slice access_token)
{
    return fe_oauth_adopt_token(fe_emulate_self(emulate, &fe_oauth_feature), grant, access_token);
}

bool fe_emulate_knows_token(const struct fe_emulate *emulate, struct fe_slice access_token)
{
    const struct fe_principal *principal = NULL;
    struct fe_arena arena = {NULL};
    int r = fe_tokens_find(emulate->state->tokens, access_token, &arena, &principal);
    fe_arena_done(&arena);
    return r != -ENOENT;
}

bool fe_emulate_knows_grant(const struct fe_emulate *emulate, struct fe_slice refresh_token,
                            struct fe_slice *user_id_out, struct fe_slice *scopes_out)
{
    const struct fe_oauth *oauth = fe_emulate_self(emulate, &fe_oauth_feature);
    struct fe_grant *grant = NULL;
    if (refresh_token.len == 0 || fe_grants_find(&oauth->grants, refresh_token, &grant) < 0) {
        return false;
    }
    if (user_id_out) {
        *user_id_out = grant->user_id;
    }
    if (scopes_out) {
        *scopes_out = grant->scope.words;
    }
    return true;
}

void fe_emulate_revoke_token(struct fe_emulate *emulate, struct fe_slice token)
{
    fe_oauth_end_token(fe_emulate_self(emulate, &fe_oauth_feature), token);
}

void fe_emulate_raise_token_lifetime(struct fe_emulate *emulate, int64_t lifetime_s)
{
    struct fe_tokens *tokens = emulate->state->tokens;
    if (lifetime_s > fe_tokens_ttl_s(tokens)) {
        fe_tokens_set_ttl_s(tokens, lifetime_s);
    }
}

/* ── what was to be computed ── */

/* A runtime that nobody has spoken of yet: its module may come later. */
static int make_runtime(struct fe_runtimes *runtimes, struct fe_slice id,
                        struct fe_runtime **runtime_out)
{
    const struct fe_runtime_request request = fe_runtime_defaults(id);
    return fe_runtime_id_valid(id) ? fe_runtimes_open(runtimes, &request, runtime_out) : -EINVAL;
}

static int runtime_of_app(struct fe_runtimes *runtimes, const struct fe_adopted_job *job,
                          struct fe_runtime **runtime_out)
{
    const struct fe_deployed_app *app = fe_runtimes_app(runtimes, job->app_rid, job->app_branch);
    if (app) {
        *runtime_out = app->runtime;
        return 0;
    }
    *runtime_out = fe_runtimes_find(runtimes, job->app_rid);
    int r = *runtime_out ? 0 : make_runtime(runtimes, job->app_rid, runtime_out);
    const struct fe_app_binding binding = {
        .rid = job->app_rid, .branch = job->app_branch, .active = true};
    return r < 0 ? r : fe_runtimes_bind(runtimes, *runtime_out, &binding);
}

static int runtime_of(struct fe_runtimes *runtimes, const struct fe_adopted_job *job,
                      struct fe_runtime **runtime_out)
{
    if (job->app_rid.len > 0) {
        return runtime_of_app(runtimes, job, runtime_out);
    }
    if (job->runtime_id.len > 0) {
        *runtime_out = fe_runtimes_find(runtimes, job->runtime_id);
        return *runtime_out ? 0 : make_runtime(runtimes, job->runtime_id, runtime_out);
    }
    *runtime_out = fe_runtimes_find_token(runtimes, job->module_token);
    return *runtime_out ? 0 : -EINVAL;
}

static int succeed(struct fe_job *job, const struct fe_slice *bytes, struct fe_spill *spill)
{
    struct fe_spool *result = NULL;
    if (bytes == NULL) {
        fe_job_succeed_elsewhere(job);
        return 0;
    }
    result = fe_spool_new(spill, FE_LIMIT_RESULT_MEMORY_BYTES, FE_LIMIT_RESULT_BYTES);
    if (fe_spool_write(result, *bytes) < 0) {
        fe_spool_free(result);
        fe_job_fail(job, FE_JOB_RESULT_NOT_STORED);
        return -ENOMEM;
    }
    fe_job_succeed(job, result);
    return 0;
}

static int end(struct fe_job *job, enum fe_adopted_state state, const struct fe_slice *result,
               struct fe_spill *spill)
{
    switch (state) {
    case FE_ADOPTED_SUCCEEDED:
        return succeed(job, result, spill);
    case FE_ADOPTED_FAILED:
        fe_job_fail(job, FE_JOB_ENDED_ELSEWHERE);
        return 0;
    case FE_ADOPTED_CANCELED:
        fe_job_cancel(job, FE_JOB_CALLED_OFF);
        return 0;
    case FE_ADOPTED_NONE:
    case FE_ADOPTED_QUEUED:
    case FE_ADOPTED_RUNNING:
        break;
    }
    return 0;
}

int fe_emulate_adopt_job(struct fe_emulate *emulate, const struct fe_adopted_job *job)
{
    struct fe_state *state = emulate->state;
    struct fe_runtime *runtime = NULL;
    struct fe_job *adopted = NULL;
    const struct fe_job_request request = {
        .id = job->id,
        .app_rid = job->app_rid,
        .app_branch = job->app_branch,
        .query_type = job->query_type,
        .query = job->query.len > 0 ? job->query : FE_SLICE("null"),
    };
    if (!fe_job_id_valid(job->id)) {
        return -EINVAL;
    }
    if (fe_jobs_find(state->jobs, job->id)) {
        return -EEXIST;
    }
    int r = runtime_of(state->runtimes, job, &runtime);
    if (r < 0) {
        return r;
    }
    if (job->state == FE_ADOPTED_QUEUED) {
        return fe_queue_submit(&runtime->queue, &request, &adopted);
    }
    r = fe_queue_adopt(&runtime->queue, &request, &adopted);
    return r < 0 ? r : end(adopted, job->state, job->result, &state->env->spill);
}

enum fe_adopted_state fe_emulate_job_state(const struct fe_emulate *emulate, struct fe_slice id)
{
    const struct fe_job *job = fe_jobs_find(emulate->state->jobs, id);
    if (job == NULL) {
        return FE_ADOPTED_NONE;
    }
    switch (job->state) {
    case FE_JOB_QUEUED:
        return FE_ADOPTED_QUEUED;
    case FE_JOB_SUCCEEDED:
        return FE_ADOPTED_SUCCEEDED;
    case FE_JOB_FAILED:
        return FE_ADOPTED_FAILED;
    case FE_JOB_CANCELED:
        return FE_ADOPTED_CANCELED;
    default:
        return FE_ADOPTED_RUNNING;
    }
}

void fe_emulate_end_job(struct fe_emulate *emulate, struct fe_slice id, enum fe_adopted_state state,
                        const struct fe_slice *result)
{
    struct fe_job *job = fe_jobs_find(emulate->state->jobs, id);
    if (job && !fe_job_finished(job)) {
        (void)end(job, state, result, &emulate->state->env->spill);
    }
}

/* ── what can be gone on with ── */

bool fe_emulate_has_route(const struct fe_emulate *emulate, enum fe_method method,
                          struct fe_slice path)
{
    struct fe_route_match match;
    return fe_router_find(emulate->router, method, path, &match) == 0;
}

bool fe_emulate_knows_module(const struct fe_emulate *emulate, struct fe_slice module_token)
{
    return module_token.len > 0 &&
           fe_runtimes_find_token(emulate->state->runtimes, module_token) != NULL;
}

bool fe_emulate_has_job_for(const struct fe_emulate *emulate, struct fe_slice module_token)
{
    const struct fe_runtime *runtime =
        module_token.len > 0 ? fe_runtimes_find_token(emulate->state->runtimes, module_token)
                             : NULL;
    return runtime && runtime->queue.waiting_count > 0;
}

bool fe_emulate_knows_target(const struct fe_emulate *emulate, const struct fe_adopted_job *job)
{
    const struct fe_runtimes *runtimes = emulate->state->runtimes;
    return job->app_rid.len > 0 ? fe_runtimes_app(runtimes, job->app_rid, job->app_branch) != NULL
                                : fe_runtimes_find(runtimes, job->runtime_id) != NULL;
}

/* SPDX-License-Identifier: MIT */
#include "emulate/state/runtimes.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/limits.h"
#include "util/map.h"
#include "util/utf8.h"

enum {
    TOKEN_BYTES_MAX = 1024
};

struct fe_runtimes {
    struct fe_env *env;
    struct fe_jobs *jobs;
    struct fe_map by_id;
    struct fe_map by_token;      /* by its digest (cf. state/vault.h) */
    struct fe_runtime_list list; /* in the order of creation */
    struct fe_map apps_by_rid;   /* to the first branch bound */
    size_t app_count;
};

struct fe_runtimes *fe_runtimes_new(struct fe_env *env, struct fe_jobs *jobs)
{
    struct fe_runtimes *runtimes = fe_xalloc(sizeof(*runtimes));
    runtimes->env = env;
    runtimes->jobs = jobs;
    fe_map_init(&runtimes->by_id, &env->random);
    fe_map_init(&runtimes->by_token, &env->random);
    fe_map_init(&runtimes->apps_by_rid, &env->random);
    TAILQ_INIT(&runtimes->list);
    return runtimes;
}

void fe_runtimes_clear(struct fe_runtimes *runtimes)
{
    struct fe_runtime *runtime = TAILQ_FIRST(&runtimes->list);
    while (runtime) {
        struct fe_runtime *next = TAILQ_NEXT(runtime, link);
        fe_runtimes_remove(runtimes, runtime);
        runtime = next;
    }
}

void fe_runtimes_free(struct fe_runtimes *runtimes)
{
    if (runtimes) {
        fe_runtimes_clear(runtimes);
        fe_map_done(&runtimes->by_id);
        fe_map_done(&runtimes->by_token);
        fe_map_done(&runtimes->apps_by_rid);
        free(runtimes);
    }
}

/* ── runtimes ── */

bool fe_runtime_id_valid(struct fe_slice id)
{
    return id.len > 0 && id.len <= FE_LIMIT_RUNTIME_ID_BYTES && fe_utf8_valid(id) &&
           fe_slice_index(id, '\0') < 0 && !fe_slice_eq(id, FE_SLICE(".")) &&
           !fe_slice_eq(id, FE_SLICE(".."));
}

bool fe_runtime_token_valid(struct fe_slice token)
{
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] <= ' ' || token.ptr[i] > '~') {
            return false;
        }
    }
    return token.len > 0 && token.len <= TOKEN_BYTES_MAX;
}

static struct fe_slice digest_of(const struct fe_runtime *runtime)
{
    return (struct fe_slice){(const char *)runtime->token_digest, FE_SHA256_BYTES};
}

static void know_token(struct fe_runtimes *runtimes, struct fe_runtime *runtime)
{
    fe_sha256(runtime->auth_token, runtime->token_digest);
    if (fe_map_get(&runtimes->by_token, digest_of(runtime)) == NULL) {
        (void)fe_map_put(&runtimes->by_token, digest_of(runtime), runtime);
    }
}

/* Another runtime with the same token is found by it from now on. */
static void forget_token(struct fe_runtimes *runtimes, struct fe_runtime *runtime)
{
    if (fe_map_get(&runtimes->by_token, digest_of(runtime)) != runtime) {
        return;
    }
    (void)fe_map_remove(&runtimes->by_token, digest_of(runtime));
    struct fe_runtime *other = NULL;
    TAILQ_FOREACH (other, &runtimes->list, link) {
        if (other != runtime && fe_slice_eq(digest_of(other), digest_of(runtime))) {
            (void)fe_map_put(&runtimes->by_token, digest_of(other), other);
            return;
        }
    }
}

static struct fe_runtime_extras copy_extras(struct fe_arena *arena,
                                            const struct fe_runtime_extras *from)
{
    return (struct fe_runtime_extras){
        .auth_header = from->auth_header,
        .client_id = fe_arena_copy(arena, from->client_id),
        .source_credentials = fe_arena_copy(arena, from->source_credentials),
        .resource_aliases = fe_arena_copy(arena, from->resource_aliases),
    };
}

/* Everything but its id, its queue and its apps, from the beginning. */
static void begin(struct fe_runtimes *runtimes, struct fe_runtime *runtime,
                  const struct fe_runtime_request *request)
{
    struct fe_random *random = &runtimes->env->random;
    struct fe_arena texts = {0};
    runtime->auth_token = request->auth_token.len > 0 ? fe_arena_copy(&texts, request->auth_token)
                                                      : fe_token_random(random, "module-", &texts);
    runtime->credentials_token = fe_token_random(random, "temporary-", &texts);
    runtime->extras = copy_extras(&texts, &request->extras);
    know_token(runtimes, runtime);
    runtime->poll_timeout_ms = request->poll_timeout_ms;
    runtime->queue.job_timeout_ms = request->job_timeout_ms;
    runtime->queue.queue_timeout_ms = request->queue_timeout_ms;
    fe_arena_done(&runtime->texts);
    runtime->texts = texts;
    fe_buf_done(&runtime->schemas);
    runtime->created_ns = fe_clock_now_ns(&runtimes->env->clock);
    runtime->polled_ns = 0;
    runtime->schemas_ns = 0;
}

static struct fe_runtime *add(struct fe_runtimes *runtimes, struct fe_slice id)
{
    struct fe_runtime *runtime = fe_xalloc(sizeof(*runtime) + id.len + 1);
    char *text = (char *)(runtime + 1);
    memcpy(text, id.ptr, id.len);
    runtime->id = (struct fe_slice){text, id.len};
    fe_buf_init(&runtime->schemas, FE_LIMIT_SCHEMA_BYTES);
    fe_queue_init(&runtime->queue, runtimes->jobs);
    TAILQ_INIT(&runtime->apps);
    TAILQ_INSERT_TAIL(&runtimes->list, runtime, link);
    (void)fe_map_put(&runtimes->by_id, runtime->id, runtime);
    return runtime;
}

struct fe_runtime_request fe_runtime_defaults(struct fe_slice id)
{
    return (struct fe_runtime_request){
        .id = id,
        .poll_timeout_ms = -1,
        .job_timeout_ms = -1,
        .queue_timeout_ms = -1,
    };
}

int fe_runtimes_open(struct fe_runtimes *runtimes, const struct fe_runtime_request *request,
                     struct fe_runtime **runtime_out)
{
    assert(fe_runtime_id_valid(request->id));
    struct fe_runtime *runtime = fe_runtimes_find(runtimes, request->id);
    if (runtime) {
        fe_queue_reset(&runtime->queue);
        forget_token(runtimes, runtime);
    } else if (runtimes->by_id.count >= FE_LIMIT_RUNTIMES) {
        return -ENOBUFS;
    } else {
        runtime = add(runtimes, request->id);
    }
    begin(runtimes, runtime, request);
    *runtime_out = runtime;
    return 0;
}

void fe_runtimes_remove(struct fe_runtimes *runtimes, struct fe_runtime *runtime)
{
    fe_queue_done(&runtime->queue);
    fe_runtimes_unbind_all(runtimes, runtime);
    forget_token(runtimes, runtime);
    (void)fe_map_remove(&runtimes->by_id, runtime->id);
    TAILQ_REMOVE(&runtimes->list, runtime, link);
    fe_buf_done(&runtime->schemas);
    fe_arena_done(&runtime->texts);
    free(runtime);
}

struct fe_runtime *fe_runtimes_find(const struct fe_runtimes *runtimes, struct fe_slice id)
{
    return fe_map_get(&runtimes->by_id, id);
}

struct fe_runtime *fe_runtimes_find_token(const struct fe_runtimes *runtimes, struct fe_slice token)
{
    unsigned char digest[FE_SHA256_BYTES];
    fe_sha256(token, digest);
    return fe_map_get(&runtimes->by_token,
                      (struct fe_slice){(const char *)digest, FE_SHA256_BYTES});
}

struct fe_runtime *fe_runtimes_first(const struct fe_runtimes *runtimes)
{
    return TAILQ_FIRST(&runtimes->list);
}

/* ── deployed apps ── */

static struct fe_slice branch_or_default(struct fe_slice branch)
{
    return branch.len > 0 ? branch : FE_SLICE("master");
}

static struct fe_deployed_app *find_branch(const struct fe_runtimes *runtimes, struct fe_slice rid,
                                           struct fe_slice branch)
{
    struct fe_deployed_app *app = fe_map_get(&runtimes->apps_by_rid, rid);
    while (app && !fe_slice_eq(app->branch, branch)) {
        app = app->next_branch;
    }
    return app;
}

/* Takes the app out of its rid's chain, whose head the table knows by the head's own text. */
static void leave_chain(struct fe_runtimes *runtimes, struct fe_deployed_app *app)
{
    struct fe_deployed_app *before = fe_map_get(&runtimes->apps_by_rid, app->rid);
    if (before == app) {
        (void)fe_map_remove(&runtimes->apps_by_rid, app->rid);
        if (app->next_branch) {
            (void)fe_map_put(&runtimes->apps_by_rid, app->next_branch->rid, app->next_branch);
        }
        return;
    }
    while (before->next_branch != app) {
        before = before->next_branch;
    }
    before->next_branch = app->next_branch;
}

static void join_chain(struct fe_runtimes *runtimes, struct fe_deployed_app *app)
{
    struct fe_deployed_app *last = fe_map_get(&runtimes->apps_by_rid, app->rid);
    if (last == NULL) {
        (void)fe_map_put(&runtimes->apps_by_rid, app->rid, app);
        return;
    }
    while (last->next_branch) {
        last = last->next_branch;
    }
    last->next_branch = app;
}

static void unbind(struct fe_runtimes *runtimes, struct fe_deployed_app *app)
{
    leave_chain(runtimes, app);
    TAILQ_REMOVE(&app->runtime->apps, app, link);
    runtimes->app_count--;
    free(app);
}

/* One block: the app and its texts behind it. */
static struct fe_deployed_app *new_app(const struct fe_app_binding *binding)
{
    struct fe_slice texts[] = {binding->rid, branch_or_default(binding->branch),
                               binding->display_name};
    struct fe_deployed_app *app =
        fe_xalloc(sizeof(*app) + texts[0].len + texts[1].len + texts[2].len);
    char *end = (char *)(app + 1);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        memcpy(end, texts[i].len > 0 ? texts[i].ptr : "", texts[i].len);
        texts[i].ptr = end;
        end += texts[i].len;
    }
    app->rid = texts[0];
    app->branch = texts[1];
    app->display_name = texts[2];
    app->active = binding->active;
    return app;
}

int fe_runtimes_bind(struct fe_runtimes *runtimes, struct fe_runtime *runtime,
                     const struct fe_app_binding *binding)
{
    struct fe_deployed_app *before =
        find_branch(runtimes, binding->rid, branch_or_default(binding->branch));
    if (before == NULL && runtimes->app_count >= FE_LIMIT_RUNTIMES) {
        return -ENOBUFS;
    }
    struct fe_deployed_app *app = new_app(binding);
    if (before) {
        unbind(runtimes, before);
    }
    app->runtime = runtime;
    TAILQ_INSERT_TAIL(&runtime->apps, app, link);
    join_chain(runtimes, app);
    runtimes->app_count++;
    return 0;
}

void fe_runtimes_unbind_all(struct fe_runtimes *runtimes, struct fe_runtime *runtime)
{
    struct fe_deployed_app *app = TAILQ_FIRST(&runtime->apps);
    while (app) {
        struct fe_deployed_app *next = TAILQ_NEXT(app, link);
        unbind(runtimes, app);
        app = next;
    }
}

const struct fe_deployed_app *fe_runtimes_app(const struct fe_runtimes *runtimes,
                                              struct fe_slice rid, struct fe_slice branch)
{
    if (branch.len > 0) {
        return find_branch(runtimes, rid, branch);
    }
    const struct fe_deployed_app *app = fe_map_get(&runtimes->apps_by_rid, rid);
    while (app && !app->active) {
        app = app->next_branch;
    }
    return app;
}

void fe_runtimes_set_dev_mode(struct fe_runtimes *runtimes, const struct fe_deployed_app *app,
                              int64_t until_ns)
{
    find_branch(runtimes, app->rid, app->branch)->upgrades_until_ns = until_ns;
}

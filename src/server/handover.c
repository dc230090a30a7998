/* SPDX-License-Identifier: MIT */
#include "server/handover.h"

#include <stdlib.h>

#include "message/method.h"
#include "server/handover_private.h"
#include "util/alloc.h"
#include "util/limits.h"

struct fe_handover *fe_handover_new(struct fe_env *env, struct fe_replay *replay,
                                    struct fe_emulate *emulate, const struct fe_handover_ops *ops)
{
    struct fe_handover *handover = fe_xalloc(sizeof(*handover));
    handover->env = env;
    handover->replay = replay;
    handover->library = fe_replay_library(replay);
    handover->emulate = emulate;
    handover->ops = *ops;
    fe_map_init(&handover->jobs, &env->random);
    fe_map_init(&handover->given, &env->random);
    fe_map_init(&handover->owners, &env->random);
    fe_changed_paths_init(&handover->changed, &env->random);
    fe_login_adopt_users(handover);
    return handover;
}

static void empty(struct fe_handover *handover)
{
    fe_map_done(&handover->jobs);
    fe_map_done(&handover->given);
    fe_map_done(&handover->owners);
    handover->given_known = false;
    handover->owners_known = false;
    fe_changed_paths_done(&handover->changed);
    fe_arena_done(&handover->arena);
}

void fe_handover_free(struct fe_handover *handover)
{
    if (handover) {
        empty(handover);
        free(handover);
    }
}

void fe_handover_clear(struct fe_handover *handover)
{
    empty(handover);
    fe_login_adopt_users(handover);
}

/* ── what replay asks ── */

static void emulate(struct fe_handover *handover, struct fe_exchange *x)
{
    fe_exchange_set_source(x, FE_SLICE("emulate"));
    handover->ops.emulate(handover->ops.self, x);
}

static struct fe_handover_job *job_of(struct fe_handover *handover, struct fe_exchange *x,
                                      const struct fe_replay_request *request)
{
    struct fe_slice id = {"", 0};
    if (handover->jobs.count > 0) {
        id = fe_job_in_request(request->head, request->body, fe_exchange_arena(x));
    }
    return id.len > 0 ? fe_handover_job(handover, id, false) : NULL;
}

static struct fe_slice module_token(const struct fe_exchange *x)
{
    struct fe_slice token = FE_SLICE("");
    (void)fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("Module-Auth-Token"), &token);
    return token;
}

/* Whether a module polls for whose runtime emulation has a job: somebody waits for that now. */
static bool is_waited_for(const struct fe_handover *handover, const struct fe_exchange *x,
                          const struct fe_replay_request *request)
{
    return handover->ops.falls_back && fe_library_is_poll(request->head) &&
           fe_emulate_has_job_for(handover->emulate, module_token(x));
}

bool fe_handover_on_request(struct fe_handover *handover, struct fe_exchange *x,
                            const struct fe_replay_request *request)
{
    if (fe_login_on_request(handover, x, request)) {
        return true;
    }
    const struct fe_handover_job *job = job_of(handover, x, request);
    if ((job && job->emulated) ||
        fe_changed_paths_has(&handover->changed, fe_exchange_request(x)) ||
        is_waited_for(handover, x, request)) {
        emulate(handover, x);
        return true;
    }
    return false;
}

bool fe_handover_on_repeat(struct fe_handover *handover, struct fe_exchange *x,
                           const struct fe_replay_request *request, const struct fe_take *take)
{
    return handover->ops.falls_back && job_of(handover, x, request) != NULL &&
           fe_recorded_status_is_open(take);
}

bool fe_handover_knows_module(const struct fe_handover *handover, const struct fe_exchange *x)
{
    return fe_emulate_knows_module(handover->emulate, module_token(x));
}

bool fe_handover_on_idle(struct fe_handover *handover, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    if (!handover->ops.falls_back || !fe_emulate_knows_module(handover->emulate, module_token(x)) ||
        !fe_emulate_has_route(handover->emulate, request->method, request->path)) {
        return false;
    }
    emulate(handover, x);
    return true;
}

static struct fe_frame_head head_of(const struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    return (struct fe_frame_head){.method = request->method_text, .target = request->target};
}

/* What its caller is told now of how a job that is known has ended, or makes of it. */
static void note_ending(struct fe_handover *handover, struct fe_exchange *x,
                        const struct fe_take *take)
{
    const struct fe_frame_head head = head_of(x);
    struct fe_slice body = fe_exchange_body(x);
    const struct fe_replay_request request = {&head, &body};
    struct fe_handover_job *job = job_of(handover, x, &request);
    int status = job ? fe_take_status(take) : 0;
    if (status < 200 || status > 299) {
        return;
    }
    if (fe_job_is_canceled_by(&head)) {
        job->canceled = true;
        fe_emulate_end_job(handover->emulate, fe_slice_cstr(job->id), FE_ADOPTED_CANCELED, NULL);
    } else {
        job->ended =
            job->ended || (fe_job_is_asked_for(&head) && !fe_recorded_status_is_open(take));
    }
}

bool fe_handover_on_play(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_take *take, const struct fe_frame_head *recorded)
{
    enum fe_login_call call = fe_login_call_of(recorded->target);
    fe_login_on_bearer(handover, x, take, recorded);
    if (call == FE_LOGIN_REVOKE) {
        fe_login_on_revoked(handover, x);
    }
    if (call == FE_LOGIN_NONE) {
        fe_handover_on_result(handover, x);
        note_ending(handover, x, take);
    }
    return call == FE_LOGIN_TOKEN || fe_handover_submits(recorded) || fe_library_is_poll(recorded);
}

static void note_job(struct fe_handover *handover, const struct fe_take *take, bool submitted,
                     struct fe_slice id)
{
    struct fe_handover_job *job = id.len > 0 ? fe_handover_job(handover, id, true) : NULL;
    if (job && submitted) {
        job->submit_seq = take->seq;
        fe_handover_offer_job(handover, job);
    } else if (job) {
        job->running = true;
    }
}

struct fe_slice fe_handover_on_body(struct fe_handover *handover, struct fe_exchange *x,
                                    const struct fe_take *take, const struct fe_frame_head *answer,
                                    struct fe_slice body, struct fe_arena *arena)
{
    const struct fe_request *request = fe_exchange_request(x);
    if (answer->status < 200 || answer->status > 299) {
        return body;
    }
    if (fe_login_call_of(request->target) == FE_LOGIN_TOKEN) {
        fe_login_on_tokens(handover, x, body, arena);
    } else {
        bool submitted = fe_method_is_write(request->method);
        note_job(handover, take, submitted, fe_job_in_answer(body, arena));
    }
    return body;
}

bool fe_handover_is_token_call(const struct fe_exchange *x)
{
    return fe_login_call_of(fe_exchange_request(x)->target) == FE_LOGIN_TOKEN;
}

bool fe_handover_on_miss(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request, enum fe_find find)
{
    return fe_login_on_miss(handover, x, request, find);
}

void fe_handover_prepare(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request)
{
    const struct fe_handover_job *job = job_of(handover, x, request);
    if (job && !job->emulated) {
        fe_handover_adopt_job(handover, job, x, fe_job_is_canceled_by(request->head));
    }
}

/* ── what emulation does ── */

static bool is_ok(const struct fe_exchange *x)
{
    int status = fe_exchange_status(x);
    return status >= 200 && status <= 299;
}

/* A job that it has made, or handed out. */
static void note_emulated_job(struct fe_handover *handover, struct fe_slice id)
{
    struct fe_handover_job *job = id.len > 0 ? fe_handover_job(handover, id, true) : NULL;
    if (job) {
        job->emulated = true;
    }
}

void fe_handover_on_emulated(struct fe_handover *handover, struct fe_exchange *x)
{
    const struct fe_frame_head head = head_of(x);
    struct fe_slice body = fe_exchange_body(x);
    struct fe_arena *arena = fe_exchange_arena(x);
    bool writes = fe_method_is_write(fe_exchange_request(x)->method);
    if (!is_ok(x) || fe_login_call_of(head.target) != FE_LOGIN_NONE) {
        return;
    }
    if (fe_handover_submits(&head) || fe_library_is_poll(&head)) {
        note_emulated_job(handover, fe_job_in_answer(fe_buf_slice(fe_exchange_out(x)), arena));
        return;
    }
    struct fe_slice id = fe_job_in_request(&head, &body, arena);
    if (!writes || fe_job_is_asked_for(&head)) {
        return;
    }
    if (id.len > 0) {
        note_emulated_job(handover, id);
    } else {
        fe_changed_paths_add(&handover->changed, fe_exchange_request(x));
    }
}

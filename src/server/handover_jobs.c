/* SPDX-License-Identifier: MIT */
/* Which job a message is about (contract §5.3), and how emulation comes by one. */
#include "message/method.h"
#include "message/percent.h"
#include "server/handover_private.h"
#include "util/limits.h"

#define JOBS "/contour-backend-multiplexer/api/module-group-multiplexer"

/* ── paths ── */

static bool is_path(struct fe_slice path, const char *text)
{
    return fe_slice_eq(path, fe_slice_cstr(text));
}

static bool is_asked_for_by_body(struct fe_slice path)
{
    return is_path(path, JOBS "/jobs/status/v2") || is_path(path, JOBS "/jobs/status/v3") ||
           is_path(path, JOBS "/jobs/result/v2") || is_path(path, JOBS "/jobs/result/v3");
}

/* A Job is sent back. */
static bool has_job_in_body(const struct fe_frame_head *head, struct fe_slice path)
{
    bool cancels = fe_method_parse(head->method) == FE_DELETE &&
                   (is_path(path, JOBS "/jobs") || is_path(path, JOBS "/jobs/v3"));
    return cancels || is_asked_for_by_body(path);
}

/* The rest of `path` behind `prefix`; false if that is not its beginning. */
static bool take_prefix(struct fe_slice *path, const char *prefix)
{
    struct fe_slice text = fe_slice_cstr(prefix);
    if (!fe_slice_starts(*path, text)) {
        return false;
    }
    *path = fe_slice_from(*path, text.len);
    return true;
}

/* Takes the first segment off; what is left begins with a slash, or is empty. */
static struct fe_slice take_segment(struct fe_slice *path)
{
    ptrdiff_t slash = fe_slice_index(*path, '/');
    struct fe_slice segment = {path->ptr, slash < 0 ? path->len : (size_t)slash};
    *path = fe_slice_from(*path, segment.len);
    return segment;
}

static bool is_action(struct fe_slice rest)
{
    return rest.len == 0 || is_path(rest, "/status") || is_path(rest, "/result") ||
           is_path(rest, "/soft-cancel");
}

/* The id that stands in the path, escaped; empty if none does. */
static struct fe_slice id_in_path(struct fe_slice path)
{
    struct fe_slice id = {"", 0};
    if (take_prefix(&path, JOBS "/jobs/")) {
        id = take_segment(&path);
        return is_action(path) ? id : FE_SLICE("");
    }
    if (take_prefix(&path, "/interactive-module/api/internal-query/results/") ||
        take_prefix(&path, "/results/")) {
        id = take_segment(&path);
        return path.len == 0 ? id : FE_SLICE("");
    }
    return id;
}

static bool is_asked_for_by_path(struct fe_slice path)
{
    if (!take_prefix(&path, JOBS "/jobs/")) {
        return false;
    }
    (void)take_segment(&path);
    return is_path(path, "/status") || is_path(path, "/result");
}

bool fe_job_is_asked_for(const struct fe_frame_head *head)
{
    struct fe_arena arena = {NULL};
    struct fe_slice path = fe_canonical_path(head->target, &arena);
    bool asked = is_asked_for_by_body(path) || is_asked_for_by_path(path);
    fe_arena_done(&arena);
    return asked;
}

bool fe_job_is_canceled_by(const struct fe_frame_head *head)
{
    return fe_method_parse(head->method) == FE_DELETE;
}

bool fe_handover_submits(const struct fe_frame_head *head)
{
    struct fe_arena arena = {NULL};
    if (fe_method_parse(head->method) != FE_POST) {
        return false;
    }
    struct fe_slice path = fe_canonical_path(head->target, &arena);
    bool submits = is_path(path, JOBS "/jobs") || is_path(path, JOBS "/deployed-apps/jobs");
    fe_arena_done(&arena);
    return submits;
}

/* ── bodies ── */

/* By its id, or by its handle, which is JSON within a string. */
static struct fe_slice id_of_job(const struct fe_json *job, struct fe_arena *arena)
{
    struct fe_json handle;
    struct fe_slice id = fe_json_member_text(job, "id", arena);
    if (id.len > 0 ||
        fe_json_parse(fe_json_member_text(job, "jobHandle", arena), &handle, NULL) < 0) {
        return id;
    }
    return fe_json_member_text(&handle, "jobId", arena);
}

struct fe_slice fe_job_in_request(const struct fe_frame_head *head, const struct fe_slice *body,
                                  struct fe_arena *arena)
{
    struct fe_slice path = fe_canonical_path(head->target, arena);
    struct fe_slice id = {"", 0};
    struct fe_json job;
    if (has_job_in_body(head, path)) {
        if (body && body->len <= FE_HANDOVER_BODY_BYTES && fe_json_parse(*body, &job, NULL) == 0) {
            id = id_of_job(&job, arena);
        }
        return id;
    }
    return fe_percent_decode(id_in_path(path), false, arena, &id) == 0 ? id : FE_SLICE("");
}

struct fe_slice fe_job_in_answer(struct fe_slice body, struct fe_arena *arena)
{
    struct fe_json answer;
    struct fe_json inner;
    if (body.len > FE_HANDOVER_BODY_BYTES || fe_json_parse(body, &answer, NULL) < 0) {
        return FE_SLICE("");
    }
    if (fe_json_member(&answer, "computeModuleJobV1", &inner)) {
        return fe_json_member_text(&inner, "jobId", arena);
    }
    struct fe_slice id = fe_json_member_text(&answer, "jobId", arena);
    return id.len > 0 ? id : id_of_job(&answer, arena);
}

/* ── jobs that were heard of ── */

struct fe_handover_job *fe_handover_job(struct fe_handover *handover, struct fe_slice id, bool make)
{
    struct fe_handover_job *job = fe_map_get(&handover->jobs, id);
    if (job || !make || id.len >= sizeof(job->id) || handover->jobs.count >= FE_LIMIT_BINDINGS) {
        return job;
    }
    job = fe_arena_alloc(&handover->arena, sizeof(*job));
    memcpy(job->id, id.ptr, id.len);
    (void)fe_map_put(&handover->jobs, fe_slice_cstr(job->id), job);
    return job;
}

/* What was asked when it was submitted. */
static void read_submit(struct fe_handover *handover, uint64_t seq, struct fe_arena *arena,
                        struct fe_adopted_job *adopted)
{
    struct fe_take take;
    struct fe_frame_head head;
    struct fe_slice body;
    struct fe_json request;
    struct fe_json query;
    if (!fe_library_at(handover->library, seq, &take) ||
        fe_take_request(&take, FE_HANDOVER_BODY_BYTES, arena, &head, &body) < 0) {
        return;
    }
    body = fe_canonical_decoded(&head.headers, body, arena);
    if (fe_json_parse(body, &request, NULL) < 0) {
        return;
    }
    adopted->app_rid = fe_json_member_text(&request, "deployedAppRid", arena);
    adopted->app_branch = fe_json_member_text(&request, "deployedAppBranch", arena);
    adopted->runtime_id = fe_json_member_text(&request, "moduleGroupName", arena);
    adopted->query_type = fe_json_member_text(&request, "queryType", arena);
    adopted->query = fe_json_member(&request, "query", &query) ? query.text : FE_SLICE("");
}

static enum fe_adopted_state state_of(const struct fe_handover_job *job,
                                      const struct fe_recorded_job *recorded, bool as_told)
{
    if (job->canceled && !job->ended) {
        return FE_ADOPTED_CANCELED;
    }
    if (as_told && !job->ended) {
        return FE_ADOPTED_RUNNING;
    }
    if (recorded->has_result) {
        return FE_ADOPTED_SUCCEEDED;
    }
    if (recorded->state == FE_ADOPTED_QUEUED && job->running) {
        return FE_ADOPTED_RUNNING;
    }
    return recorded->state;
}

static void adopt(struct fe_handover *handover, const struct fe_adopted_job *job)
{
    int r = fe_emulate_adopt_job(handover->emulate, job);
    if (r < 0) {
        fe_log_printf(&handover->env->log, FE_LOG_WARNING,
                      "job " FE_PRI " was replayed, and emulation cannot go on with it: %s",
                      FE_ARG(job->id), strerror(-r));
    }
}

/* ── offering ── */

static void note_given(struct fe_handover *handover, const struct fe_take *take)
{
    struct fe_arena scratch = {NULL};
    struct fe_frame_head head;
    struct fe_slice body;
    if (handover->given.count < FE_LIMIT_BINDINGS &&
        fe_take_answer(take, FE_HANDOVER_BODY_BYTES, &scratch, &head, &body) == 0) {
        body = fe_canonical_decoded(&head.headers, body, &scratch);
        struct fe_slice id = fe_job_in_answer(body, &scratch);
        struct fe_slice *kept = fe_arena_alloc(&handover->arena, sizeof(*kept));
        *kept = fe_arena_copy(&handover->arena, id);
        (void)fe_map_put(&handover->given, *kept, kept);
    }
    fe_arena_done(&scratch);
}

static bool is_given(struct fe_handover *handover, struct fe_slice id)
{
    uint64_t cursor = 0;
    struct fe_take take;
    while (!handover->given_known && fe_library_next_poll(handover->library, &cursor, &take)) {
        note_given(handover, &take);
    }
    handover->given_known = true;
    return fe_map_get(&handover->given, id) != NULL;
}

void fe_handover_offer_job(struct fe_handover *handover, const struct fe_handover_job *job)
{
    struct fe_arena scratch = {NULL};
    struct fe_adopted_job adopted = {.id = fe_slice_cstr(job->id), .state = FE_ADOPTED_QUEUED};
    if (handover->ops.falls_back && !is_given(handover, adopted.id)) {
        read_submit(handover, job->submit_seq, &scratch, &adopted);
        if (fe_emulate_knows_target(handover->emulate, &adopted)) {
            adopt(handover, &adopted);
        }
    }
    fe_arena_done(&scratch);
}

void fe_handover_on_result(struct fe_handover *handover, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_slice id = {"", 0};
    if (request->method != FE_POST) {
        return;
    }
    struct fe_slice path = fe_canonical_path(request->target, arena);
    if (fe_percent_decode(id_in_path(path), false, arena, &id) == 0 && id.len > 0) {
        struct fe_slice result =
            fe_canonical_decoded(&request->headers, fe_exchange_body(x), arena);
        fe_emulate_end_job(handover->emulate, id, FE_ADOPTED_SUCCEEDED, &result);
    }
}

/* ── adopting ── */

/* Emulation has it, and no module of its: what is recorded of its end is all there will be. */
static void finish_as_recorded(struct fe_handover *handover, const struct fe_handover_job *job,
                               struct fe_arena *arena)
{
    struct fe_recorded_job recorded;
    struct fe_slice id = fe_slice_cstr(job->id);
    if (fe_emulate_job_state(handover->emulate, id) != FE_ADOPTED_QUEUED) {
        return;
    }
    fe_recorded_job_find(handover->library, id, arena, &recorded);
    if (recorded.has_result) {
        fe_emulate_end_job(handover->emulate, id, FE_ADOPTED_SUCCEEDED, &recorded.result);
    } else {
        fe_emulate_end_job(handover->emulate, id, recorded.state, NULL);
    }
}

void fe_handover_adopt_job(struct fe_handover *handover, const struct fe_handover_job *job,
                           struct fe_exchange *x, bool as_told)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_recorded_job recorded;
    struct fe_adopted_job adopted = {.id = fe_slice_cstr(job->id)};
    if (fe_emulate_job_state(handover->emulate, adopted.id) != FE_ADOPTED_NONE) {
        if (!as_told) {
            finish_as_recorded(handover, job, arena);
        }
        return;
    }
    fe_recorded_job_find(handover->library, adopted.id, arena, &recorded);
    if (job->submit_seq != 0) {
        read_submit(handover, job->submit_seq, arena, &adopted);
    }
    (void)fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("Module-Auth-Token"),
                         &adopted.module_token);
    adopted.state = state_of(job, &recorded, as_told);
    if (adopted.state == FE_ADOPTED_SUCCEEDED && recorded.has_result) {
        adopted.result = &recorded.result;
    }
    adopt(handover, &adopted);
}

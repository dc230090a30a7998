/* SPDX-License-Identifier: MIT */
/* What became of a job, as far as it was recorded: its result, and the last that was said of its
 * state, by whichever of the routes that tell (contract §5.3). */
#include "message/method.h"
#include "server/handover_private.h"

#define JOBS "/contour-backend-multiplexer/api/module-group-multiplexer/jobs"
#define POSTS "/interactive-module/api/internal-query/results"

enum {
    RESULT_BYTES_MAX = 256 << 20
};

struct search {
    struct fe_library *library;
    struct fe_slice id;
    struct fe_arena *arena;
    struct fe_recorded_job *job;
};

typedef void found_fn(const struct search *search, const struct fe_take *take);

/* Calls fn for every recording on `path`; where that is for all jobs, for those about this one. */
static void each_on(const struct search *search, struct fe_slice path, bool of_all, found_fn *fn)
{
    uint64_t cursor = 0;
    struct fe_take take;
    while (fe_library_next_on(search->library, path, &cursor, &take)) {
        struct fe_arena scratch = {NULL};
        struct fe_frame_head head;
        struct fe_slice body;
        bool is_about = !of_all;
        if (of_all && fe_take_request(&take, FE_HANDOVER_BODY_BYTES, &scratch, &head, &body) == 0) {
            body = fe_canonical_decoded(&head.headers, body, &scratch);
            is_about = fe_slice_eq(fe_job_in_request(&head, &body, &scratch), search->id);
        }
        if (is_about) {
            fn(search, &take);
        }
        fe_arena_done(&scratch);
    }
}

static bool read_answer(const struct fe_take *take, struct fe_arena *arena,
                        struct fe_slice *body_out)
{
    struct fe_frame_head head;
    if (fe_take_answer(take, RESULT_BYTES_MAX, arena, &head, body_out) < 0 || head.status != 200) {
        return false;
    }
    *body_out = fe_canonical_decoded(&head.headers, *body_out, arena);
    return true;
}

static void on_result(const struct search *search, const struct fe_take *take)
{
    struct fe_slice body;
    if (!search->job->has_result && read_answer(take, search->arena, &body)) {
        search->job->has_result = true;
        search->job->result = body;
    }
}

/* What its module posted is what its caller was given. */
static void on_post(const struct search *search, const struct fe_take *take)
{
    struct fe_frame_head head;
    struct fe_slice body;
    int status = fe_take_status(take);
    if (search->job->has_result || status < 200 || status > 299 ||
        fe_take_request(take, RESULT_BYTES_MAX, search->arena, &head, &body) < 0) {
        return;
    }
    search->job->has_result = true;
    search->job->result = fe_canonical_decoded(&head.headers, body, search->arena);
}

/* "queued" and "inProgress" are no end. */
static bool parse_status(struct fe_slice body, struct fe_arena *arena,
                         enum fe_adopted_state *state_out)
{
    static const struct {
        struct fe_slice name;
        enum fe_adopted_state state;
    } ends[] = {
        {FE_SLICE_INIT("queued"), FE_ADOPTED_QUEUED},
        {FE_SLICE_INIT("inProgress"), FE_ADOPTED_QUEUED},
        {FE_SLICE_INIT("succeeded"), FE_ADOPTED_SUCCEEDED},
        {FE_SLICE_INIT("failed"), FE_ADOPTED_FAILED},
        {FE_SLICE_INIT("canceled"), FE_ADOPTED_CANCELED},
    };
    struct fe_json status;
    struct fe_json type;
    struct fe_slice name;
    if (fe_json_parse(body, &status, NULL) < 0 || !fe_json_member(&status, "type", &type) ||
        fe_json_string(&type, arena, &name) < 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (fe_slice_eq(name, ends[i].name)) {
            *state_out = ends[i].state;
            return true;
        }
    }
    return false;
}

static void on_status(const struct search *search, const struct fe_take *take)
{
    struct fe_arena scratch = {NULL};
    struct fe_slice body;
    enum fe_adopted_state state = FE_ADOPTED_QUEUED;
    if (read_answer(take, &scratch, &body) && parse_status(body, &scratch, &state) &&
        state != FE_ADOPTED_QUEUED) {
        search->job->state = state;
    }
    fe_arena_done(&scratch);
}

bool fe_recorded_status_is_open(const struct fe_take *take)
{
    struct fe_arena scratch = {NULL};
    struct fe_slice body;
    enum fe_adopted_state state = FE_ADOPTED_SUCCEEDED;
    bool open = read_answer(take, &scratch, &body) && parse_status(body, &scratch, &state) &&
                state == FE_ADOPTED_QUEUED;
    fe_arena_done(&scratch);
    return open;
}

void fe_recorded_job_find(struct fe_library *library, struct fe_slice id, struct fe_arena *arena,
                          struct fe_recorded_job *job_out)
{
    const struct search search = {library, id, arena, job_out};
    *job_out = (struct fe_recorded_job){.state = FE_ADOPTED_QUEUED, .has_result = false};
    each_on(&search, fe_arena_printf(arena, JOBS "/" FE_PRI "/result", FE_ARG(id)), false,
            on_result);
    each_on(&search, FE_SLICE(JOBS "/result/v2"), true, on_result);
    each_on(&search, FE_SLICE(JOBS "/result/v3"), true, on_result);
    each_on(&search, fe_arena_printf(arena, POSTS "/" FE_PRI, FE_ARG(id)), false, on_post);
    each_on(&search, fe_arena_printf(arena, "/results/" FE_PRI, FE_ARG(id)), false, on_post);
    each_on(&search, fe_arena_printf(arena, JOBS "/" FE_PRI "/status", FE_ARG(id)), false,
            on_status);
    each_on(&search, FE_SLICE(JOBS "/status/v2"), true, on_status);
    each_on(&search, FE_SLICE(JOBS "/status/v3"), true, on_status);
}

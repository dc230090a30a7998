/* SPDX-License-Identifier: MIT */
/* The polls of one runtime all wait equally long, so they expire in the order in which they came,
 * and one timer serves them: it is set for the first and set anew when it has fired. */
#include "emulate/compute/polls.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "http/loop.h"
#include "http/reply.h"
#include "util/alloc.h"
#include "util/limits.h"

struct line;

/* Lives in the exchange's arena: ten thousand of these must be cheap. */
struct poll {
    struct line *line; /* NULL: not in line */
    struct fe_state *state;
    struct fe_exchange *x;
    enum fe_job_shape shape;
    int64_t deadline_ns; /* monotonic */
    TAILQ_ENTRY(poll) link;
    char job_id[FE_JOB_ID_BYTES]; /* empty: none given yet */
};

TAILQ_HEAD(poll_list, poll);

/* One runtime's. */
struct line {
    struct fe_taker taker; /* the queue's handle on it */
    struct fe_runtime *runtime;
    struct poll_list waiting;
    struct fe_timer *timer;
    bool timer_runs;
    LIST_ENTRY(line) link;
};

struct fe_polls {
    struct fe_state *state;
    LIST_HEAD(, line) lines;
};

struct fe_polls *fe_polls_new(struct fe_state *state)
{
    struct fe_polls *polls = fe_xalloc(sizeof(*polls));
    polls->state = state;
    LIST_INIT(&polls->lines);
    return polls;
}

static void leave(struct line *line, struct poll *poll)
{
    TAILQ_REMOVE(&line->waiting, poll, link);
    line->taker.waiting--;
    poll->line = NULL;
}

/* ── handing out ── */

/* A token by which the module may act as whoever submitted the job, no more and no less. It lives
 * as long as any that is issued now. */
static void put_auth_header(struct fe_json_writer *writer, struct fe_state *state,
                            const struct fe_job *job, struct fe_arena *arena)
{
    const struct fe_job_request *request = &job->request;
    const struct fe_user *user = fe_users_find_id(state->users, request->user_id);
    if (user == NULL) {
        return;
    }
    const struct fe_principal principal = {
        .user_id = user->id,
        .username = user->username,
        .client_id = request->client_id,
        .scopes = request->scopes,
        .all_scopes = request->all_scopes,
    };
    struct fe_slice token = fe_tokens_issue(state->tokens, &principal, 0, arena);
    fe_json_member_string(writer, "authHeader",
                          fe_arena_printf(arena, "Bearer " FE_PRI, FE_ARG(token)));
}

static void put_job(struct fe_json_writer *writer, const struct poll *poll,
                    const struct fe_runtime *runtime, const struct fe_job *job)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "jobId", fe_slice_cstr(job->id));
    fe_json_member_string(writer, "queryType", job->request.query_type);
    fe_json_key(writer, "query");
    fe_json_put_raw(writer, job->request.query);
    fe_json_member_string(writer, "temporaryCredentialsAuthToken", runtime->credentials_token);
    if (job->request.user_id.len > 0) {
        fe_json_member_string(writer, "userId", job->request.user_id);
    }
    if (runtime->extras.auth_header) {
        put_auth_header(writer, poll->state, job, fe_exchange_arena(poll->x));
    }
    fe_json_end_object(writer);
}

static int give(struct poll *poll, const struct fe_runtime *runtime, const struct fe_job *job)
{
    struct fe_json_writer writer;
    memcpy(poll->job_id, job->id, sizeof(poll->job_id));
    fe_reply_json_begin(poll->x, &writer);
    if (poll->shape == FE_JOB_BARE) {
        put_job(&writer, poll, runtime, job);
        return 200;
    }
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "type", FE_SLICE("computeModuleJobV1"));
    fe_json_key(&writer, "computeModuleJobV1");
    put_job(&writer, poll, runtime, job);
    fe_json_end_object(&writer);
    return 200;
}

static struct line *line_of(struct fe_taker *taker)
{
    return (struct line *)((char *)taker - offsetof(struct line, taker));
}

static void on_job(struct fe_taker *taker)
{
    struct line *line = line_of(taker);
    while (!TAILQ_EMPTY(&line->waiting)) {
        const struct fe_job *job = fe_queue_lease(&line->runtime->queue);
        if (job == NULL) {
            return;
        }
        struct poll *poll = TAILQ_FIRST(&line->waiting);
        leave(line, poll);
        fe_exchange_answer(poll->x, give(poll, line->runtime, job));
    }
}

/* The client left while it waited, or its answer has ended one way or the other. An answer that
 * memory was too short for is no job delivered. */
static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct poll *poll = arg;
    if (poll->line) {
        leave(poll->line, poll);
    }
    struct fe_job *job = fe_jobs_find(poll->state->jobs, fe_slice_cstr(poll->job_id));
    if (job && outcome == FE_SENT && fe_exchange_status(x) == 200) {
        fe_job_delivered(job);
    } else if (job) {
        fe_job_returned(job);
    }
}

/* ── waiting ── */

static void send_away_first(struct line *line)
{
    struct poll *poll = TAILQ_FIRST(&line->waiting);
    leave(line, poll);
    fe_exchange_answer(poll->x, fe_reply_empty(poll->x, 204));
}

static void set_timer(struct line *line, int64_t now_ns)
{
    const struct poll *first = TAILQ_FIRST(&line->waiting);
    line->timer_runs = first != NULL;
    if (first) {
        int64_t left_ns = first->deadline_ns - now_ns;
        fe_timer_start(line->timer, (left_ns + FE_NS_PER_MS - 1) / FE_NS_PER_MS);
    }
}

static void on_timer(void *arg)
{
    struct line *line = arg;
    int64_t now_ns = fe_clock_monotonic_ns();
    while (!TAILQ_EMPTY(&line->waiting) && TAILQ_FIRST(&line->waiting)->deadline_ns <= now_ns) {
        send_away_first(line);
    }
    set_timer(line, now_ns);
}

static void close_line(struct line *line)
{
    while (!TAILQ_EMPTY(&line->waiting)) {
        send_away_first(line);
    }
    LIST_REMOVE(line, link);
    fe_timer_free(line->timer);
    free(line);
}

static void on_close(struct fe_taker *taker)
{
    close_line(line_of(taker));
}

static struct line *open_line(struct fe_polls *polls, struct fe_runtime *runtime)
{
    struct line *line = fe_xalloc(sizeof(*line));
    line->taker = (struct fe_taker){on_job, on_close, 0};
    line->runtime = runtime;
    TAILQ_INIT(&line->waiting);
    line->timer = fe_timer_new(polls->state->loop, on_timer, line);
    LIST_INSERT_HEAD(&polls->lines, line, link);
    runtime->queue.taker = &line->taker;
    return line;
}

static int refuse_to_wait(struct fe_exchange *x)
{
    static const struct fe_api_error full = {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests",
                                             "Too many polls wait for a job of this runtime."};
    return fe_reply_error(x, &full, NULL);
}

static int wait_in_line(struct fe_polls *polls, struct fe_runtime *runtime, struct poll *poll)
{
    int64_t timeout_ms = runtime->poll_timeout_ms >= 0 ? runtime->poll_timeout_ms
                                                       : polls->state->settings.poll_timeout_ms;
    if (timeout_ms == 0) {
        return fe_reply_empty(poll->x, 204);
    }
    struct fe_taker *taker = runtime->queue.taker;
    if (taker && taker->waiting >= FE_LIMIT_PARKED_POLLS) {
        return refuse_to_wait(poll->x);
    }
    struct line *line = taker ? line_of(taker) : open_line(polls, runtime);
    int64_t now_ns = fe_clock_monotonic_ns();
    poll->line = line;
    poll->deadline_ns = now_ns + timeout_ms * FE_NS_PER_MS;
    TAILQ_INSERT_TAIL(&line->waiting, poll, link);
    line->taker.waiting++;
    if (!line->timer_runs) {
        set_timer(line, now_ns);
    }
    return FE_LATER;
}

int fe_polls_take(struct fe_polls *polls, struct fe_runtime *runtime, struct fe_exchange *x,
                  enum fe_job_shape shape)
{
    struct poll *poll = fe_arena_alloc(fe_exchange_arena(x), sizeof(*poll));
    poll->state = polls->state;
    poll->x = x;
    poll->shape = shape;
    fe_exchange_on_end(x, on_end, poll);
    runtime->polled_ns = fe_clock_now_ns(&polls->state->env->clock);
    const struct fe_job *job = fe_queue_lease(&runtime->queue);
    return job ? give(poll, runtime, job) : wait_in_line(polls, runtime, poll);
}

size_t fe_polls_waiting(const struct fe_runtime *runtime)
{
    return runtime->queue.taker ? runtime->queue.taker->waiting : 0;
}

void fe_polls_clear(struct fe_polls *polls)
{
    struct line *line = LIST_FIRST(&polls->lines);
    while (line) {
        struct line *next = LIST_NEXT(line, link);
        line->runtime->queue.taker = NULL;
        close_line(line);
        line = next;
    }
}

void fe_polls_free(struct fe_polls *polls)
{
    fe_polls_clear(polls);
    free(polls);
}

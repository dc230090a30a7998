/* SPDX-License-Identifier: MIT */
#include "emulate/state/jobs.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/limits.h"
#include "util/map.h"
#include "util/spool.h"

struct fe_jobs {
    struct fe_env *env;
    const struct fe_settings *settings;
    struct fe_deadlines *deadlines;
    struct fe_map by_id;
    uint64_t last_number;
    int64_t pending_bytes;       /* of unfinished jobs */
    struct fe_job_list finished; /* in the order of their end */
    size_t finished_count;
    int64_t finished_bytes; /* with their results */
};

static void on_due(void *arg, struct fe_deadline *deadline)
{
    struct fe_job *job = (struct fe_job *)((char *)deadline - offsetof(struct fe_job, deadline));
    (void)arg;
    if (job->state == FE_JOB_QUEUED) {
        fe_job_cancel(job, FE_JOB_NEVER_TAKEN);
    } else {
        fe_job_fail(job, FE_JOB_NEVER_ANSWERED);
    }
}

struct fe_jobs *fe_jobs_new(struct fe_env *env, struct fe_loop *loop,
                            const struct fe_settings *settings)
{
    struct fe_jobs *jobs = fe_xalloc(sizeof(*jobs));
    jobs->env = env;
    jobs->settings = settings;
    jobs->deadlines = fe_deadlines_new(env, loop, on_due, jobs);
    fe_map_init(&jobs->by_id, &env->random);
    TAILQ_INIT(&jobs->finished);
    return jobs;
}

static int64_t now_ns(const struct fe_jobs *jobs)
{
    return fe_clock_now_ns(&jobs->env->clock);
}

/* ── forgetting ── */

static int64_t kept_bytes(const struct fe_job *job)
{
    return (int64_t)job->bytes + (job->result ? fe_spool_length(job->result) : 0);
}

static void forget(struct fe_jobs *jobs, struct fe_job *job)
{
    assert(fe_job_finished(job));
    TAILQ_REMOVE(&jobs->finished, job, finished_link);
    jobs->finished_count--;
    jobs->finished_bytes -= kept_bytes(job);
    if (job->queue) {
        TAILQ_REMOVE(&job->queue->all, job, queue_link);
    }
    (void)fe_map_remove(&jobs->by_id, fe_slice_cstr(job->id));
    fe_job_free(job);
}

static bool is_due(const struct fe_jobs *jobs, const struct fe_job *job)
{
    return jobs->finished_count > FE_LIMIT_JOBS_KEPT ||
           jobs->finished_bytes > FE_LIMIT_RESULTS_KEPT_BYTES ||
           now_ns(jobs) - job->finished_ns >= FE_LIMIT_JOB_KEPT_MS * FE_NS_PER_MS;
}

/* Whenever somebody asks or something ends, and not by a timer: the emulator's clock may jump. */
static void forget_due(struct fe_jobs *jobs)
{
    struct fe_job *oldest = TAILQ_FIRST(&jobs->finished);
    while (oldest && is_due(jobs, oldest)) {
        struct fe_job *next = TAILQ_NEXT(oldest, finished_link);
        forget(jobs, oldest);
        oldest = next;
    }
}

void fe_jobs_clear(struct fe_jobs *jobs)
{
    struct fe_job *job = TAILQ_FIRST(&jobs->finished);
    while (job) {
        struct fe_job *next = TAILQ_NEXT(job, finished_link);
        forget(jobs, job);
        job = next;
    }
    assert(jobs->by_id.count == 0);
}

void fe_jobs_free(struct fe_jobs *jobs)
{
    if (jobs) {
        fe_jobs_clear(jobs);
        fe_deadlines_free(jobs->deadlines);
        fe_map_done(&jobs->by_id);
        free(jobs);
    }
}

void fe_jobs_clock_changed(struct fe_jobs *jobs)
{
    fe_deadlines_check(jobs->deadlines);
}

struct fe_job *fe_jobs_find(struct fe_jobs *jobs, struct fe_slice id)
{
    forget_due(jobs);
    return fe_map_get(&jobs->by_id, id);
}

/* ── ending ── */

static void leave_line(struct fe_job *job)
{
    TAILQ_REMOVE(&job->queue->waiting, job, waiting_link);
    job->queue->waiting_count--;
}

static void end_job(struct fe_job *job, enum fe_job_state state)
{
    struct fe_jobs *jobs = job->jobs;
    assert(!fe_job_finished(job));
    if (job->state == FE_JOB_QUEUED) {
        leave_line(job);
    }
    fe_deadline_clear(jobs->deadlines, &job->deadline);
    job->state = state;
    job->finished_ns = now_ns(jobs);
    jobs->pending_bytes -= (int64_t)job->bytes;
    jobs->finished_count++;
    jobs->finished_bytes += kept_bytes(job);
    TAILQ_INSERT_TAIL(&jobs->finished, job, finished_link);
    fe_job_tell(job);
}

void fe_job_succeed(struct fe_job *job, struct fe_spool *result)
{
    struct fe_jobs *jobs = job->jobs;
    job->result = result;
    job->reason = result ? FE_JOB_REASON_NONE : FE_JOB_RESULT_NOT_KEPT;
    end_job(job, FE_JOB_SUCCEEDED);
    forget_due(jobs);
}

void fe_job_succeed_elsewhere(struct fe_job *job)
{
    struct fe_jobs *jobs = job->jobs;
    job->reason = FE_JOB_RESULT_ELSEWHERE;
    end_job(job, FE_JOB_SUCCEEDED);
    forget_due(jobs);
}

void fe_job_fail(struct fe_job *job, enum fe_job_reason reason)
{
    struct fe_jobs *jobs = job->jobs;
    job->reason = reason;
    end_job(job, FE_JOB_FAILED);
    forget_due(jobs);
}

void fe_job_cancel(struct fe_job *job, enum fe_job_reason reason)
{
    struct fe_jobs *jobs = job->jobs;
    job->reason = reason;
    end_job(job, FE_JOB_CANCELED);
    forget_due(jobs);
}

/* ── the queue ── */

void fe_queue_init(struct fe_queue *queue, struct fe_jobs *jobs)
{
    *queue = (struct fe_queue){.jobs = jobs};
    TAILQ_INIT(&queue->waiting);
    TAILQ_INIT(&queue->all);
}

void fe_queue_reset(struct fe_queue *queue)
{
    struct fe_taker *taker = queue->taker;
    queue->taker = NULL;
    queue->asked_ns = 0;
    if (taker) {
        taker->on_close(taker);
    }
    struct fe_job *job = NULL;
    TAILQ_FOREACH (job, &queue->all, queue_link) {
        if (!fe_job_finished(job)) {
            job->reason = FE_JOB_RUNTIME_RESET;
            end_job(job, FE_JOB_CANCELED);
        }
    }
    forget_due(queue->jobs);
}

void fe_queue_done(struct fe_queue *queue)
{
    fe_queue_reset(queue);
    struct fe_job *job = NULL;
    TAILQ_FOREACH (job, &queue->all, queue_link) {
        job->queue = NULL;
    }
    TAILQ_INIT(&queue->all);
}

static void offer(struct fe_queue *queue)
{
    if (queue->taker && !TAILQ_EMPTY(&queue->waiting)) {
        queue->taker->on_job(queue->taker);
    }
}

/* By how it waits now: in line, from its submission; for its result, from its dispatch. */
static void set_deadline(struct fe_job *job)
{
    const struct fe_queue *queue = job->queue;
    const struct fe_settings *settings = job->jobs->settings;
    bool in_line = job->state == FE_JOB_QUEUED;
    int64_t from_ns = in_line ? job->submitted_ns : job->dispatched_ns;
    int64_t timeout_ms = in_line ? queue->queue_timeout_ms : queue->job_timeout_ms;
    if (timeout_ms < 0) {
        timeout_ms = in_line ? settings->queue_timeout_ms : settings->job_timeout_ms;
    }
    if (timeout_ms > 0) {
        int64_t room_ms =
            (FE_CLOCK_MAX_NS - from_ns) / FE_NS_PER_MS; /* the clock goes no further */
        timeout_ms = timeout_ms < room_ms ? timeout_ms : room_ms;
        fe_deadline_set(job->jobs->deadlines, &job->deadline, from_ns + timeout_ms * FE_NS_PER_MS);
    } else {
        fe_deadline_clear(job->jobs->deadlines, &job->deadline);
    }
}

static bool is_full(const struct fe_queue *queue, const struct fe_job_request *request)
{
    return queue->waiting_count >= FE_LIMIT_QUEUED_JOBS ||
           queue->jobs->pending_bytes + (int64_t)fe_job_bytes(request) >
               FE_LIMIT_JOBS_PENDING_BYTES;
}

/* One that nobody has heard of yet, and that stands in no line. */
static int add_job(struct fe_queue *queue, const struct fe_job_request *request,
                   struct fe_job **job_out)
{
    struct fe_jobs *jobs = queue->jobs;
    forget_due(jobs);
    if (is_full(queue, request)) {
        return -ENOBUFS;
    }
    struct fe_job *job = fe_job_new(request);
    if (job == NULL) {
        return -ENOMEM;
    }
    if (request->id.len > 0) {
        assert(fe_job_id_valid(request->id) && fe_map_get(&jobs->by_id, request->id) == NULL);
        memcpy(job->id, request->id.ptr, request->id.len);
    } else {
        fe_uuid_random(&jobs->env->random, job->id);
    }
    job->jobs = jobs;
    job->queue = queue;
    job->number = ++jobs->last_number;
    job->submitted_ns = now_ns(jobs);
    jobs->pending_bytes += (int64_t)job->bytes;
    (void)fe_map_put(&jobs->by_id, fe_slice_cstr(job->id), job);
    TAILQ_INSERT_TAIL(&queue->all, job, queue_link);
    *job_out = job;
    return 0;
}

int fe_queue_submit(struct fe_queue *queue, const struct fe_job_request *request,
                    struct fe_job **job_out)
{
    int r = add_job(queue, request, job_out);
    if (r < 0) {
        return r;
    }
    TAILQ_INSERT_TAIL(&queue->waiting, *job_out, waiting_link);
    queue->waiting_count++;
    set_deadline(*job_out);
    offer(queue);
    return 0;
}

int fe_queue_adopt(struct fe_queue *queue, const struct fe_job_request *request,
                   struct fe_job **job_out)
{
    int r = add_job(queue, request, job_out);
    if (r == 0) {
        (*job_out)->state = FE_JOB_IN_PROGRESS;
        (*job_out)->dispatched_ns = (*job_out)->submitted_ns;
        set_deadline(*job_out);
    }
    return r;
}

struct fe_job *fe_queue_lease(struct fe_queue *queue)
{
    queue->asked_ns = now_ns(queue->jobs);
    struct fe_job *job = TAILQ_FIRST(&queue->waiting);
    if (job) {
        leave_line(job);
        job->state = FE_JOB_LEASED;
        job->dispatched_ns = queue->asked_ns;
        set_deadline(job);
    }
    return job;
}

void fe_job_delivered(struct fe_job *job)
{
    if (job->state == FE_JOB_LEASED) {
        job->state = FE_JOB_IN_PROGRESS;
        fe_job_tell(job);
    }
}

/* The walk passes only jobs that were returned before it: leases live for a moment, and all others
 * in line came later. */
static void rejoin_line(struct fe_job *job)
{
    struct fe_job_list *waiting = &job->queue->waiting;
    struct fe_job *later = TAILQ_FIRST(waiting);
    while (later && later->number < job->number) {
        later = TAILQ_NEXT(later, waiting_link);
    }
    if (later) {
        TAILQ_INSERT_BEFORE(later, job, waiting_link);
    } else {
        TAILQ_INSERT_TAIL(waiting, job, waiting_link);
    }
    job->queue->waiting_count++;
}

void fe_job_returned(struct fe_job *job)
{
    if (job->state == FE_JOB_LEASED) {
        job->state = FE_JOB_QUEUED;
        job->dispatched_ns = 0;
        rejoin_line(job);
        set_deadline(job);
        offer(job->queue);
    }
}

struct fe_replicas fe_queue_replicas(const struct fe_queue *queue)
{
    size_t waiting = queue->taker ? queue->taker->waiting : 0;
    int64_t silent_ns = now_ns(queue->jobs) - queue->asked_ns;
    if (waiting > 0) {
        return (struct fe_replicas){FE_REPLICA_RESPONSIVE, waiting};
    }
    if (queue->asked_ns == 0) {
        return (struct fe_replicas){FE_REPLICA_STARTING, 1};
    }
    return (struct fe_replicas){silent_ns < FE_LIMIT_REPLICA_SILENT_MS * FE_NS_PER_MS
                                    ? FE_REPLICA_RESPONSIVE
                                    : FE_REPLICA_UNRESPONSIVE,
                                1};
}

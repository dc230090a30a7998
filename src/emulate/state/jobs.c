/* SPDX-License-Identifier: MIT */
#include "emulate/state/jobs.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "emulate/state/result.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/map.h"

struct fe_jobs {
    struct fe_env *env;
    struct fe_map by_id;
    uint64_t last_number;
    int64_t pending_bytes;       /* of unfinished jobs */
    struct fe_job_list finished; /* in the order of their end */
    size_t finished_count;
    int64_t finished_bytes; /* with their results */
};

struct fe_jobs *fe_jobs_new(struct fe_env *env)
{
    struct fe_jobs *jobs = fe_xalloc(sizeof(*jobs));
    jobs->env = env;
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
    return (int64_t)job->bytes + (job->result ? fe_result_length(job->result) : 0);
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
        fe_map_done(&jobs->by_id);
        free(jobs);
    }
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
    job->state = state;
    job->finished_ns = now_ns(jobs);
    jobs->pending_bytes -= (int64_t)job->bytes;
    jobs->finished_count++;
    jobs->finished_bytes += kept_bytes(job);
    TAILQ_INSERT_TAIL(&jobs->finished, job, finished_link);
    fe_job_tell(job);
}

void fe_job_succeed(struct fe_job *job, struct fe_result *result)
{
    struct fe_jobs *jobs = job->jobs;
    job->result = result;
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
    queue->asked = false;
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

static bool is_full(const struct fe_queue *queue, const struct fe_job_request *request)
{
    return queue->waiting_count >= FE_LIMIT_QUEUED_JOBS ||
           queue->jobs->pending_bytes + (int64_t)fe_job_bytes(request) >
               FE_LIMIT_JOBS_PENDING_BYTES;
}

int fe_queue_submit(struct fe_queue *queue, const struct fe_job_request *request,
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
    fe_uuid_random(&jobs->env->random, job->id);
    job->jobs = jobs;
    job->queue = queue;
    job->number = ++jobs->last_number;
    job->submitted_ns = now_ns(jobs);
    jobs->pending_bytes += (int64_t)job->bytes;
    (void)fe_map_put(&jobs->by_id, fe_slice_cstr(job->id), job);
    TAILQ_INSERT_TAIL(&queue->all, job, queue_link);
    TAILQ_INSERT_TAIL(&queue->waiting, job, waiting_link);
    queue->waiting_count++;
    offer(queue);
    *job_out = job;
    return 0;
}

struct fe_job *fe_queue_lease(struct fe_queue *queue)
{
    queue->asked = true;
    struct fe_job *job = TAILQ_FIRST(&queue->waiting);
    if (job) {
        leave_line(job);
        job->state = FE_JOB_LEASED;
        job->dispatched_ns = now_ns(queue->jobs);
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
        offer(job->queue);
    }
}

/* SPDX-License-Identifier: MIT */
/* Jobs, from their submission to an hour after their end. Each stands in the queue of one runtime;
 * whoever takes jobs from there leases them, and gives back what could not be delivered:
 *
 *     QUEUED ──lease──► LEASED ──delivered──► IN_PROGRESS ──► SUCCEEDED, FAILED or CANCELED
 *        ▲─────returned────┘        (any of the first three may end directly)
 *
 * A job pointer is good for the call at hand. Whoever comes back later keeps the id, or a watcher:
 * finished jobs are forgotten after FE_LIMIT_JOB_KEPT_MS of the emulator's clock, or when more than
 * FE_LIMIT_JOBS_KEPT of them or FE_LIMIT_RESULTS_KEPT_BYTES gather, the oldest first. */
#ifndef FE_EMULATE_STATE_JOBS_H
#define FE_EMULATE_STATE_JOBS_H

#include "emulate/state/job.h"
#include "emulate/state/settings.h"
#include "util/env.h"

struct fe_loop;

/* Whoever takes a queue's jobs; lives in the taker's memory. */
struct fe_taker {
    void (*on_job)(struct fe_taker *taker);   /* a job waits: lease it, or leave it */
    void (*on_close)(struct fe_taker *taker); /* the queue is reset; the taker is detached */
    size_t waiting;                           /* how many modules stand behind it */
};

/* To be read, not written, outside jobs.c; but `taker` is set by whoever comes to take, and the
 * times by whoever makes or resets the queue. */
struct fe_queue {
    struct fe_jobs *jobs;
    struct fe_taker *taker;     /* NULL: nobody waits here */
    struct fe_job_list waiting; /* in the order of submission */
    struct fe_job_list all;     /* every job that is kept, likewise */
    size_t waiting_count;
    int64_t asked_ns;         /* when somebody last asked for a job; 0: not since the last reset */
    int64_t queue_timeout_ms; /* canceled if no module takes it; -1: the setting's, 0: never */
    int64_t job_timeout_ms;   /* failed if its module does not answer; likewise */
};

/* All are borrowed. */
struct fe_jobs *fe_jobs_new(struct fe_env *env, struct fe_loop *loop,
                            const struct fe_settings *settings);
/* Forgets every job. The queues that they stood in are done, or reset, beforehand. */
void fe_jobs_clear(struct fe_jobs *jobs);
void fe_jobs_free(struct fe_jobs *jobs);

/* The emulator's clock has been moved: ends what has waited too long by it. */
void fe_jobs_clock_changed(struct fe_jobs *jobs);

/* NULL: unknown, or forgotten. */
struct fe_job *fe_jobs_find(struct fe_jobs *jobs, struct fe_slice id);

void fe_queue_init(struct fe_queue *queue, struct fe_jobs *jobs);
/* Cancels its unfinished jobs and detaches its taker. */
void fe_queue_reset(struct fe_queue *queue);
/* The same, and its finished jobs live on without it. */
void fe_queue_done(struct fe_queue *queue);

/* 0; -ENOBUFS: FE_LIMIT_QUEUED_JOBS wait here, or all unfinished jobs fill
 * FE_LIMIT_JOBS_PENDING_BYTES; -ENOMEM. The taker may have leased the job when this returns. */
int fe_queue_submit(struct fe_queue *queue, const struct fe_job_request *request,
                    struct fe_job **job_out);

/* The same for a job that a module has already, and that is offered to nobody: it begins
 * IN_PROGRESS.
 */
int fe_queue_adopt(struct fe_queue *queue, const struct fe_job_request *request,
                   struct fe_job **job_out);

/* The job that has waited longest, now LEASED; NULL if none waits. */
struct fe_job *fe_queue_lease(struct fe_queue *queue);

/* How the lease ended; a job that has finished meanwhile stays finished. One that is returned is
 * QUEUED again, before all that came later, and is offered at once. */
void fe_job_delivered(struct fe_job *job);
void fe_job_returned(struct fe_job *job);

/* Each ends an unfinished job. The result becomes the job's; NULL: it has gone to the caller, and
 * is not kept. */
void fe_job_succeed(struct fe_job *job, struct fe_spool *result);
void fe_job_succeed_elsewhere(struct fe_job *job); /* FE_JOB_RESULT_ELSEWHERE */
void fe_job_fail(struct fe_job *job, enum fe_job_reason reason);
void fe_job_cancel(struct fe_job *job, enum fe_job_reason reason);

/* The modules behind a queue: no request says which of them sends it, so those count that wait for
 * a job now. While none does, there is one: about to start, at work, or lost. */
enum fe_replica_state {
    FE_REPLICA_STARTING,    /* nobody has asked for a job yet */
    FE_REPLICA_RESPONSIVE,  /* somebody waits, or has asked a moment ago */
    FE_REPLICA_UNRESPONSIVE /* FE_LIMIT_REPLICA_SILENT_MS have passed since */
};
struct fe_replicas {
    enum fe_replica_state state;
    size_t count;
};
struct fe_replicas fe_queue_replicas(const struct fe_queue *queue);

#endif

/* SPDX-License-Identifier: MIT */
/* One job: what was asked, how far it is, and who waits to hear of it. Its way through the queues
 * is told in emulate/state/jobs.h. */
#ifndef FE_EMULATE_STATE_JOB_H
#define FE_EMULATE_STATE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "emulate/state/deadlines.h"
#include "util/id.h"
#include "util/slice.h"

struct fe_job;
struct fe_jobs;
struct fe_listener;
struct fe_queue;
struct fe_spool;

enum {
    FE_JOB_ID_BYTES = 65
};

enum fe_job_state {
    FE_JOB_QUEUED,
    FE_JOB_LEASED, /* put into an answer that has not left yet */
    FE_JOB_IN_PROGRESS,
    FE_JOB_SUCCEEDED,
    FE_JOB_FAILED,
    FE_JOB_CANCELED
};

/* Why a job ended without a result. */
enum fe_job_reason {
    FE_JOB_REASON_NONE,
    FE_JOB_RESULT_TOO_LARGE,  /* failed: past FE_LIMIT_RESULT_BYTES */
    FE_JOB_RESULT_NOT_STORED, /* failed: no room for its bytes */
    FE_JOB_RESULT_NOT_KEPT,   /* succeeded: its caller had it as it came, and nobody else will */
    FE_JOB_RESULT_ELSEWHERE,  /* succeeded: in a recording, which does not have its result */
    FE_JOB_ENDED_ELSEWHERE,   /* failed: likewise */
    FE_JOB_NEVER_ANSWERED,    /* failed: its module gave no result in time */
    FE_JOB_NEVER_TAKEN,       /* canceled: no module asked for it in time */
    FE_JOB_CALLED_OFF,        /* canceled: its caller said so */
    FE_JOB_RUNTIME_RESET      /* canceled: the runtime was reset or removed */
};

/* Waits for a job's next change; lives in the waiter's memory, zeroed but for on_change. */
struct fe_watcher {
    LIST_ENTRY(fe_watcher) link;
    struct fe_job *job; /* NULL: not watching */
    /* The job has been delivered or has finished. The watch is over by then; it may be taken up
     * again, others may be stopped. Must not submit or end jobs. */
    void (*on_change)(struct fe_watcher *watcher, struct fe_job *job);
};

LIST_HEAD(fe_watcher_list, fe_watcher);

/* `query` is JSON text, kept byte for byte. */
struct fe_job_request {
    struct fe_slice id;      /* one that no other job has; empty: one is drawn */
    struct fe_slice app_rid; /* empty: submitted to the runtime itself */
    struct fe_slice app_branch;
    struct fe_slice query_type;
    struct fe_slice query;
    struct fe_slice user_id;   /* empty: nobody in particular */
    struct fe_slice client_id; /* the rest of the principal, as far as a token of its needs it */
    struct fe_slice scopes;
    bool all_scopes;
};

/* To be read, not written, outside jobs.c. */
struct fe_job {
    char id[FE_JOB_ID_BYTES];
    enum fe_job_state state;
    enum fe_job_reason reason;
    struct fe_job_request request; /* its texts are the job's own, and `id` is empty */
    struct fe_spool *result;       /* of a succeeded job, unless not kept; else NULL */
    int64_t submitted_ns;          /* the emulator's clock; 0: not yet */
    int64_t dispatched_ns;
    int64_t finished_ns;

    struct fe_jobs *jobs;
    struct fe_queue *queue; /* NULL: its runtime has been removed */
    uint64_t number;        /* the order of submission */
    size_t bytes;           /* of memory, without the result */
    struct fe_deadline deadline;
    struct fe_watcher_list watchers;
    struct fe_listener *listener; /* who has its result as it comes (state/stream.h); NULL */
    TAILQ_ENTRY(fe_job) waiting_link;
    TAILQ_ENTRY(fe_job) queue_link;
    TAILQ_ENTRY(fe_job) finished_link;
};

TAILQ_HEAD(fe_job_list, fe_job);

/* 1 to 64 of the characters that need no escape in a URL, without dots: modules put it into one. */
bool fe_job_id_valid(struct fe_slice id);

/* Says who asks. */
struct fe_principal;
void fe_job_request_by(struct fe_job_request *request, const struct fe_principal *principal);

/* A queued job with copies of the request's texts and no id yet; NULL when memory is out. */
struct fe_job *fe_job_new(const struct fe_job_request *request);
/* With its result. Nobody watches it. */
void fe_job_free(struct fe_job *job);

/* The memory that a job with these texts takes. */
size_t fe_job_bytes(const struct fe_job_request *request);

bool fe_job_finished(const struct fe_job *job);

/* "queued", "inProgress", "succeeded", "failed", "canceled", as Foundry calls them. A leased job is
 * still queued to the outside. */
const char *fe_job_state_name(enum fe_job_state state);

/* `job` is unfinished, `watcher` is not watching. */
void fe_job_watch(struct fe_job *job, struct fe_watcher *watcher);
void fe_watcher_stop(struct fe_watcher *watcher); /* also when it is not watching */

/* Tells every watcher, once. */
void fe_job_tell(struct fe_job *job);

#endif

/* SPDX-License-Identifier: MIT */
#include "emulate/state/job.h"

#include <assert.h>
#include <stdlib.h>

#include "emulate/state/principal.h"
#include "util/alloc.h"
#include "util/spool.h"

size_t fe_job_bytes(const struct fe_job_request *request)
{
    return sizeof(struct fe_job) + request->app_rid.len + request->app_branch.len +
           request->query_type.len + request->query.len + request->user_id.len +
           request->client_id.len + request->scopes.len;
}

void fe_job_request_by(struct fe_job_request *request, const struct fe_principal *principal)
{
    request->user_id = principal->user_id;
    request->client_id = principal->client_id;
    request->scopes = principal->scopes;
    request->all_scopes = principal->all_scopes;
}

/* Copies to *end, which moves on. */
static struct fe_slice keep(char **end, struct fe_slice text)
{
    struct fe_slice kept = {*end, text.len};
    if (text.len > 0) {
        memcpy(*end, text.ptr, text.len);
        *end += text.len;
    }
    return kept;
}

struct fe_job *fe_job_new(const struct fe_job_request *request)
{
    size_t bytes = fe_job_bytes(request);
    struct fe_job *job = fe_alloc(bytes);
    if (job == NULL) {
        return NULL;
    }
    *job = (struct fe_job){.bytes = bytes};
    char *end = (char *)(job + 1);
    job->request = (struct fe_job_request){
        .app_rid = keep(&end, request->app_rid),
        .app_branch = keep(&end, request->app_branch),
        .query_type = keep(&end, request->query_type),
        .query = keep(&end, request->query),
        .user_id = keep(&end, request->user_id),
        .client_id = keep(&end, request->client_id),
        .scopes = keep(&end, request->scopes),
        .all_scopes = request->all_scopes,
    };
    LIST_INIT(&job->watchers);
    return job;
}

void fe_job_free(struct fe_job *job)
{
    assert(LIST_EMPTY(&job->watchers) && job->listener == NULL);
    fe_spool_free(job->result);
    free(job);
}

bool fe_job_id_valid(struct fe_slice id)
{
    static const char good[] = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < id.len; i++) {
        if (id.ptr[i] == '\0' || strchr(good, id.ptr[i]) == NULL) {
            return false;
        }
    }
    return id.len > 0 && id.len < FE_JOB_ID_BYTES;
}

bool fe_job_finished(const struct fe_job *job)
{
    return job->state >= FE_JOB_SUCCEEDED;
}

const char *fe_job_state_name(enum fe_job_state state)
{
    switch (state) {
    case FE_JOB_QUEUED:
    case FE_JOB_LEASED:
        return "queued";
    case FE_JOB_IN_PROGRESS:
        return "inProgress";
    case FE_JOB_SUCCEEDED:
        return "succeeded";
    case FE_JOB_FAILED:
        return "failed";
    case FE_JOB_CANCELED:
        return "canceled";
    }
    abort();
}

void fe_job_watch(struct fe_job *job, struct fe_watcher *watcher)
{
    assert(!fe_job_finished(job));
    assert(watcher->job == NULL);
    watcher->job = job;
    LIST_INSERT_HEAD(&job->watchers, watcher, link);
}

void fe_watcher_stop(struct fe_watcher *watcher)
{
    if (watcher->job) {
        watcher->job = NULL;
        LIST_REMOVE(watcher, link);
    }
}

/* The watchers leave the job's list before the first is told: whoever starts to watch meanwhile
 * waits for the next change, and whoever stops leaves the list it is in. */
void fe_job_tell(struct fe_job *job)
{
    struct fe_watcher_list told = job->watchers;
    LIST_INIT(&job->watchers);
    if (!LIST_EMPTY(&told)) {
        LIST_FIRST(&told)->link.le_prev = &LIST_FIRST(&told);
    }
    while (!LIST_EMPTY(&told)) {
        struct fe_watcher *watcher = LIST_FIRST(&told);
        fe_watcher_stop(watcher);
        watcher->on_change(watcher, job);
    }
}

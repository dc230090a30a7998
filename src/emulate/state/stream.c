/* SPDX-License-Identifier: MIT */
#include "emulate/state/stream.h"

#include <assert.h>
#include <stddef.h>

void fe_job_listen(struct fe_job *job, struct fe_listener *listener)
{
    assert(!fe_job_finished(job) && job->listener == NULL);
    assert(listener->job == NULL && listener->stream == NULL);
    listener->job = job;
    job->listener = listener;
}

static void leave_job(struct fe_listener *listener)
{
    if (listener->job) {
        listener->job->listener = NULL;
        listener->job = NULL;
    }
}

/* NULL: it was on none. */
static struct fe_stream *leave_stream(struct fe_listener *listener)
{
    struct fe_stream *stream = listener->stream;
    if (stream) {
        stream->listener = NULL;
        listener->stream = NULL;
    }
    return stream;
}

void fe_listener_stop(struct fe_listener *listener)
{
    leave_job(listener);
    struct fe_stream *stream = leave_stream(listener);
    if (stream) {
        stream->on_resume(stream);
    }
}

void fe_listener_ready(struct fe_listener *listener)
{
    if (listener->stream) {
        listener->stream->on_resume(listener->stream);
    }
}

bool fe_stream_begin(struct fe_stream *stream, struct fe_job *job, int64_t length)
{
    struct fe_listener *listener = job->listener;
    if (listener == NULL) {
        return false;
    }
    leave_job(listener);
    listener->stream = stream;
    stream->listener = listener;
    listener->on_begin(listener, length);
    return true;
}

bool fe_stream_put(struct fe_stream *stream, struct fe_slice data)
{
    return stream->listener == NULL || stream->listener->on_data(stream->listener, data);
}

bool fe_stream_end(struct fe_stream *stream, bool complete)
{
    struct fe_listener *listener = stream->listener;
    if (listener == NULL) {
        return false;
    }
    (void)leave_stream(listener);
    listener->on_end(listener, complete);
    return true;
}

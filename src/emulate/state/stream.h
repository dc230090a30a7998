/* SPDX-License-Identifier: MIT */
/* A result on its way through: what its module posts is handed, piece by piece as it comes, to the
 * caller who waits for that very job. Neither side knows the other; each leaves when it likes.
 *
 * A listener hears of one stream only. If that breaks off, the listener's answer is lost, but not
 * the job: whatever is posted for it later is a result like any other. */
#ifndef FE_EMULATE_STATE_STREAM_H
#define FE_EMULATE_STATE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/state/job.h"
#include "util/slice.h"

/* Who posts; lives in the poster's memory, zeroed but for on_resume. */
struct fe_stream {
    struct fe_listener *listener; /* NULL: nobody listens, or no longer */
    /* The listener takes bytes again, or has left: nothing holds the stream up. */
    void (*on_resume)(struct fe_stream *stream);
};

/* Who waits; lives in the waiter's memory, zeroed but for the functions. */
struct fe_listener {
    struct fe_job *job;       /* NULL: not waiting for a stream */
    struct fe_stream *stream; /* NULL: not on one */

    /* Bytes will follow, `length` in all; -1: unknown. */
    void (*on_begin)(struct fe_listener *listener, int64_t length);
    /* Whether more may follow at once; if not, fe_listener_ready() says when. */
    bool (*on_data)(struct fe_listener *listener, struct fe_slice data);
    /* The listener is off the stream by then: it was complete, or broke off. */
    void (*on_end)(struct fe_listener *listener, bool complete);
};

/* Waits for a stream of an unfinished job's, which has no other listener. */
void fe_job_listen(struct fe_job *job, struct fe_listener *listener);
/* Leaves the job or the stream; also when it is on neither. */
void fe_listener_stop(struct fe_listener *listener);
/* After on_data has returned false. */
void fe_listener_ready(struct fe_listener *listener);

/* Whether somebody listened to the job, and now listens to this. */
bool fe_stream_begin(struct fe_stream *stream, struct fe_job *job, int64_t length);
/* Whether more may follow before on_resume. With no listener nothing is in the way. */
bool fe_stream_put(struct fe_stream *stream, struct fe_slice data);
/* Whether there was a listener until now, who has been told. */
bool fe_stream_end(struct fe_stream *stream, bool complete);

#endif

/* SPDX-License-Identifier: MIT */
/* A recording under way: takes what crosses the wire, in the order in which it does, and sees to it
 * that it ends up in a cassette, redacted. The loop's thread calls; every call copies and returns
 * at once. A thread of the recording's own redacts, encodes, writes and syncs.
 *
 * Between the two is a queue of FE_LIMIT_RECORDING_QUEUE_BYTES. When it is full, the caller is
 * asked to stop reading until there is room (fe_recording_is_full, fe_recording_watch_fd); nothing
 * is dropped. A disk that fails stops the recording, loudly, and not the traffic. */
#ifndef FE_CASSETTE_RECORDING_H
#define FE_CASSETTE_RECORDING_H

#include "cassette/frame.h"
#include "cassette/writer.h"
#include "util/arena.h"
#include "util/env.h"

struct fe_recording;

enum fe_sync {
    FE_SYNC_NONE,     /* when the kernel likes */
    FE_SYNC_INTERVAL, /* to the disk every 200 ms */
    FE_SYNC_EXCHANGE  /* to the disk behind every exchange, those that end together together */
};

struct fe_recording_options {
    struct fe_writer_options file;
    enum fe_sync sync;
    struct fe_frame_session
        session; /* without time, format and reader, which are the recording's */
};

/* Opens the cassette and starts the thread. `env` is borrowed: its clock gives the session's time,
 * its random the placeholders' key, its log hears of trouble (from the recording's thread, so the
 * sink must bear that). Failures as fe_writer_open(); why[] may be a note on success too. */
int fe_recording_open(const struct fe_recording_options *options, struct fe_env *env,
                      struct fe_recording **recording_out, char why[FE_WRITER_WHY_BYTES]);

/* Works off the queue, seals and closes; waits for it. 0, or the -errno of what went wrong at any
 * time. The recording is freed. NULL is fine. */
int fe_recording_close(struct fe_recording *recording);

/* ── what happens on the wire ──────────────────────────────────────────────────────────────── */

/* An exchange begins: its number. head->exchange and head->t_us are set by the recording. */
uint64_t fe_recording_request(struct fe_recording *recording, const struct fe_frame_head *head);
void fe_recording_interim(struct fe_recording *recording, uint64_t exchange,
                          const struct fe_frame_head *head);
void fe_recording_response(struct fe_recording *recording, uint64_t exchange,
                           const struct fe_frame_head *head);

/* Bytes of a body, framing taken off; `cut`: a chunk of the wire ends behind them, which may be
 * known later than they are: then there are none. */
void fe_recording_request_body(struct fe_recording *recording, uint64_t exchange,
                               struct fe_slice bytes, bool cut);
void fe_recording_response_body(struct fe_recording *recording, uint64_t exchange,
                                struct fe_slice bytes, bool cut);

/* How a body's framing ended. */
struct fe_recording_tail {
    struct fe_headers trailers;
    struct fe_frame_open_chunk open;
};

/* It has ended; its number is not used again. `note` as in fe_frame_end. */
struct fe_recording_end {
    enum fe_recorded_outcome outcome;
    struct fe_slice note;
    struct fe_recording_tail request;
    struct fe_recording_tail response;
};
void fe_recording_end(struct fe_recording *recording, uint64_t exchange,
                      const struct fe_recording_end *end);

/* Waits until all that has ended can be read in the file, or the recording has failed. */
void fe_recording_settle(struct fe_recording *recording);

/* The file that is written: while it is to take another's place, that has a name of its own. */
const char *fe_recording_file(const struct fe_recording *recording);

/* ── back-pressure ─────────────────────────────────────────────────────────────────────────── */

/* Whether the queue has no room: read no more until fe_recording_fd() becomes readable; then call
 * fe_recording_ack() and go on. Never true once the recording has failed. */
bool fe_recording_is_full(struct fe_recording *recording);
int fe_recording_fd(const struct fe_recording *recording); /* an eventfd, the recording's */
void fe_recording_ack(struct fe_recording *recording);

/* ── what is shown meanwhile ───────────────────────────────────────────────────────────────── */

/* A log sink (util/log.h; `arg` is the recording): the line goes through the queue, so that every
 * secret that crossed the wire before it is known, is redacted, and then goes to the sink that the
 * environment's log had when the recording was opened. */
void fe_recording_log_sink(struct fe_slice line, void *arg);

/* Text for the journal or an error, redacted with what is known now. */
struct fe_slice fe_recording_redact(struct fe_recording *recording, struct fe_slice text,
                                    struct fe_arena *arena);

struct fe_recording_facts {
    const char *path;
    uint64_t exchanges; /* ended and written */
    uint64_t bytes;     /* of the file */
    uint64_t lost;      /* exchanges not kept since the disk failed */
    int error;          /* 0, or the -errno that stopped it */
};
void fe_recording_facts(struct fe_recording *recording, struct fe_recording_facts *facts_out);

#endif

/* SPDX-License-Identifier: MIT */
/* The side of the disk: what is in the queue is redacted, encoded, written and synced. What has
 * ended is given to the kernel as soon as the queue is empty, and in any case soon, whatever the
 * sync; then only a loss of power can take it.
 *
 * When the disk has failed, all goes on but the writing: what crosses the wire must still be known
 * as a secret to whoever shows a log line. */
#include "cassette/recording_private.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cassette/recorded_exchange_private.h"
#include "cassette/recording_queue_private.h"
#include "cassette/redact/redactor.h"
#include "cassette/syncer_private.h"
#include "cassette/writer_private.h"

enum {
    SYNC_NS = 200 * 1000 * 1000,
    FLUSH_NS = 5 * 1000 * 1000 /* so long may an end wait for more to come */
};

/* ── trouble ── */

static void count_lost(struct fe_recording *recording, uint64_t count)
{
    (void)pthread_mutex_lock(&recording->lock);
    recording->facts.lost += count;
    (void)pthread_cond_signal(&recording->moved);
    (void)pthread_mutex_unlock(&recording->lock);
}

static void tell(const struct fe_recording *recording)
{
    char why[FE_WRITER_WHY_BYTES];
    fe_writer_explain(recording->path, recording->error, why);
    fe_log_printf(&recording->log, FE_LOG_ERROR,
                  "the recording has stopped: %s; what comes now is passed on, but not recorded%s",
                  why,
                  recording->overwrites ? "; what was recorded is beside it, in the file with "
                                          "\".part\" behind its name"
                                        : "");
}

/* Takes note of the first failure. */
static void check(struct fe_recording *recording, int result)
{
    if (result == 0 || recording->error != 0) {
        return;
    }
    recording->error = result;
    /* Who learns of the error does not find the queue full afterwards. */
    fe_recording_queue_give_up(recording->queue);
    (void)pthread_mutex_lock(&recording->lock);
    bool begun = recording->begun;
    recording->facts.error = result;
    recording->facts.lost += recording->unflushed_ends;
    if (recording->writer) {
        recording->facts.bytes = fe_writer_bytes(recording->writer);
    }
    (void)pthread_cond_signal(&recording->moved);
    (void)pthread_mutex_unlock(&recording->lock);
    recording->unflushed_ends = 0;
    if (begun) {
        tell(recording);
    }
}

/* ── to the kernel, to the disk ── */

static void put(void *arg, const struct fe_safe_frame *frame)
{
    struct fe_recording *recording = arg;
    if (recording->error == 0) {
        recording->unflushed = true;
        check(recording, fe_writer_put(recording->writer, frame));
    }
}

/* Whether the disk has taken it is known later. */
static void sync_soon(struct fe_recording *recording)
{
    recording->sync_ns = -1;
    fe_syncer_ask(recording->syncer);
}

static void flush(struct fe_recording *recording)
{
    if (!recording->unflushed || recording->error != 0) {
        return;
    }
    check(recording, fe_writer_flush(recording->writer));
    (void)pthread_mutex_lock(&recording->lock);
    recording->facts.exchanges += recording->unflushed_ends;
    recording->facts.bytes = fe_writer_bytes(recording->writer);
    (void)pthread_cond_signal(&recording->moved);
    (void)pthread_mutex_unlock(&recording->lock);
    recording->unflushed = false;
    recording->unflushed_ends = 0;
    if (recording->sync == FE_SYNC_INTERVAL && recording->sync_ns < 0) {
        recording->sync_ns = fe_clock_monotonic_ns() + SYNC_NS;
    }
}

/* Behind all that there was. */
static void settle(struct fe_recording *recording)
{
    check(recording, fe_syncer_error(recording->syncer));
    bool ended = recording->unflushed_ends > 0;
    flush(recording);
    bool due = recording->sync_ns >= 0 && fe_clock_monotonic_ns() >= recording->sync_ns;
    if (recording->error == 0 && (due || (ended && recording->sync == FE_SYNC_EXCHANGE))) {
        sync_soon(recording);
    }
}

static void flush_if_late(struct fe_recording *recording)
{
    if (recording->unflushed_ends > 0 &&
        fe_clock_monotonic_ns() - recording->unflushed_ns > FLUSH_NS) {
        settle(recording);
    }
}

/* ── one item ── */

static void show(const struct fe_log *log, struct fe_slice line)
{
    if (log->sink) {
        log->sink(line, log->sink_arg);
        return;
    }
    while (line.len > 0) {
        ssize_t n = write(STDERR_FILENO, line.ptr, line.len);
        if (n < 0 && errno != EINTR) {
            return; /* the log's own reader is gone: there is nobody to tell */
        }
        line = fe_slice_from(line, n > 0 ? (size_t)n : 0);
    }
}

static void on_log(struct fe_recording *recording, struct fe_slice line)
{
    struct fe_arena arena = {NULL};
    bool ends = line.len > 0 && line.ptr[line.len - 1] == '\n';
    struct fe_slice text = {line.ptr, line.len - ends};
    fe_recorder_lock(&recording->recorder);
    struct fe_slice safe = fe_redactor_text(recording->recorder.redactor, text, &arena);
    fe_recorder_unlock(&recording->recorder);
    if (safe.ptr != text.ptr || safe.len != text.len) {
        line = fe_arena_printf(&arena, FE_PRI "\n", FE_ARG(safe));
    }
    show(&recording->log, line);
    fe_arena_done(&arena);
}

static struct fe_recorded_exchange *find(struct fe_recording *recording, uint64_t exchange)
{
    const struct fe_slice key = {(const char *)&exchange, sizeof(exchange)};
    return fe_map_get(&recording->exchanges, key);
}

static void on_request(struct fe_recording *recording, const struct fe_queued *item,
                       struct fe_slice bytes)
{
    struct fe_recorded_exchange *x = fe_recorded_exchange_new(&recording->recorder, item->exchange);
    (void)fe_map_put(&recording->exchanges, fe_recorded_exchange_key(x), x);
    fe_recorded_exchange_head(x, FE_FRAME_REQUEST, bytes, item->t_us);
}

static void on_end(struct fe_recording *recording, struct fe_recorded_exchange *x,
                   struct fe_slice bytes, int64_t t_us)
{
    fe_recorded_exchange_end(x, bytes, t_us);
    (void)fe_map_remove(&recording->exchanges, fe_recorded_exchange_key(x));
    fe_recorded_exchange_free(x);
    if (recording->error != 0) {
        count_lost(recording, 1);
    } else if (recording->unflushed_ends++ == 0) {
        recording->unflushed_ns = fe_clock_monotonic_ns();
    }
}

static void on_item(struct fe_recording *recording, const struct fe_queued *item,
                    struct fe_slice bytes)
{
    if (item->kind == FE_QUEUED_LOG) {
        on_log(recording, bytes);
        return;
    }
    if (item->kind == FE_QUEUED_REQUEST) {
        on_request(recording, item, bytes);
        return;
    }
    struct fe_recorded_exchange *x = find(recording, item->exchange);
    if (x == NULL) {
        return; /* it has ended: whoever is late is not heard */
    }
    switch (item->kind) {
    case FE_QUEUED_INTERIM:
        fe_recorded_exchange_head(x, FE_FRAME_INTERIM, bytes, item->t_us);
        break;
    case FE_QUEUED_RESPONSE:
        fe_recorded_exchange_head(x, FE_FRAME_RESPONSE, bytes, item->t_us);
        break;
    case FE_QUEUED_REQUEST_BODY:
        fe_recorded_exchange_body(x, FE_FRAME_REQUEST_BODY, bytes, item->cut, item->t_us);
        break;
    case FE_QUEUED_RESPONSE_BODY:
        fe_recorded_exchange_body(x, FE_FRAME_RESPONSE_BODY, bytes, item->cut, item->t_us);
        break;
    case FE_QUEUED_END:
        on_end(recording, x, bytes, item->t_us);
        break;
    case FE_QUEUED_REQUEST:
    case FE_QUEUED_LOG:
        break;
    }
}

/* ── from its beginning to its end ── */

static void begin(struct fe_recording *recording)
{
    recording->sync_ns = -1;
    recording->recorder.put = put;
    recording->recorder.arg = recording;
    put(recording, recording->recorder.frame);
    flush(recording);
    /* A disk may say only then that it is full. */
    if (recording->error == 0 && recording->sync != FE_SYNC_NONE) {
        check(recording, fe_writer_sync(recording->writer));
    }
    recording->sync_ns = -1;
    if (recording->error == 0) {
        check(recording, fe_syncer_new(recording->writer->fd, &recording->syncer));
    }
    if (recording->error == 0) {
        (void)pthread_mutex_lock(&recording->lock);
        recording->begun = true;
        (void)pthread_cond_signal(&recording->moved);
        (void)pthread_mutex_unlock(&recording->lock);
    }
}

static void work_off(struct fe_recording *recording)
{
    const struct fe_queued *item = NULL;
    struct fe_slice bytes;
    while (fe_recording_queue_wait(recording->queue, recording->sync_ns)) {
        while ((item = fe_recording_queue_next(recording->queue, &bytes)) != NULL) {
            on_item(recording, item, bytes);
            flush_if_late(recording);
        }
        settle(recording);
    }
}

/* Exchanges that have not ended stay without an end. */
static void finish(struct fe_recording *recording)
{
    struct fe_recorded_exchange *x = NULL;
    size_t cursor = 0;
    while ((x = fe_map_next(&recording->exchanges, &cursor)) != NULL) {
        fe_recorded_exchange_free(x);
    }
    if (recording->error == 0) {
        recording->unflushed = true;
        check(recording, fe_writer_seal(recording->writer));
    }
    flush(recording);
    check(recording, fe_syncer_free(recording->syncer));
    int r = fe_writer_close(recording->writer);
    recording->writer = NULL;
    check(recording, r);
}

void *fe_recording_run(void *arg)
{
    struct fe_recording *recording = arg;
    begin(recording);
    if (recording->error != 0) {
        fe_writer_free(recording->writer);
        return NULL;
    }
    work_off(recording);
    finish(recording);
    return NULL;
}

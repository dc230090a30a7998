/* SPDX-License-Identifier: MIT */
/* The side of the loop: copies into the queue what it is told. The other side is
 * recording_thread.c. */
#include "cassette/recording_private.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "cassette/encode.h"
#include "cassette/recording_item_private.h"
#include "cassette/recording_queue_private.h"
#include "cassette/redact/redactor.h"
#include "cassette/writer_private.h"
#include "util/alloc.h"
#include "util/limits.h"

/* ── its life ── */

/* The mask is the thread's from its start: signals are for the loop, and SIGXFSZ for nobody, so
 * that a file that is too large is an error like others (cassette/writer.c). */
static int start_thread(struct fe_recording *recording)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&recording->thread, NULL, fe_recording_run, recording);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -r;
}

static void free_all(struct fe_recording *recording)
{
    fe_safe_frame_free(recording->recorder.frame);
    fe_redactor_free(recording->recorder.redactor);
    (void)pthread_mutex_destroy(&recording->recorder.turn);
    (void)pthread_mutex_destroy(&recording->recorder.lock);
    (void)pthread_mutex_destroy(&recording->lock);
    (void)pthread_cond_destroy(&recording->moved);
    fe_recording_queue_free(recording->queue);
    fe_map_done(&recording->exchanges);
    free(recording->path);
    free(recording->file);
    free(recording);
}

/* A clock that is stopped or moved from the start gives its times, too: so that tests know them.
 * One that runs does not: its time may be set meanwhile. */
static void set_clock(struct fe_recording *recording, const struct fe_env *env)
{
    if (env->clock.frozen) {
        recording->clock = &env->clock;
        recording->start_ns = fe_clock_now_ns(&env->clock);
    } else {
        recording->start_ns = fe_clock_monotonic_ns();
    }
}

static void encode_session(struct fe_recording *recording, struct fe_frame_session session,
                           const struct fe_env *env)
{
    char time[FE_TIME_TEXT_BYTES];
    fe_time_format(fe_clock_now_ns(&env->clock), time);
    session.time = fe_slice_cstr(time);
    session.format = FE_CASSETTE_FORMAT;
    session.reader = FE_CASSETTE_READER;
    fe_encode_session(&session, recording->recorder.frame);
}

static struct fe_recording *new_recording(const struct fe_recording_options *options,
                                          struct fe_env *env, struct fe_recording_queue *queue)
{
    struct fe_recording *recording = fe_xalloc(sizeof(*recording));
    recording->queue = queue;
    recording->sync = options->sync;
    recording->path = fe_xstrdup(fe_slice_cstr(options->file.path));
    recording->overwrites = options->file.mode == FE_WRITER_OVERWRITE;
    recording->log = env->log;
    recording->facts.path = recording->path;
    recording->recorder.redactor = fe_redactor_new(&options->session.redaction, &env->random);
    recording->recorder.keeps_secrets = options->session.redaction.secrets_kept;
    recording->recorder.frame = fe_safe_frame_new();
    (void)pthread_mutex_init(&recording->recorder.turn, NULL);
    (void)pthread_mutex_init(&recording->recorder.lock, NULL);
    (void)pthread_mutex_init(&recording->lock, NULL);
    (void)pthread_cond_init(&recording->moved, NULL);
    fe_map_init(&recording->exchanges, &env->random);
    set_clock(recording, env);
    encode_session(recording, options->session, env);
    return recording;
}

/* Until the first frame is in the file, or cannot be. */
static int wait_for_begin(struct fe_recording *recording)
{
    (void)pthread_mutex_lock(&recording->lock);
    while (!recording->begun && recording->facts.error == 0) {
        (void)pthread_cond_wait(&recording->moved, &recording->lock);
    }
    int r = recording->facts.error;
    (void)pthread_mutex_unlock(&recording->lock);
    if (r < 0) {
        (void)pthread_join(recording->thread, NULL);
    }
    return r;
}

int fe_recording_open(const struct fe_recording_options *options, struct fe_env *env,
                      struct fe_recording **recording_out, char why[FE_WRITER_WHY_BYTES])
{
    struct fe_writer *writer = NULL;
    struct fe_recording_queue *queue = NULL;
    int r = fe_writer_open(&options->file, &writer, why);
    if (r < 0) {
        return r;
    }
    r = fe_recording_queue_new(FE_LIMIT_RECORDING_QUEUE_BYTES, &queue);
    if (r < 0) {
        fe_writer_explain(options->file.path, r, why);
        fe_writer_free(writer);
        return r;
    }
    struct fe_recording *recording = new_recording(options, env, queue);
    recording->writer = writer;
    recording->file = fe_xstrdup(fe_slice_cstr(fe_writer_file(writer)));
    r = start_thread(recording);
    if (r < 0) {
        fe_writer_free(writer);
    } else {
        r = wait_for_begin(recording);
    }
    if (r < 0) {
        fe_writer_explain(options->file.path, r, why);
        free_all(recording);
        return r;
    }
    *recording_out = recording;
    return 0;
}

int fe_recording_close(struct fe_recording *recording)
{
    if (recording == NULL) {
        return 0;
    }
    fe_recording_queue_close(recording->queue);
    (void)pthread_join(recording->thread, NULL);
    int r = recording->facts.error;
    free_all(recording);
    return r;
}

/* ── what happens on the wire ── */

static int64_t now_us(struct fe_recording *recording)
{
    int64_t now_ns = recording->clock ? fe_clock_now_ns(recording->clock) : fe_clock_monotonic_ns();
    int64_t t_us = (now_ns - recording->start_ns) / FE_NS_PER_US;
    if (t_us > recording->t_us) {
        recording->t_us = t_us;
    }
    return recording->t_us;
}

static void put_head(struct fe_recording *recording, enum fe_queued_kind kind, uint64_t exchange,
                     const struct fe_frame_head *head)
{
    const struct fe_queued item = {.kind = kind,
                                   .exchange = exchange,
                                   .t_us = now_us(recording),
                                   .len = fe_item_head_bytes(head)};
    fe_item_put_head(fe_recording_queue_begin(recording->queue, &item), head);
    fe_recording_queue_commit(recording->queue);
}

uint64_t fe_recording_request(struct fe_recording *recording, const struct fe_frame_head *head)
{
    uint64_t exchange = ++recording->exchange;
    put_head(recording, FE_QUEUED_REQUEST, exchange, head);
    return exchange;
}

void fe_recording_interim(struct fe_recording *recording, uint64_t exchange,
                          const struct fe_frame_head *head)
{
    put_head(recording, FE_QUEUED_INTERIM, exchange, head);
}

void fe_recording_response(struct fe_recording *recording, uint64_t exchange,
                           const struct fe_frame_head *head)
{
    put_head(recording, FE_QUEUED_RESPONSE, exchange, head);
}

static void put_body(struct fe_recording *recording, const struct fe_queued *item,
                     struct fe_slice bytes)
{
    if (bytes.len > 0 || item->cut) {
        fe_recording_queue_put_body(recording->queue, *item, bytes);
    }
}

void fe_recording_request_body(struct fe_recording *recording, uint64_t exchange,
                               struct fe_slice bytes, bool cut)
{
    const struct fe_queued item = {.kind = FE_QUEUED_REQUEST_BODY,
                                   .cut = cut,
                                   .exchange = exchange,
                                   .t_us = now_us(recording)};
    put_body(recording, &item, bytes);
}

void fe_recording_response_body(struct fe_recording *recording, uint64_t exchange,
                                struct fe_slice bytes, bool cut)
{
    const struct fe_queued item = {.kind = FE_QUEUED_RESPONSE_BODY,
                                   .cut = cut,
                                   .exchange = exchange,
                                   .t_us = now_us(recording)};
    put_body(recording, &item, bytes);
}

void fe_recording_end(struct fe_recording *recording, uint64_t exchange,
                      const struct fe_recording_end *end)
{
    const struct fe_queued item = {.kind = FE_QUEUED_END,
                                   .exchange = exchange,
                                   .t_us = now_us(recording),
                                   .len = fe_item_end_bytes(end)};
    recording->ended++;
    fe_item_put_end(fe_recording_queue_begin(recording->queue, &item), end);
    fe_recording_queue_commit(recording->queue);
}

/* An end is written, or counted as lost, whatever happens. */
void fe_recording_settle(struct fe_recording *recording)
{
    const struct fe_recording_facts *facts = &recording->facts;
    (void)pthread_mutex_lock(&recording->lock);
    while (facts->exchanges + facts->lost < recording->ended && facts->error == 0) {
        (void)pthread_cond_wait(&recording->moved, &recording->lock);
    }
    (void)pthread_mutex_unlock(&recording->lock);
}

const char *fe_recording_file(const struct fe_recording *recording)
{
    return recording->file;
}

/* ── back-pressure ── */

bool fe_recording_is_full(struct fe_recording *recording)
{
    return fe_recording_queue_is_full(recording->queue);
}

int fe_recording_fd(const struct fe_recording *recording)
{
    return fe_recording_queue_fd(recording->queue);
}

void fe_recording_ack(struct fe_recording *recording)
{
    fe_recording_queue_ack(recording->queue);
}

/* ── what is shown meanwhile ── */

void fe_recording_log_sink(struct fe_slice line, void *arg)
{
    struct fe_recording *recording = arg;
    const struct fe_queued item = {.kind = FE_QUEUED_LOG, .len = line.len};
    char *room = fe_recording_queue_begin(recording->queue, &item);
    if (line.len > 0) {
        memcpy(room, line.ptr, line.len);
    }
    fe_recording_queue_commit(recording->queue);
}

struct fe_slice fe_recording_redact(struct fe_recording *recording, struct fe_slice text,
                                    struct fe_arena *arena)
{
    fe_recorder_lock(&recording->recorder);
    struct fe_slice safe = fe_redactor_text(recording->recorder.redactor, text, arena);
    fe_recorder_unlock(&recording->recorder);
    return safe;
}

void fe_recording_facts(struct fe_recording *recording, struct fe_recording_facts *facts_out)
{
    (void)pthread_mutex_lock(&recording->lock);
    *facts_out = recording->facts;
    (void)pthread_mutex_unlock(&recording->lock);
}

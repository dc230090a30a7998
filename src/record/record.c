/* SPDX-License-Identifier: MIT */
#include "record/record.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cassette/recording.h"
#include "http/router.h"
#include "record/transfer.h"
#include "util/alloc.h"
#include "util/limits.h"

enum {
    SCRATCH_BYTES_MAX = 1 << 20
};

/* ── what all transfers share ── */

static void on_no_byte(void *arg, void *thing)
{
    const struct fe_record *record = arg;
    const struct fe_failure failure = fe_failure_make(
        FE_RECORDED_TIMEOUT, "It did not move for %lld ms.", (long long)record->waiting.age_max_ms);
    fe_transfer_fail(thing, &failure);
}

static void on_cork_timer(void *arg)
{
    struct fe_record *record = arg;
    struct fe_transfer *t = NULL;
    while ((t = TAILQ_FIRST(&record->corked)) != NULL) {
        t->up.corked = false;
        TAILQ_REMOVE(&record->corked, t, cork_link);
        fe_upload_push(t);
    }
}

/* No transfer ends while the others are looked at: an exchange's end comes from the loop. */
static void on_room(void *arg)
{
    struct fe_record *record = arg;
    struct fe_transfer *t = NULL;
    fe_recording_ack(record->recording);
    TAILQ_FOREACH (t, &record->transfers, link) {
        fe_transfer_unstall(t);
    }
}

/* ── beginning and end ── */

static void keep_upstream(struct fe_record *record, const char *url)
{
    struct fe_slice text = fe_arena_copy(&record->arena, fe_slice_cstr(url));
    int r = fe_origin_take(&text, NULL, &record->upstream);
    assert(r == 0);
    (void)r;
    record->upstream_text = fe_origin_text(&record->upstream, &record->arena);
}

static int open_connector(struct fe_record *record, const struct fe_record_options *options,
                          struct fe_errors *errors)
{
    const struct fe_connector_options connector_options = {
        .url = record->upstream_text,
        .ca_file = options->ca_file,
        .insecure = options->insecure,
        .timeout_ms = options->timeout_ms < FE_LIMIT_UPSTREAM_CONNECT_MS
                          ? options->timeout_ms
                          : FE_LIMIT_UPSTREAM_CONNECT_MS,
    };
    record->connector = fe_connector_new(&record->curl, record->loop, &connector_options);
    if (record->connector == NULL) {
        fe_errors_add(errors, "libcurl does not start");
        return -ENOENT;
    }
    return 0;
}

static void begin(struct fe_record *record, const struct fe_record_options *options)
{
    TAILQ_INIT(&record->transfers);
    TAILQ_INIT(&record->corked);
    fe_buf_init_firm(&record->scratch, SCRATCH_BYTES_MAX);
    record->input = fe_xalloc(FE_TRANSFER_INPUT_BYTES);
    fe_upstream_pool_init(&record->pool, record->connector, record->loop, record->upstream.tls);
    fe_aging_init(&record->waiting, record->loop, options->timeout_ms, on_no_byte, record);
    record->cork_timer = fe_timer_new(record->loop, on_cork_timer, record);
    if (record->recording) {
        record->room =
            fe_watch_new(record->loop, fe_recording_fd(record->recording), on_room, record);
    }
}

int fe_record_new(const struct fe_record_options *options, struct fe_env *env, struct fe_loop *loop,
                  struct fe_recording *recording, struct fe_record **record_out,
                  struct fe_errors *errors)
{
    struct fe_record *record = fe_xalloc(sizeof(*record));
    record->env = env;
    record->loop = loop;
    record->recording = recording;
    record->rewrite_bodies = options->rewrite_bodies;
    keep_upstream(record, options->upstream);
    int r = fe_curl_library_open(&record->curl, errors);
    if (r == 0) {
        r = open_connector(record, options, errors);
        if (r < 0) {
            fe_curl_library_close(&record->curl);
        }
    }
    if (r < 0) {
        fe_arena_done(&record->arena);
        free(record);
        return r;
    }
    begin(record, options);
    *record_out = record;
    return 0;
}

void fe_record_free(struct fe_record *record)
{
    if (record == NULL) {
        return;
    }
    assert(TAILQ_EMPTY(&record->transfers));
    fe_watch_free(record->room);
    fe_timer_free(record->cork_timer);
    fe_aging_done(&record->waiting);
    fe_upstream_pool_done(&record->pool);
    fe_connector_free(record->connector);
    fe_curl_library_close(&record->curl);
    fe_buf_done(&record->scratch);
    fe_arena_done(&record->arena);
    free(record->input);
    free(record);
}

/* ── exchanges ── */

static struct fe_failure stopped(void)
{
    return fe_failure_make(FE_RECORDED_CLIENT_ABORT, "The emulator is being stopped.");
}

static int start(void *self, struct fe_exchange *x)
{
    struct fe_record *record = self;
    if (record->stopping) {
        const struct fe_failure failure = stopped();
        return fe_failure_reply(&failure, record->upstream_text, x);
    }
    fe_transfer_start(record, x);
    return FE_LATER;
}

void fe_record_handle(struct fe_record *record, struct fe_exchange *x)
{
    static const struct fe_route route = {.pattern = "",
                                          .handler = start,
                                          .access = FE_ACCESS_OPEN,
                                          .body = FE_BODY_STREAM,
                                          .body_bytes_max = UINT64_MAX};
    const struct fe_route_match match = {.route = &route, .self = record};
    fe_exchange_dispatch(x, &match);
}

void fe_record_stop(struct fe_record *record)
{
    struct fe_transfer *t = NULL;
    const struct fe_failure failure = stopped();
    record->stopping = true;
    TAILQ_FOREACH (t, &record->transfers, link) {
        if (!t->down.heard) {
            fe_transfer_fail(t, &failure);
        }
    }
}

/* SPDX-License-Identifier: MIT */
/* What a function throws is a result like any other here: SDKs post {"error":…,"reason":…} with
 * nothing to tell it from a value of that form (contract §1.4), and nobody has seen Foundry look
 * into it. A client that is given the object as the value can read it; one that is given a failure
 * where Foundry has a value is worse off. QueryRuntimeError is for results that are none: a job
 * that failed or was canceled, bytes that are not JSON. */
#include "emulate/functions/function_call.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "emulate/functions/function_lines.h"
#include "emulate/state/stream.h"
#include "http/loop.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/spool.h"

enum {
    READ_BYTES = 64 << 10
};

/* Lives in the exchange's arena. */
struct call {
    struct fe_watcher watcher;
    struct fe_listener listener;
    struct fe_exchange *x;
    struct fe_timer *timer;
    struct fe_slice job_id;
    bool is_lines;
    struct fe_function_lines lines;
};

static const struct fe_api_error no_result = {400, "INVALID_ARGUMENT", "QueryRuntimeError",
                                              "The function ended without a result."};
static const struct fe_api_error no_value = {
    400, "INVALID_ARGUMENT", "QueryRuntimeError",
    "What the function gave is not one JSON value; streamingExecute takes several."};
static const struct fe_api_error cut_off = {400, "INVALID_ARGUMENT", "QueryRuntimeError",
                                            "The function's result broke off."};
/* How long the real service waits is not public; the job goes on here. */
static const struct fe_api_error too_late = {504, "TIMEOUT", "QueryTimeExceededLimit",
                                             "The function has not given a result in time."};

static void stop(struct call *call)
{
    fe_watcher_stop(&call->watcher);
    fe_listener_stop(&call->listener);
    fe_timer_stop(call->timer);
}

static void fail(struct call *call, const struct fe_api_error *error)
{
    stop(call);
    if (call->is_lines) {
        fe_function_lines_fail(&call->lines, error);
    } else {
        fe_exchange_answer(call->x, fe_reply_error(call->x, error, "jobId", call->job_id.ptr,
                                                   "message", error->description, NULL));
    }
}

/* ── a result that is complete ── */

/* The bytes; or a negative errno if they cannot be read, or are more than a body may have. */
static int load(const struct fe_spool *result, struct fe_buf *bytes)
{
    int fd = fe_spool_fd(result);
    char *room = NULL;
    ssize_t n = 1;
    if (fd < 0) {
        return fe_buf_put(bytes, fe_spool_bytes(result));
    }
    while (n > 0) {
        int r = fe_buf_reserve(bytes, READ_BYTES, &room);
        if (r < 0) {
            return r;
        }
        n = pread(fd, room, READ_BYTES, (off_t)bytes->len);
        bytes->len += n > 0 ? (size_t)n : 0;
    }
    return n < 0 ? -errno : 0;
}

/* A function that gave nothing has null for its value. */
static int reply_value(struct call *call, const struct fe_buf *bytes)
{
    struct fe_json value = {FE_JSON_NULL, FE_SLICE("null")};
    struct fe_json_writer writer;
    if (bytes->len > 0 && fe_json_parse(fe_buf_slice(bytes), &value, NULL) < 0) {
        return fe_reply_error(call->x, &no_value, "jobId", call->job_id.ptr, "message",
                              no_value.description, NULL);
    }
    fe_reply_json_begin(call->x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "value");
    fe_json_put_raw(&writer, value.text);
    fe_json_end_object(&writer);
    return 200;
}

static void answer(struct call *call, const struct fe_job *job)
{
    struct fe_buf bytes;
    if (job->result == NULL) {
        fail(call, &no_result);
        return;
    }
    fe_buf_init(&bytes, FE_LIMIT_JSON_BODY_BYTES);
    if (load(job->result, &bytes) < 0) {
        fe_buf_done(&bytes);
        fail(call, &no_value);
        return;
    }
    stop(call);
    if (call->is_lines) {
        (void)fe_function_lines_put(&call->lines, fe_buf_slice(&bytes));
        fe_function_lines_finish(&call->lines);
    } else {
        fe_exchange_answer(call->x, reply_value(call, &bytes));
    }
    fe_buf_done(&bytes);
}

/* A result that is on its way tells of its end itself, unless its job is ended by another. */
static void on_change(struct fe_watcher *watcher, struct fe_job *job)
{
    struct call *call = (struct call *)((char *)watcher - offsetof(struct call, watcher));
    if (!fe_job_finished(job)) {
        fe_job_watch(job, watcher);
    } else if (call->listener.stream == NULL) {
        answer(call, job);
    } else if (job->state != FE_JOB_SUCCEEDED) {
        fail(call, &no_result);
    }
}

/* ── a result as it comes ── */

static struct call *call_of(struct fe_listener *listener)
{
    return (struct call *)((char *)listener - offsetof(struct call, listener));
}

static void on_drain(void *arg, struct fe_exchange *x)
{
    struct call *call = arg;
    (void)x;
    fe_listener_ready(&call->listener);
}

static void on_begin(struct fe_listener *listener, int64_t length)
{
    struct call *call = call_of(listener);
    (void)length;
    fe_timer_stop(call->timer);
    fe_exchange_on_drain(call->x, on_drain, call);
}

static bool on_data(struct fe_listener *listener, struct fe_slice data)
{
    return fe_function_lines_put(&call_of(listener)->lines, data);
}

static void on_stream_end(struct fe_listener *listener, bool complete)
{
    struct call *call = call_of(listener);
    if (!complete) {
        fail(call, &cut_off);
        return;
    }
    stop(call);
    fe_function_lines_finish(&call->lines);
}

/* ── the wait ── */

static void on_timer(void *arg)
{
    fail(arg, &too_late);
}

static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct call *call = arg;
    (void)x;
    (void)outcome;
    stop(call);
    fe_timer_free(call->timer);
    fe_function_lines_done(&call->lines);
}

int fe_function_call(struct fe_exchange *x, struct fe_job *job, int64_t timeout_ms, bool lines)
{
    struct call *call = fe_arena_alloc(fe_exchange_arena(x), sizeof(*call));
    call->watcher.on_change = on_change;
    call->listener.on_begin = on_begin;
    call->listener.on_data = on_data;
    call->listener.on_end = on_stream_end;
    call->x = x;
    call->timer = fe_timer_new(fe_exchange_loop(x), on_timer, call);
    call->job_id = fe_arena_copy(fe_exchange_arena(x), fe_slice_cstr(job->id));
    call->is_lines = lines;
    fe_function_lines_init(&call->lines, x);
    fe_exchange_on_end(x, on_end, call);
    fe_job_watch(job, &call->watcher);
    if (lines) {
        fe_job_listen(job, &call->listener);
    }
    fe_timer_start(call->timer, timeout_ms);
    return FE_LATER;
}

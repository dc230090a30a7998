/* SPDX-License-Identifier: MIT */
#include "http/exchange.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/exchange_engine.h"
#include "http/impaired.h"
#include "http/kept_body.h"
#include "http/reply.h"
#include "util/alloc.h"
#include "util/limits.h"

/* The largest answer that is built in memory; larger ones are written piece by piece. */
enum {
    OUT_BYTES_MAX = 128 << 20
};

struct fe_exchange *fe_exchange_new(const struct fe_engine_ops *engine, void *connection,
                                    const struct fe_app *app, struct fe_env *env,
                                    struct fe_loop *loop)
{
    struct fe_exchange *x = fe_xalloc(sizeof(*x));
    x->engine = engine;
    x->connection = connection;
    x->app = app;
    x->env = env;
    x->loop = loop;
    x->response.fd = -1;
    x->response.length = -1;
    fe_buf_init(&x->response.out, OUT_BYTES_MAX);
    return x;
}

/* ── the request ── */

const struct fe_request *fe_exchange_request(const struct fe_exchange *x)
{
    return &x->request;
}

struct fe_slice fe_exchange_param(const struct fe_exchange *x, const char *name)
{
    struct fe_slice pattern = fe_slice_cstr(x->route ? x->route->pattern : "");
    struct fe_slice wanted = fe_slice_cstr(name);
    struct fe_slice segment = {NULL, 0};
    size_t index = 0;
    while (fe_slice_split(&pattern, '/', &segment)) {
        if (segment.len == 0 || segment.ptr[0] != ':') {
            continue;
        }
        if (fe_slice_eq(fe_slice_from(segment, 1), wanted)) {
            return x->params[index];
        }
        index++;
    }
    return FE_SLICE("");
}

struct fe_slice fe_exchange_origin(struct fe_exchange *x)
{
    struct fe_slice host = x->request.host.len > 0 ? x->request.host : FE_SLICE("localhost");
    return fe_arena_printf(&x->arena, "%s://" FE_PRI, x->request.tls ? "https" : "http",
                           FE_ARG(host));
}

struct fe_arena *fe_exchange_arena(struct fe_exchange *x)
{
    return &x->arena;
}

struct fe_env *fe_exchange_env(const struct fe_exchange *x)
{
    return x->env;
}

struct fe_loop *fe_exchange_loop(const struct fe_exchange *x)
{
    return x->loop;
}

uint64_t fe_exchange_id(const struct fe_exchange *x)
{
    return x->id;
}

void fe_exchange_set_id(struct fe_exchange *x, uint64_t id)
{
    x->id = id;
}

void *fe_exchange_server(const struct fe_exchange *x)
{
    return x->server;
}

void fe_exchange_set_server(struct fe_exchange *x, void *server)
{
    x->server = server;
}

void fe_exchange_set_source(struct fe_exchange *x, struct fe_slice source)
{
    x->source = x->mark.len == 0 ? source
                                 : fe_arena_printf(&x->arena, FE_PRI ";" FE_PRI, FE_ARG(source),
                                                   FE_ARG(x->mark));
}

void fe_exchange_set_mark(struct fe_exchange *x, struct fe_slice mark)
{
    x->mark = mark;
}

struct fe_slice fe_exchange_source(const struct fe_exchange *x)
{
    return x->source;
}

const struct fe_principal *fe_exchange_principal(const struct fe_exchange *x)
{
    return x->principal;
}

void fe_exchange_set_principal(struct fe_exchange *x, const struct fe_principal *principal)
{
    x->principal = principal;
}

/* ── the rest of its body ── */

/* Nobody will look at the rest; an engine that was told to wait may go on. */
static void drop_body(struct fe_exchange *x)
{
    if (x->body_state == FE_BODY_EXPECTED && !x->body_dropped) {
        x->body_dropped = true;
        x->engine->resume(x);
    }
}

/* ── the answer ── */

static bool is_field_value(struct fe_slice value)
{
    return fe_slice_index(value, '\r') < 0 && fe_slice_index(value, '\n') < 0 &&
           fe_slice_index(value, '\0') < 0;
}

void fe_exchange_header(struct fe_exchange *x, struct fe_slice name, struct fe_slice value)
{
    assert(is_field_value(value));
    int r = fe_headers_add(&x->response.headers, &x->arena, name, fe_arena_copy(&x->arena, value));
    assert(r == 0);
    (void)r;
}

struct fe_buf *fe_exchange_out(struct fe_exchange *x)
{
    return &x->response.out;
}

int fe_exchange_send_file(struct fe_exchange *x, int fd, int64_t offset, int64_t length)
{
    assert(x->response.fd < 0 && x->response.out.len == 0);
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return -errno;
    }
    x->response.fd = copy;
    x->response.fd_offset = offset;
    x->response.length = length;
    return 0;
}

static void set_status(struct fe_exchange *x, int status)
{
    assert(status >= 200 && (status <= 599 || x->response.relayed));
    assert(x->response.status == 0);
    x->response.status = status;
    if (x->app->on_answer) {
        x->app->on_answer(x->app->self, x);
    }
}

/* An answer that did not fit in memory must not go out as if it were whole. */
static int sound_status(struct fe_exchange *x, int status)
{
    if (x->response.out.error == 0) {
        return status;
    }
    fe_buf_clear(&x->response.out);
    x->response.headers.count = 0;
    return fe_reply_out_of_memory(x);
}

void fe_exchange_answer(struct fe_exchange *x, int status)
{
    set_status(x, sound_status(x, status));
    if (x->response.fd < 0) {
        x->response.length = (int64_t)x->response.out.len;
    }
    x->response_bytes = (uint64_t)x->response.length;
    x->finished = true;
    x->engine->answer(x);
    drop_body(x);
}

bool fe_exchange_answered(const struct fe_exchange *x)
{
    return x->response.status != 0;
}

int fe_exchange_status(const struct fe_exchange *x)
{
    return x->response.status;
}

void fe_exchange_begin(struct fe_exchange *x, int status, int64_t length)
{
    assert(x->response.out.len == 0 && x->response.fd < 0);
    x->response.length = length;
    x->streaming = true;
    set_status(x, status);
    x->engine->begin(x);
}

bool fe_exchange_write(struct fe_exchange *x, struct fe_slice data)
{
    assert(x->streaming && !x->finished && !x->aborted);
    x->response_bytes += data.len;
    return x->engine->write(x, data) < FE_LIMIT_OUTPUT_HIGH_BYTES;
}

void fe_exchange_on_drain(struct fe_exchange *x, void (*fn)(void *arg, struct fe_exchange *x),
                          void *arg)
{
    x->drain_fn = fn;
    x->drain_arg = arg;
}

void fe_exchange_drained(struct fe_exchange *x)
{
    if (x->impaired) {
        fe_impaired_drained(x->impaired);
    } else {
        fe_exchange_tell_drained(x);
    }
}

void fe_exchange_tell_drained(struct fe_exchange *x)
{
    if (x->streaming && !x->finished && !x->aborted && x->drain_fn) {
        x->drain_fn(x->drain_arg, x);
    }
}

void fe_exchange_finish(struct fe_exchange *x)
{
    assert(x->streaming && !x->finished && !x->aborted);
    x->finished = true;
    x->engine->finish(x);
    drop_body(x);
}

void fe_exchange_abort(struct fe_exchange *x)
{
    assert(!x->finished);
    if (!x->aborted) {
        x->aborted = true;
        x->engine->abort(x);
    }
}

/* ── its end ── */

void fe_exchange_on_end(struct fe_exchange *x, fe_exchange_end_fn *fn, void *arg)
{
    x->end_fn = fn;
    x->end_arg = arg;
}

void fe_exchange_facts(const struct fe_exchange *x, struct fe_exchange_facts *facts_out)
{
    *facts_out = (struct fe_exchange_facts){
        .started_ns = x->started_ns,
        .started_monotonic_ns = x->started_monotonic_ns,
        .duration_ns = fe_clock_told_ns(&x->env->clock, x->started_monotonic_ns),
        .request_bytes = x->request_bytes,
        .response_bytes = x->response_bytes,
        .route = x->route ? x->route->pattern : "",
    };
}

void fe_exchange_end(struct fe_exchange *x, enum fe_outcome outcome)
{
    assert(outcome == FE_GONE || x->finished);
    outcome = x->truncated ? FE_GONE : outcome;
    if (x->impaired) {
        fe_impaired_end(x->impaired);
    }
    if (x->end_fn) {
        x->end_fn(x->end_arg, x, outcome);
    }
    if (x->app->on_end) {
        x->app->on_end(x->app->self, x, outcome);
    }
    if (x->response.fd >= 0) {
        (void)close(x->response.fd);
    }
    fe_kept_body_free(x->kept);
    x->env->body_bytes -= x->body.len;
    fe_buf_done(&x->body);
    fe_buf_done(&x->response.out);
    fe_arena_done(&x->arena);
    free(x);
}

/* ── dispatch ── */

void fe_exchange_start(struct fe_exchange *x)
{
    x->started_ns = fe_clock_now_ns(&x->env->clock);
    x->started_monotonic_ns = fe_clock_monotonic_ns();
    x->app->on_request(x->app->self, x);
    assert(x->route || x->response.status != 0 || x->end_fn); /* somebody has it */
}

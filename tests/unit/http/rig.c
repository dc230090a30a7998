/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "http/server_private.h"
#include "http/tls_context.h"
#include "http/tls_identity.h"
#include "rig_relay.h"
#include "util/alloc.h"

/* ── the app ── */

static int on_any(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_buf *out = fe_exchange_out(x);
    rig->tls = request->tls;
    rig->smuggled |= fe_slice_eq(request->path, FE_SLICE("/smuggled"));
    (void)fe_buf_put(out, request->method_text);
    (void)fe_buf_putc(out, ' ');
    (void)fe_buf_put(out, request->target);
    (void)fe_buf_putc(out, ' ');
    (void)fe_buf_put(out, fe_exchange_body(x));
    return 200;
}

static int on_park(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    assert_true(rig->parked_count < RIG_PARKED_MAX);
    rig->parked[rig->parked_count++] = x;
    return FE_LATER;
}

static int on_hold(void *self, struct fe_exchange *x)
{
    fe_exchange_begin(x, 200, -1);
    (void)fe_exchange_write(x, FE_SLICE("first"));
    return on_park(self, x);
}

static void generate(void *self, struct fe_exchange *x)
{
    static const char bytes[100000] = {'x'};
    struct rig *rig = self;
    bool more = true;
    while (more && rig->stream_left > 0) {
        size_t len = rig->stream_left < sizeof(bytes) ? (size_t)rig->stream_left : sizeof(bytes);
        rig->stream_left -= len;
        more = fe_exchange_write(x, (struct fe_slice){bytes, len});
    }
    if (rig->stream_left == 0) {
        fe_exchange_finish(x);
    }
}

static int on_stream(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    const struct fe_slice path = fe_exchange_request(x)->path;
    if (fe_slice_u64(fe_slice_from(path, strlen("/stream/")), &rig->stream_left) < 0) {
        return 404;
    }
    fe_exchange_on_drain(x, generate, rig);
    fe_exchange_begin(x, 200, -1);
    generate(rig, x);
    return FE_LATER;
}

static void pipe_data(void *self, struct fe_exchange *x, struct fe_slice data)
{
    struct rig *rig = self;
    rig->sunk_bytes += data.len;
    if (!fe_exchange_write(x, data)) {
        fe_exchange_pause_body(x);
    }
}

static void pipe_end(void *self, struct fe_exchange *x)
{
    (void)self;
    fe_exchange_finish(x);
}

static void pipe_drained(void *self, struct fe_exchange *x)
{
    (void)self;
    fe_exchange_resume_body(x);
}

static int on_pipe(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader decoded = {.on_data = pipe_data, .on_end = pipe_end};
    static const struct fe_body_reader as_framed = {
        .on_data = pipe_data, .on_end = pipe_end, .as_framed = true};
    bool framed = fe_slice_eq(fe_exchange_request(x)->query, FE_SLICE("framed"));
    const struct fe_body_reader *reader = framed ? &as_framed : &decoded;
    fe_exchange_on_drain(x, pipe_drained, self);
    fe_exchange_begin(x, 200, -1);
    fe_exchange_read_body(x, reader, self);
    return FE_LATER;
}

static void sink_data(void *self, struct fe_exchange *x, struct fe_slice data)
{
    struct rig *rig = self;
    rig->sunk_bytes += data.len;
    if (rig->aborts) {
        fe_exchange_abort(x);
    }
    if (rig->paused) {
        fe_exchange_pause_body(x);
    }
}

static void sink_end(void *self, struct fe_exchange *x)
{
    const struct rig *rig = self;
    assert_false(rig->aborts); /* an aborted body has no end */
    (void)fe_buf_puts(fe_exchange_out(x), "sunk");
    fe_exchange_answer(x, 200);
}

static int on_sink(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader reader = {.on_data = sink_data, .on_end = sink_end};
    struct rig *rig = self;
    rig->sink = x;
    fe_exchange_read_body(x, &reader, self);
    return FE_LATER;
}

static int on_early(void *self, struct fe_exchange *x)
{
    (void)self;
    (void)fe_buf_puts(fe_exchange_out(x), "early");
    return 403;
}

static int on_file(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    assert_int_equal(fe_exchange_send_file(x, rig->file, 0, rig->file_bytes), 0);
    return 200;
}

static int on_big(void *self, struct fe_exchange *x)
{
    char *room = NULL;
    (void)self;
    assert_int_equal(fe_buf_reserve(fe_exchange_out(x), 8 << 20, &room), 0);
    memset(room, 'b', 8 << 20);
    fe_exchange_out(x)->len += 8 << 20;
    return 200;
}

static int on_measured(void *self, struct fe_exchange *x)
{
    (void)self;
    bool whole = fe_slice_eq(fe_exchange_request(x)->path, FE_SLICE("/measured"));
    fe_exchange_begin(x, 200, 10);
    (void)fe_exchange_write(x, FE_SLICE("01234"));
    (void)fe_exchange_write(x, whole ? FE_SLICE("56789") : FE_SLICE(""));
    fe_exchange_finish(x);
    return FE_LATER;
}

static int on_early_big(void *self, struct fe_exchange *x)
{
    fe_exchange_answer(x, on_big(self, x));
    return FE_LATER;
}

static const struct fe_route routes[] = {
    {.pattern = "/park", .handler = on_park, .body_bytes_max = 1 << 16},
    {.pattern = "/hold", .handler = on_hold, .body = FE_BODY_STREAM},
    {.pattern = "/stream/", .handler = on_stream, .body = FE_BODY_STREAM},
    {.pattern = "/pipe", .handler = on_pipe, .body = FE_BODY_STREAM, .body_bytes_max = 1 << 30},
    {.pattern = "/sink", .handler = on_sink, .body = FE_BODY_STREAM, .body_bytes_max = 1 << 30},
    {.pattern = "/measured", .handler = on_measured, .body = FE_BODY_STREAM},
    {.pattern = "/early-big",
     .handler = on_early_big,
     .body = FE_BODY_STREAM,
     .body_bytes_max = 1 << 20},
    {.pattern = "/early", .handler = on_early, .body = FE_BODY_STREAM, .body_bytes_max = 1 << 20},
    {.pattern = "/relay/", .handler = rig_relay, .body = FE_BODY_STREAM, .body_bytes_max = 1 << 30},
    {.pattern = "/file", .handler = on_file, .body_bytes_max = 0},
    {.pattern = "/big", .handler = on_big, .body_bytes_max = 0},
    {.pattern = "", .handler = on_any, .body_bytes_max = RIG_BODY_BYTES_MAX},
};

static void dispatch(struct rig *rig, struct fe_exchange *x, struct fe_slice path)
{
    struct fe_route_match match = {.self = rig};
    for (size_t i = 0; match.route == NULL; i++) {
        if (fe_slice_starts(path, fe_slice_cstr(routes[i].pattern))) {
            match.route = &routes[i];
        }
    }
    fe_exchange_dispatch(x, &match);
}

static const struct fe_slice kept = FE_SLICE_INIT("/kept");

static int on_kept(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    rig->kept_bytes = fe_exchange_body(x).len;
    dispatch(rig, x, fe_slice_from(fe_exchange_request(x)->path, kept.len));
    return FE_LATER;
}

static void on_request(void *self, struct fe_exchange *x)
{
    struct rig *rig = self;
    rig->requests++;
    if (fe_slice_starts(fe_exchange_request(x)->path, kept)) {
        fe_exchange_keep_body(x, RIG_KEPT_BYTES_MAX, on_kept, rig);
    } else {
        dispatch(rig, x, fe_exchange_request(x)->path);
    }
}

static void forget(struct rig *rig, const struct fe_exchange *x)
{
    size_t count = 0;
    for (size_t i = 0; i < rig->parked_count; i++) {
        if (rig->parked[i] != x) {
            rig->parked[count++] = rig->parked[i];
        }
    }
    rig->parked_count = count;
    if (rig->sink == x) {
        rig->sink = NULL;
    }
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct rig *rig = self;
    struct fe_exchange_facts facts;
    fe_exchange_facts(x, &facts);
    rig->request_bytes = facts.request_bytes;
    rig->response_bytes = facts.response_bytes;
    if (outcome == FE_SENT) {
        rig->sent++;
    } else {
        rig->gone++;
    }
    forget(rig, x);
}

void rig_release(struct rig *rig, const char *body)
{
    assert_true(rig->parked_count > 0);
    struct fe_exchange *x = rig->parked[0];
    (void)fe_buf_puts(fe_exchange_out(x), body);
    fe_exchange_answer(x, 200);
}

void rig_pass(struct rig *rig, unsigned seconds)
{
    for (unsigned i = 0; i < seconds; i++) {
        fe_http_server_tick(rig->server);
    }
}

/* ── the server ── */

static void on_log(struct fe_slice line, void *arg)
{
    struct rig *rig = arg;
    (void)fe_buf_put(&rig->log, line);
}

static void make_file(struct rig *rig)
{
    rig->file = memfd_create("rig", 0);
    rig->file_bytes = 3 << 20;
    assert_true(rig->file >= 0);
    assert_int_equal(ftruncate(rig->file, rig->file_bytes), 0);
    assert_int_equal(pwrite(rig->file, "begin", 5, 0), 5);
    assert_int_equal(pwrite(rig->file, "end", 3, rig->file_bytes - 3), 3);
}

#ifdef RIG_TLS
static const char url[] = "https://127.0.0.1:0";

static void use_tls(struct rig *rig)
{
    const char *const nothing = NULL;
    char why[256] = "";
    char directory[] = "/tmp/fe-rig-XXXXXX";
    struct fe_tls_identity identity;
    struct fe_tls_context *tls = NULL;
    assert_non_null(mkdtemp(directory));
    rig->tls_directory = fe_xstrdup(fe_slice_cstr(directory));
    int r = fe_tls_identity_open(directory, &nothing, &rig->env.clock, &identity, why, sizeof(why));
    assert_int_equal(r, 0);
    r = fe_tls_context_new(identity.cert_file, identity.key_file, &tls, why, sizeof(why));
    assert_int_equal(r, 0);
    fe_http_server_use_tls(rig->server, tls);
    rig->trust = SSL_CTX_new(TLS_client_method());
    assert_int_equal(SSL_CTX_load_verify_file(rig->trust, identity.ca_file), 1);
    SSL_CTX_set_verify(rig->trust, SSL_VERIFY_PEER, NULL);
    fe_tls_identity_done(&identity);
}
#else
static const char url[] = "http://127.0.0.1:0";

static void use_tls(struct rig *rig)
{
    (void)rig;
}
#endif

static void forget_tls(struct rig *rig)
{
    static const char *const names[] = {"ca.pem", "ca-key.pem", "cert.pem", "key.pem", "lock"};
    char path[128];
    SSL_CTX_free(rig->trust);
    for (size_t i = 0; rig->tls_directory && i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", rig->tls_directory, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    if (rig->tls_directory) {
        assert_int_equal(rmdir(rig->tls_directory), 0);
    }
    free(rig->tls_directory);
}

int rig_setup(void **state)
{
    struct rig *rig = fe_xalloc(sizeof(*rig));
    struct fe_listen_address address;
    const char *why = NULL;
    (void)signal(SIGPIPE, SIG_IGN);
    fe_buf_init(&rig->log, 1 << 20);
    fe_clock_init(&rig->env.clock);
    fe_random_init_deterministic(&rig->env.random, 1);
    rig->env.log = (struct fe_log){.level = FE_LOG_INFO, .sink = on_log, .sink_arg = rig};
    rig->app = (struct fe_app){
        .self = rig, .source = "emulate", .on_request = on_request, .on_end = on_end};
    rig->loop = fe_loop_new();
    rig->server = fe_http_server_new(rig->loop, &rig->env, &rig->app);
    make_file(rig);
    use_tls(rig);
    assert_int_equal(fe_listen_address_parse(fe_slice_cstr(url), &address, &why), 0);
    assert_int_equal(fe_http_server_listen(rig->server, &address), 0);
    rig->port = (uint16_t)strtoul(strrchr(fe_http_server_url(rig->server, 0), ':') + 1, NULL, 10);
    *state = rig;
    return 0;
}

int rig_teardown(void **state)
{
    struct rig *rig = *state;
    fe_http_server_free(rig->server);
    fe_loop_free(rig->loop);
    fe_buf_done(&rig->log);
    forget_tls(rig);
    (void)close(rig->file);
    free(rig);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "http/loopback.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/exchange_engine.h"
#include "http/loop.h"
#include "util/alloc.h"

enum {
    BODY_BYTES_MAX = 1 << 30
};

struct fe_loopback {
    struct fe_exchange *x;  /* NULL when it has ended */
    struct fe_timer *ender; /* ends it from the loop */
    struct fe_slice unsent; /* of the request's body */
    bool body_ended;
    bool in_call; /* the client's own stack feeds: no recursion from resume() */
    bool done;
    bool aborted;
    int status;
    struct fe_arena arena; /* the answer's headers */
    struct fe_headers headers;
    struct fe_buf body;
};

static void end(struct fe_loopback *client, enum fe_outcome outcome)
{
    struct fe_exchange *x = client->x;
    client->x = NULL;
    if (x) {
        fe_exchange_end(x, outcome);
    }
}

static void on_ender(void *arg)
{
    struct fe_loopback *client = arg;
    end(client, client->aborted ? FE_GONE : FE_SENT);
}

/* As every engine, it ends the exchange only when the operation has returned. */
static void end_soon(struct fe_loopback *client)
{
    if (client->ender) {
        fe_timer_start(client->ender, 0);
    }
}

static void feed(struct fe_loopback *client)
{
    if (client->in_call) {
        return;
    }
    client->in_call = true;
    while (client->unsent.len > 0 && fe_exchange_takes_body(client->x)) {
        struct fe_slice all = client->unsent;
        client->unsent = FE_SLICE("");
        fe_exchange_feed(client->x, all);
    }
    if (client->unsent.len == 0 && !client->body_ended) {
        client->body_ended = true;
        fe_exchange_feed_end(client->x);
    }
    client->in_call = false;
}

static void copy_head(struct fe_loopback *client, const struct fe_exchange *x)
{
    client->status = x->response.status;
    for (size_t i = 0; i < x->response.headers.count; i++) {
        const struct fe_header *h = &x->response.headers.items[i];
        (void)fe_headers_add(&client->headers, &client->arena,
                             fe_arena_copy(&client->arena, h->name),
                             fe_arena_copy(&client->arena, h->value));
    }
}

static void read_file(struct fe_loopback *client, const struct fe_response *response)
{
    int64_t offset = response->fd_offset;
    int64_t left = response->length;
    while (left > 0) {
        char bytes[16384];
        size_t want = left < (int64_t)sizeof(bytes) ? (size_t)left : sizeof(bytes);
        ssize_t n = pread(response->fd, bytes, want, offset);
        if (n <= 0) {
            client->aborted = true;
            return;
        }
        (void)fe_buf_append(&client->body, bytes, (size_t)n);
        offset += n;
        left -= n;
    }
}

static void on_answer(struct fe_exchange *x)
{
    struct fe_loopback *client = x->connection;
    copy_head(client, x);
    (void)fe_buf_put(&client->body, fe_buf_slice(&x->response.out));
    if (x->response.fd >= 0) {
        read_file(client, &x->response);
    }
    client->done = true;
    end_soon(client);
}

static void on_begin(struct fe_exchange *x)
{
    copy_head(x->connection, x);
}

static size_t on_write(struct fe_exchange *x, struct fe_slice data)
{
    struct fe_loopback *client = x->connection;
    (void)fe_buf_put(&client->body, data);
    return 0;
}

static void on_finish(struct fe_exchange *x)
{
    struct fe_loopback *client = x->connection;
    client->done = true;
    end_soon(client);
}

static void on_abort(struct fe_exchange *x)
{
    struct fe_loopback *client = x->connection;
    client->aborted = true;
    end_soon(client);
}

/* An interim answer changes nothing for who waits for the final one. */
static void on_interim(struct fe_exchange *x, struct fe_slice head, bool goes_on)
{
    (void)x;
    (void)head;
    (void)goes_on;
}

static void on_resume(struct fe_exchange *x)
{
    feed(x->connection);
}

/* There is no kernel to spare calls of. */
static void on_cork(struct fe_exchange *x, bool corked)
{
    (void)x;
    (void)corked;
}

static const struct fe_engine_ops ops = {on_answer, on_begin,   on_write,  on_finish,
                                         on_abort,  on_interim, on_resume, on_cork};

static void fill_head(struct fe_exchange *x, const struct fe_loopback_request *from)
{
    struct fe_request *request = &x->request;
    request->method = from->method;
    request->method_text = fe_method_text(from->method);
    request->target = fe_arena_copy(&x->arena, fe_slice_cstr(from->target));
    request->path = request->query = request->target;
    (void)fe_slice_split(&request->query, '?', &request->path);
    request->host = FE_SLICE("localhost");
    request->minor_version = 1;
    request->peer = FE_SLICE("loopback");
    for (const char *const *h = from->headers; h && *h; h += 2) {
        (void)fe_headers_add(&request->headers, &x->arena, fe_slice_cstr(h[0]),
                             fe_slice_cstr(h[1]));
    }
    (void)fe_headers_get(&request->headers, FE_SLICE("host"), &request->host);
    if (from->body.len > 0) {
        (void)fe_headers_add(&request->headers, &x->arena, FE_SLICE("Content-Length"),
                             fe_arena_printf(&x->arena, "%zu", from->body.len));
    }
}

struct fe_loopback *fe_loopback_send(const struct fe_app *app, struct fe_env *env,
                                     struct fe_loop *loop,
                                     const struct fe_loopback_request *request)
{
    struct fe_loopback *client = fe_xalloc(sizeof(*client));
    fe_buf_init_firm(&client->body, BODY_BYTES_MAX);
    client->ender = loop ? fe_timer_new(loop, on_ender, client) : NULL;
    client->x = fe_exchange_new(&ops, client, app, env, loop);
    fill_head(client->x, request);
    client->unsent = request->body;
    client->in_call = true;
    fe_exchange_start(client->x);
    client->in_call = false;
    feed(client);
    if (client->done || client->aborted) {
        end(client, client->aborted ? FE_GONE : FE_SENT);
    }
    return client;
}

void fe_loopback_hang_up(struct fe_loopback *client)
{
    end(client, FE_GONE);
}

void fe_loopback_free(struct fe_loopback *client)
{
    if (client == NULL) {
        return;
    }
    end(client, client->done ? FE_SENT : FE_GONE);
    fe_timer_free(client->ender);
    fe_buf_done(&client->body);
    fe_arena_done(&client->arena);
    free(client);
}

bool fe_loopback_done(const struct fe_loopback *client)
{
    return client->done;
}

bool fe_loopback_aborted(const struct fe_loopback *client)
{
    return client->aborted;
}

int fe_loopback_status(const struct fe_loopback *client)
{
    return client->status;
}

struct fe_slice fe_loopback_body(const struct fe_loopback *client)
{
    return fe_buf_slice(&client->body);
}

struct fe_slice fe_loopback_header(const struct fe_loopback *client, const char *name)
{
    struct fe_slice value = FE_SLICE("");
    (void)fe_headers_get(&client->headers, fe_slice_cstr(name), &value);
    return value;
}

/* SPDX-License-Identifier: MIT */
/* What exchanges ask of their connection. They ask either from within fe_connection_run(), which
 * looks at the outcome itself when the handler has returned, or from anywhere else on the loop;
 * then the bytes leave at once all the same, and the connection gets a turn of its own for the
 * rest. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>

#include "http/connection.h"
#include "message/status.h"
#include "util/limits.h"

static void run_soon(struct fe_connection *c)
{
    if (!c->running) {
        fe_transport_kick(&c->transport);
    }
}

static void note(struct fe_connection *c, int r)
{
    c->reached = false;
    if (r < 0) {
        c->cut = true;
    } else if (fe_output_is_empty(&c->output)) {
        c->reached = !c->transport.hung_up;
        c->quiet_s = 0;
        fe_connection_note_delivery(c);
    }
}

/* A client may have left in this very turn of the loop, its hang-up still waiting for us behind the
 * event that brought the answer. So what comes later than its request asks the kernel first. */
static void look_for_client(struct fe_connection *c)
{
    if (!c->running) {
        fe_transport_look(&c->transport);
    }
}

/* An answer stays here if there is nobody to have it. */
static bool may_begin(struct fe_connection *c)
{
    look_for_client(c);
    c->cut |= !c->running && c->transport.hung_up;
    return !c->cut;
}

/* A body that the client is not going to send, or that is longer than it is worth: the connection
 * cannot be kept for another request. */
static bool leaves_body(const struct fe_connection *c)
{
    if (c->state != FE_CONNECTION_BODY) {
        return false;
    }
    return c->continue_due ||
           (!c->body.chunked && c->body_bytes + c->body.left > fe_exchange_body_max(c->x));
}

static struct fe_slice write_head(struct fe_connection *c, bool chunked)
{
    struct fe_exchange *x = c->x;
    struct fe_buf *head = &c->gate->head;
    c->bodyless = x->request.method == FE_HEAD || !fe_status_has_body(x->response.status);
    c->chunked = chunked;
    c->closes |= c->gate->draining || leaves_body(c) || x->response.closes;
    fe_buf_clear(head);
    fe_response_write_head(x, chunked, c->closes, head);
    return fe_buf_slice(head);
}

static void on_answer(struct fe_exchange *x)
{
    struct fe_connection *c = x->connection;
    const struct fe_response *response = &x->response;
    run_soon(c);
    if (!may_begin(c)) {
        return;
    }
    struct fe_slice head = write_head(c, false);
    if (response->fd >= 0 && !c->bodyless) {
        note(c, fe_output_answer_file(&c->output, &c->transport, head, response->fd,
                                      response->fd_offset, response->length));
        return;
    }
    struct fe_slice body = c->bodyless ? FE_SLICE("") : fe_buf_slice(&response->out);
    note(c, fe_output_answer(&c->output, &c->transport, head, body));
}

static void on_begin(struct fe_exchange *x)
{
    struct fe_connection *c = x->connection;
    run_soon(c);
    if (!may_begin(c)) {
        return;
    }
    bool measured = x->response.length >= 0 || !fe_status_has_body(x->response.status);
    bool chunked = !measured && !x->response.relayed && x->request.minor_version > 0;
    if (x->response.relayed) {
        c->closes |= x->response.framing == FE_RELAY_CLOSE;
    } else {
        c->closes |= !measured && !chunked;
    }
    c->answer_left = x->response.length;
    struct fe_slice head = write_head(c, chunked);
    note(c, fe_output_write(&c->output, &c->transport, &head, 1));
}

static int write_chunk(struct fe_connection *c, struct fe_slice data)
{
    char size[24];
    int len = snprintf(size, sizeof(size), "%zx\r\n", data.len);
    const struct fe_slice pieces[] = {{size, (size_t)len}, data, FE_SLICE("\r\n")};
    return fe_output_write(&c->output, &c->transport, pieces, 3);
}

static size_t on_write(struct fe_exchange *x, struct fe_slice data)
{
    struct fe_connection *c = x->connection;
    if (c->cut || c->bodyless || data.len == 0) {
        return 0;
    }
    if (c->answer_left >= 0) {
        assert((uint64_t)c->answer_left >= data.len);
        c->answer_left -= (int64_t)data.len;
    }
    note(c,
         c->chunked ? write_chunk(c, data) : fe_output_write(&c->output, &c->transport, &data, 1));
    size_t waiting = fe_output_waiting(&c->output);
    c->choked |= waiting >= FE_LIMIT_OUTPUT_HIGH_BYTES;
    if (c->cut) {
        run_soon(c);
    }
    return waiting;
}

static int finish(struct fe_connection *c)
{
    static const struct fe_slice last_chunk = FE_SLICE_INIT("0\r\n\r\n");
    if (c->bodyless) {
        return 0;
    }
    if (c->x->truncated) {
        c->closes = true;
        return 0;
    }
    if (c->answer_left > 0) {
        return -EPIPE; /* shorter than announced: the client must be able to tell */
    }
    return c->chunked ? fe_output_write(&c->output, &c->transport, &last_chunk, 1) : 0;
}

/* The last byte that there is has left before: who has it all may go, before we say that it was
 * all.
 */
static bool has_all(const struct fe_connection *c)
{
    bool all_written = c->bodyless || (!c->chunked && c->answer_left <= 0);
    return c->reached && all_written && !c->x->truncated;
}

static void on_finish(struct fe_exchange *x)
{
    struct fe_connection *c = x->connection;
    run_soon(c);
    if (c->cut) {
        return;
    }
    if (has_all(c)) {
        c->delivered = true;
        return;
    }
    look_for_client(c);
    note(c, finish(c));
}

static void on_abort(struct fe_exchange *x)
{
    struct fe_connection *c = x->connection;
    fe_transport_reset_on_close(&c->transport);
    c->cut = true;
    run_soon(c);
}

static void on_interim(struct fe_exchange *x, struct fe_slice head, bool goes_on)
{
    struct fe_connection *c = x->connection;
    c->continue_due &= !goes_on;
    if (!c->cut) {
        c->cut |= fe_output_write(&c->output, &c->transport, &head, 1) < 0;
    }
    run_soon(c);
}

/* It may be somebody else who takes the body, and takes more of it, or less. */
static void on_resume(struct fe_exchange *x)
{
    struct fe_connection *c = x->connection;
    c->body_bytes_max = fe_exchange_body_max(x);
    run_soon(c);
}

/* Within fe_connection_run() the next step flushes. */
static void on_cork(struct fe_exchange *x, bool corked)
{
    struct fe_connection *c = x->connection;
    c->output.corked = corked;
    if (corked || c->running || c->cut || fe_output_is_empty(&c->output)) {
        return;
    }
    note(c, fe_output_flush(&c->output, &c->transport));
    if (c->cut) {
        run_soon(c);
    }
}

const struct fe_engine_ops fe_connection_ops = {on_answer, on_begin,   on_write,  on_finish,
                                                on_abort,  on_interim, on_resume, on_cork};

/* SPDX-License-Identifier: MIT */
/* An engine in front of the engine: an impaired exchange has these operations, and they make of an
 * answer what the engine behind them is asked for. Exchanges that are not impaired never come here.
 *
 * All that is to be sent goes through one queue, which is cut where the body is to be, and is
 * pumped at once or drop by drop. A writer is told to wait while it is full, as by a client that
 * does not read. */
#include "http/impair.h"

#include <assert.h>
#include <unistd.h>

#include "http/exchange_engine.h"
#include "http/framing.h"
#include "http/impaired.h"
#include "http/loop.h"
#include "message/status.h"
#include "util/limits.h"

enum {
    QUEUE_BYTES_MAX = 256 << 20, /* one write of a handler's may be large */
    FILE_STEP_BYTES = 64 << 10
};

struct fe_impaired {
    struct fe_exchange *x;
    const struct fe_engine_ops *engine; /* the one behind */
    struct fe_impairment how;
    struct fe_body_decoder body; /* tells what is body, and what its framing */
    uint64_t body_bytes;         /* in the queue, or through it */
    uint64_t sent_bytes;
    struct fe_buf queue;
    size_t queue_sent;
    int64_t file_offset;
    int64_t file_left;
    struct fe_timer *drops; /* NULL: it does not drip */
    bool cut;               /* nothing follows what is queued */
    bool ended;             /* whoever answers has said all */
    bool between_drops;
    bool choked;       /* the engine is full */
    bool writer_waits; /* for us */
};

/* ── what is sent of a body ── */

static bool has_body(const struct fe_exchange *x)
{
    return x->request.method != FE_HEAD && fe_status_has_body(x->response.status);
}

/* Without framing of its own, a body is one run of data. */
static void init_body(struct fe_impaired *im)
{
    const struct fe_response *response = &im->x->response;
    static const struct fe_framing one_run = {FE_FRAMING_LENGTH, UINT64_MAX};
    static const struct fe_framing chunks = {FE_FRAMING_CHUNKED, 0};
    bool framed = response->relayed && response->framing == FE_RELAY_FRAMED;
    fe_body_decoder_init(&im->body, framed ? &chunks : &one_run);
}

/* The front of `bytes` that may still be sent. What is not well chunked is not ours to judge. */
static struct fe_slice take_allowed(struct fe_impaired *im, struct fe_slice bytes)
{
    struct fe_slice rest = bytes;
    struct fe_slice data = {NULL, 0};
    while (im->how.truncate_bytes >= 0 && rest.len > 0 && !fe_body_done(&im->body)) {
        uint64_t room = (uint64_t)im->how.truncate_bytes - im->body_bytes;
        if (fe_body_decode(&im->body, &rest, &data) < 0) {
            break;
        }
        if (data.len > room) {
            im->cut = true;
            im->body_bytes += room;
            return (struct fe_slice){bytes.ptr, (size_t)(data.ptr - bytes.ptr) + (size_t)room};
        }
        im->body_bytes += data.len;
    }
    return bytes;
}

static void take_file(struct fe_impaired *im)
{
    const struct fe_response *response = &im->x->response;
    int64_t most = im->how.truncate_bytes;
    im->file_offset = response->fd_offset;
    im->cut = most >= 0 && response->length > most;
    im->file_left = im->cut ? most : response->length;
}

static size_t queued(const struct fe_impaired *im)
{
    return im->queue.len - im->queue_sent;
}

static void give_up(struct fe_impaired *im)
{
    im->file_left = 0;
    im->cut = true;
    im->engine->abort(im->x);
}

static void read_file(struct fe_impaired *im)
{
    char bytes[FILE_STEP_BYTES];
    size_t len = im->file_left < FILE_STEP_BYTES ? (size_t)im->file_left : FILE_STEP_BYTES;
    ssize_t n = pread(im->x->response.fd, bytes, len, im->file_offset);
    if (n <= 0 || fe_buf_append(&im->queue, bytes, (size_t)n) < 0) {
        give_up(im);
        return;
    }
    im->file_offset += n;
    im->file_left -= n;
}

/* ── the pump ── */

static void send_piece(struct fe_impaired *im)
{
    size_t most = im->drops ? (size_t)im->how.drip_bytes : FE_LIMIT_OUTPUT_HIGH_BYTES;
    size_t len = queued(im) < most ? queued(im) : most;
    const struct fe_slice piece = {im->queue.ptr + im->queue_sent, len};
    im->sent_bytes += len;
    im->queue_sent += len;
    im->choked = im->engine->write(im->x, piece) >= FE_LIMIT_OUTPUT_HIGH_BYTES;
    if (queued(im) == 0) {
        fe_buf_clear(&im->queue);
        im->queue_sent = 0;
    }
    if (im->drops) {
        im->between_drops = true;
        fe_timer_start(im->drops, im->how.drip_every_ms);
    }
}

/* The client has got all that it is to get. Where it can tell that this was not all, our side of
 * its connection is shut now, however long there is more to be said. */
static void end_client(struct fe_impaired *im)
{
    const struct fe_response *response = &im->x->response;
    bool till_close = response->relayed ? response->framing == FE_RELAY_CLOSE
                                        : response->length < 0 && im->x->request.minor_version == 0;
    if (till_close && im->ended) {
        im->engine->abort(im->x);
    } else if (!till_close && !im->x->truncated) {
        im->x->truncated = true;
        im->engine->resume(im->x);
    }
}

static void end_if_out(struct fe_impaired *im)
{
    if (queued(im) > 0 || im->file_left > 0) {
        return;
    }
    if (im->cut) {
        end_client(im);
    }
    if (im->ended && im->x->held) {
        im->x->held = false;
        im->engine->finish(im->x);
    }
}

static void pump(struct fe_impaired *im)
{
    while (!im->choked && !im->between_drops && (queued(im) > 0 || im->file_left > 0)) {
        if (queued(im) == 0) {
            read_file(im);
        }
        if (queued(im) > 0) {
            send_piece(im);
        }
    }
    end_if_out(im);
}

static void pump_and_tell(struct fe_impaired *im)
{
    pump(im);
    if (im->writer_waits && !im->choked && queued(im) <= FE_LIMIT_OUTPUT_LOW_BYTES) {
        im->writer_waits = false;
        fe_exchange_tell_drained(im->x);
    }
}

static void on_drop(void *arg)
{
    struct fe_impaired *im = arg;
    im->between_drops = false;
    pump_and_tell(im);
}

void fe_impaired_drained(struct fe_impaired *im)
{
    im->choked = false;
    pump_and_tell(im);
}

/* ── the operations ── */

static void on_finish(struct fe_exchange *x)
{
    struct fe_impaired *im = x->impaired;
    if (im->how.lost) {
        im->engine->abort(x);
    } else if (!has_body(x)) {
        im->engine->finish(x);
    } else {
        im->ended = true;
        x->held = true;
        pump(im);
    }
}

static void on_begin(struct fe_exchange *x)
{
    struct fe_impaired *im = x->impaired;
    init_body(im);
    if (!im->how.lost) {
        im->engine->begin(x);
    }
}

static size_t on_write(struct fe_exchange *x, struct fe_slice data)
{
    struct fe_impaired *im = x->impaired;
    if (im->how.lost || im->cut || !has_body(x)) {
        return 0;
    }
    if (fe_buf_put(&im->queue, take_allowed(im, data)) < 0) {
        give_up(im);
        return 0;
    }
    pump(im);
    size_t waiting = queued(im) + (im->choked ? FE_LIMIT_OUTPUT_HIGH_BYTES : 0);
    im->writer_waits = waiting >= FE_LIMIT_OUTPUT_HIGH_BYTES;
    return waiting;
}

static void on_answer(struct fe_exchange *x)
{
    struct fe_impaired *im = x->impaired;
    if (im->how.lost) {
        im->engine->abort(x);
        return;
    }
    if (!has_body(x)) {
        im->engine->answer(x);
        return;
    }
    x->held = true;
    on_begin(x);
    if (x->response.fd >= 0) {
        take_file(im);
    } else if (fe_buf_put(&im->queue, take_allowed(im, fe_buf_slice(&x->response.out))) < 0) {
        give_up(im);
        return;
    }
    on_finish(x);
}

static void on_abort(struct fe_exchange *x)
{
    x->impaired->engine->abort(x);
}

static void on_interim(struct fe_exchange *x, struct fe_slice head, bool goes_on)
{
    x->impaired->engine->interim(x, head, goes_on);
}

static void on_resume(struct fe_exchange *x)
{
    x->impaired->engine->resume(x);
}

static void on_cork(struct fe_exchange *x, bool corked)
{
    x->impaired->engine->cork(x, corked);
}

static const struct fe_engine_ops impaired_ops = {on_answer, on_begin,   on_write,  on_finish,
                                                  on_abort,  on_interim, on_resume, on_cork};

/* ── its life ── */

void fe_exchange_impair(struct fe_exchange *x, const struct fe_impairment *how)
{
    struct fe_impaired *im = fe_arena_alloc(&x->arena, sizeof(*im));
    assert(x->impaired == NULL && x->response.status == 0);
    *im = (struct fe_impaired){.x = x, .engine = x->engine, .how = *how};
    fe_buf_init(&im->queue, QUEUE_BYTES_MAX);
    if (how->drip_bytes > 0) {
        im->drops = fe_timer_new(x->loop, on_drop, im);
    }
    x->engine = &impaired_ops;
    x->impaired = im;
}

void fe_impaired_end(struct fe_impaired *im)
{
    if (has_body(im->x)) {
        im->x->response_bytes = im->sent_bytes;
    }
    fe_timer_free(im->drops);
    fe_buf_done(&im->queue);
}

/* SPDX-License-Identifier: MIT */
/* The answer's way down. What is read goes on in the same call: to the recording first, then to the
 * client's connection, which keeps what the client does not take at once and says when it is too
 * much. So nothing of a body is kept here. What one read has brought, such as a head and its body,
 * leaves in one call of the kernel. */
#include <errno.h>

#include "http/hop.h"
#include "record/transfer.h"
#include "util/limits.h"

enum {
    READS_PER_TURN = 16,           /* then the others have theirs */
    INTERIM_BYTES_MAX = 256 << 10, /* of all interim heads: nobody waits for the client with them */
    SWITCHING_PROTOCOLS = 101
};

static void fail(struct fe_transfer *t, enum fe_recorded_outcome outcome, const char *reason)
{
    const struct fe_failure failure = fe_failure_make(outcome, "%s", reason);
    fe_transfer_fail(t, &failure);
}

/* ── the body ── */

static void write_down(struct fe_transfer *t, struct fe_slice bytes)
{
    if (bytes.len > 0 && !fe_exchange_write(t->x, bytes)) {
        t->down.choked = true;
    }
}

/* A chunk of our own, in one piece. */
static void write_rewritten(struct fe_transfer *t, struct fe_slice text)
{
    struct fe_buf *chunk = &t->record->scratch;
    if (!t->down.chunks || text.len == 0) {
        write_down(t, text);
        return;
    }
    fe_buf_clear(chunk);
    (void)fe_buf_printf(chunk, "%zx\r\n", text.len);
    (void)fe_buf_put(chunk, text);
    (void)fe_buf_append(chunk, "\r\n", 2);
    write_down(t, fe_buf_slice(chunk));
}

static void rewrite(struct fe_transfer *t, struct fe_slice data, bool last)
{
    struct fe_buf text;
    fe_buf_init(&text, (size_t)8 * FE_TRANSFER_INPUT_BYTES);
    if (fe_body_rewrite_feed(&t->down.rewriting, data, last, &text) < 0) {
        fail(t, FE_RECORDED_RESET, "There is no memory to rewrite the body in.");
    } else {
        write_rewritten(t, fe_buf_slice(&text));
    }
    fe_buf_done(&text);
}

static void on_decoded(void *arg, struct fe_slice data, bool cut)
{
    struct fe_transfer *t = arg;
    if (t->over) {
        return;
    }
    fe_told_response_body(&t->told, data, cut);
    if (t->down.change == FE_BODY_UNCHUNKED) {
        write_down(t, data);
    } else if (t->down.change == FE_BODY_REWRITTEN) {
        rewrite(t, data, false);
    }
}

/* What a rewritten body has been held back of, and the end of its chunks, with the upstream's
 * trailers. */
static void end_rewritten(struct fe_transfer *t)
{
    static const struct fe_slice last_chunk = FE_SLICE_INIT("0\r\n");
    rewrite(t, FE_SLICE(""), true);
    if (!t->down.chunks || t->over) {
        return;
    }
    write_down(t, last_chunk);
    struct fe_slice trailers = fe_buf_slice(&t->down.body.trailers);
    write_down(t, trailers.len > 0 ? trailers : FE_SLICE("\r\n"));
}

static void end_body(struct fe_transfer *t, bool clean)
{
    if (t->down.change == FE_BODY_REWRITTEN) {
        end_rewritten(t);
    }
    if (!t->over) {
        fe_transfer_finish(t, clean);
    }
}

static void take_body(struct fe_transfer *t, struct fe_slice bytes)
{
    size_t used = 0;
    int r = fe_wire_body_feed(&t->down.body, bytes, on_decoded, t, &used);
    if (t->over) {
        return;
    }
    if (t->down.change == FE_BODY_AS_IT_CAME && used > 0) {
        write_down(t, (struct fe_slice){bytes.ptr, used});
    }
    if (r < 0) {
        fail(t, FE_RECORDED_RESET, "Its body is not well chunked.");
    } else if (fe_wire_body_is_whole(&t->down.body)) {
        end_body(t, used == bytes.len);
    }
}

/* ── the head ── */

static enum fe_body_change change_of(const struct fe_transfer *t,
                                     const struct fe_response_head *head)
{
    const struct fe_frame_head *from = &head->head;
    int client = fe_exchange_request(t->x)->minor_version;
    if (t->record->rewrite_bodies && from->framing != FE_RECORDED_NONE &&
        fe_body_rewrite_applies(from->status, &from->headers)) {
        return FE_BODY_REWRITTEN;
    }
    return from->framing == FE_RECORDED_CHUNKED && client == 0 ? FE_BODY_UNCHUNKED
                                                               : FE_BODY_AS_IT_CAME;
}

static void begin(struct fe_transfer *t, const struct fe_response_head *head)
{
    struct fe_relay_head relay;
    int client = fe_exchange_request(t->x)->minor_version;
    struct fe_download *down = &t->down;
    fe_told_response(&t->told, &head->head);
    down->begun = true;
    down->keeps_alive = head->keeps_alive;
    down->change = change_of(t, head);
    fe_wire_body_init(&down->body, head->head.framing, head->length);
    fe_relay_head_make(head, &t->rewrite, down->change, client, &down->arena, &relay);
    if (down->change == FE_BODY_REWRITTEN) {
        fe_body_rewrite_init(&down->rewriting, &t->rewrite, fe_exchange_arena(t->x));
        down->chunks = relay.framing == FE_RELAY_FRAMED;
    }
    /* An upstream that answers before it has read everything, and leaves: so do we. */
    relay.closes = !head->keeps_alive && t->up.has_body && !t->up.whole;
    fe_exchange_relay(t->x, &relay);
}

static void pass_interim(struct fe_transfer *t, const struct fe_frame_head *head)
{
    const struct fe_headers fields =
        fe_relay_fields(&head->headers, &t->rewrite, true, &t->down.arena);
    fe_told_interim(&t->told, head);
    fe_exchange_interim(t->x, head->status, head->reason, &fields);
}

static void read_head(struct fe_transfer *t, struct fe_slice text)
{
    struct fe_response_head head;
    const char *why = NULL;
    bool to_head = fe_slice_eq(t->head.method, FE_SLICE("HEAD"));
    fe_arena_done(&t->down.arena);
    if (fe_response_head_parse(text, to_head, &t->down.arena, &head, &why) < 0) {
        fail(t, FE_RECORDED_RESET, why);
    } else if (head.head.status == SWITCHING_PROTOCOLS) {
        fail(t, FE_RECORDED_RESET, "It switches protocols, which nobody has asked for.");
    } else if (head.head.status >= 200) {
        begin(t, &head);
    } else if ((t->down.interim_bytes += text.len) > INTERIM_BYTES_MAX) {
        fail(t, FE_RECORDED_RESET, "Its interim answers have no end.");
    } else {
        pass_interim(t, &head.head);
    }
}

/* Keeps what is not a whole head yet. */
static void await_head(struct fe_transfer *t, struct fe_slice bytes)
{
    if (t->down.head.len == 0) {
        (void)fe_buf_put(&t->down.head, bytes);
    }
    if (t->down.head.error < 0) {
        fail(t, FE_RECORDED_RESET, "There is no memory for the head of its answer.");
    }
}

/* Takes a head off the front of *bytes, or as much of it as there is. */
static void take_head(struct fe_transfer *t, struct fe_slice *bytes)
{
    struct fe_download *down = &t->down;
    struct fe_slice text = *bytes;
    size_t before = down->head.len;
    if (before > 0) {
        (void)fe_buf_put(&down->head, *bytes);
        text = fe_buf_slice(&down->head);
    }
    ptrdiff_t len = fe_response_head_scan(&down->scan, text);
    if (len == 0) {
        await_head(t, *bytes);
        *bytes = FE_SLICE("");
        return;
    }
    if (len < 0) {
        fail(t, FE_RECORDED_RESET,
             len == -EMSGSIZE ? "The head of its answer is too large." : "What came is not HTTP.");
        return;
    }
    *bytes = fe_slice_from(*bytes, (size_t)len - before);
    down->scan = (struct fe_response_scan){0};
    read_head(t, (struct fe_slice){text.ptr, (size_t)len});
    fe_buf_clear(&down->head);
}

/* ── reading ── */

static void take(struct fe_transfer *t, struct fe_slice bytes)
{
    t->down.heard = true;
    while (!t->over && !t->down.begun && bytes.len > 0) {
        take_head(t, &bytes);
        if (!t->over && t->down.begun && fe_wire_body_is_whole(&t->down.body)) {
            end_body(t, bytes.len == 0);
        }
    }
    if (!t->over && bytes.len > 0) {
        take_body(t, bytes);
    }
}

/* The connection has ended, in order (0) or not. */
static void lose(struct fe_transfer *t, ptrdiff_t r)
{
    if (t->down.begun && t->down.body.until_close && r == 0) {
        end_body(t, false);
    } else if (t->down.begun && r == 0) {
        fail(t, FE_RECORDED_TRUNCATED, "It closed the connection before the end of the body.");
    } else if (t->down.begun) {
        fail(t, FE_RECORDED_RESET, "The connection broke in the middle of the body.");
    } else if (t->down.heard) {
        fail(t, FE_RECORDED_RESET, "The connection ended in the middle of the answer's head.");
    } else if (!fe_transfer_repeat(t)) {
        fail(t, FE_RECORDED_RESET,
             r == 0 ? "It closed the connection without an answer."
                    : "The connection broke before there was an answer.");
    }
}

static bool may_read(struct fe_transfer *t)
{
    return !t->over && t->claim.state == FE_CLAIM_HELD && t->readable && !t->down.choked &&
           !fe_transfer_stall(t);
}

/* Returns whether there may be more. */
static bool read_once(struct fe_transfer *t)
{
    char *room = t->record->input;
    ptrdiff_t n = fe_upstream_recv(t->claim.upstream, room, FE_TRANSFER_INPUT_BYTES);
    if (n == -EAGAIN) {
        t->readable = false;
        return false;
    }
    if (n <= 0) {
        lose(t, n);
        return false;
    }
    fe_exchange_cork(t->x);
    take(t, (struct fe_slice){room, (size_t)n});
    fe_exchange_uncork(t->x);
    fe_transfer_settle(t, true);
    return true;
}

void fe_download_pull(struct fe_transfer *t)
{
    unsigned reads = 0;
    while (may_read(t)) {
        if (reads++ == READS_PER_TURN) {
            fe_upstream_kick(t->claim.upstream);
            return;
        }
        if (!read_once(t)) {
            return;
        }
    }
}

void fe_download_done(struct fe_transfer *t)
{
    fe_buf_done(&t->down.head);
    fe_arena_done(&t->down.arena);
    if (t->down.begun) {
        fe_wire_body_done(&t->down.body);
    }
    if (t->down.begun && t->down.change == FE_BODY_REWRITTEN) {
        fe_body_rewrite_done(&t->down.rewriting);
    }
}

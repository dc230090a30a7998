/* SPDX-License-Identifier: MIT */
/* The exchange: one request, and the answer in the making. The one noun that everything passes on.
 *
 * A handler either answers at once, by returning a status, or keeps the exchange, returns FE_LATER
 * and answers from some later callback. An exchange ends exactly once: FE_SENT when its whole
 * answer has been handed to the system, FE_GONE when the client left (or was cut off) before that.
 * Whoever keeps an exchange must have given it an on_end, and forgets it there: afterwards it does
 * not exist.
 *
 * Memory that should live as long comes from its arena. All calls are for the loop's thread. */
#ifndef FE_HTTP_EXCHANGE_H
#define FE_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "message/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/env.h"
#include "util/slice.h"

struct fe_exchange;
struct fe_loop;
struct fe_principal;
struct fe_route_match;

enum {
    FE_LATER = 0
}; /* a handler's "not yet" */

enum fe_outcome {
    FE_SENT,
    FE_GONE
};

/* Returns an HTTP status, the answer being set; or FE_LATER. */
typedef int fe_handler_fn(void *self, struct fe_exchange *x);
typedef void fe_exchange_end_fn(void *arg, struct fe_exchange *x, enum fe_outcome outcome);

/* ── the request ───────────────────────────────────────────────────────────────────────────── */

const struct fe_request *fe_exchange_request(const struct fe_exchange *x);

/* The body, whole; for routes with FE_BODY_WHOLE, and where it was kept; valid until the end of the
 * exchange. */
struct fe_slice fe_exchange_body(const struct fe_exchange *x);

/* Path parameter of the route's pattern, percent-decoded; empty if the pattern has none of that
 * name. */
struct fe_slice fe_exchange_param(const struct fe_exchange *x, const char *name);

/* "http://localhost:4000": scheme and Host that the client used, in the arena. */
struct fe_slice fe_exchange_origin(struct fe_exchange *x);

struct fe_arena *fe_exchange_arena(struct fe_exchange *x);
struct fe_env *fe_exchange_env(const struct fe_exchange *x);
struct fe_loop *fe_exchange_loop(const struct fe_exchange *x);

/* A number of its own, which the app gives it: log and journal speak of it. */
uint64_t fe_exchange_id(const struct fe_exchange *x);
void fe_exchange_set_id(struct fe_exchange *x, uint64_t id);

/* Whom the app has given it to, if it wants to know that at its end; borrowed. NULL until it is
 * set. */
void *fe_exchange_server(const struct fe_exchange *x);
void fe_exchange_set_server(struct fe_exchange *x, void *server);

/* Who answers, as X-Foundry-Emulator, log and journal say it: "emulate", "replay;seq=3". Static
 * text, or in the arena; empty until it is set. */
struct fe_slice fe_exchange_source(const struct fe_exchange *x);
void fe_exchange_set_source(struct fe_exchange *x, struct fe_slice source);

/* What was done to it besides: stands behind each source that is set from now on, and a semicolon.
 * Static text, or in the arena. */
void fe_exchange_set_mark(struct fe_exchange *x, struct fe_slice mark);

/* Who is asking, on routes with FE_ACCESS_BEARER (emulate/state/principal.h); else NULL. */
const struct fe_principal *fe_exchange_principal(const struct fe_exchange *x);
void fe_exchange_set_principal(struct fe_exchange *x, const struct fe_principal *principal);

/* ── a body that is read as it comes (routes with FE_BODY_STREAM) ──────────────────────────── */

struct fe_body_reader {
    /* Bytes, valid during the call. May pause. */
    void (*on_data)(void *arg, struct fe_exchange *x, struct fe_slice data);
    /* The body is complete. */
    void (*on_end)(void *arg, struct fe_exchange *x);
    /* on_data gets the body with its framing on: a chunked one with its sizes, extensions and
     * trailers, all checked and byte for byte; and the client is not told to go on
     * ("100 Continue"): that is for whoever reads, by fe_exchange_interim(). */
    bool as_framed;
};

/* From the handler, which returns FE_LATER. What has come already is delivered after it returned.
 * An answer may be given before the body's end: the rest is then read and dropped. A body past the
 * route's limit is answered 413 by the engine and ends the exchange as FE_GONE. */
void fe_exchange_read_body(struct fe_exchange *x, const struct fe_body_reader *reader, void *arg);

/* No on_data from now on (bytes wait in the kernel: back-pressure), until resumed. */
void fe_exchange_pause_body(struct fe_exchange *x);
void fe_exchange_resume_body(struct fe_exchange *x);

/* ── the answer, at once ───────────────────────────────────────────────────────────────────── */

/* Adds a field. `name` is borrowed (a literal), `value` copied. A value with CR, LF or NUL is a bug
 * of the caller's and asserted. Content-Length, Connection, Date and Transfer-Encoding are the
 * engine's. */
void fe_exchange_header(struct fe_exchange *x, struct fe_slice name, struct fe_slice value);

/* The buffer that becomes the body. */
struct fe_buf *fe_exchange_out(struct fe_exchange *x);

/* Makes `length` bytes of a file from `offset` the body (behind nothing in the buffer). The
 * descriptor is duplicated. 0 or -errno. */
int fe_exchange_send_file(struct fe_exchange *x, int fd, int64_t offset, int64_t length);

/* Answers an exchange that was kept. It ends later, from the loop; until then it may be read. */
void fe_exchange_answer(struct fe_exchange *x, int status);

bool fe_exchange_answered(const struct fe_exchange *x);
int fe_exchange_status(const struct fe_exchange *x); /* 0 before */

/* ── the answer, piece by piece (instead of fe_exchange_answer) ────────────────────────────── */

/* Sends the head. `length` of the body, or -1: chunked, or closed at the end for HTTP/1.0. */
void fe_exchange_begin(struct fe_exchange *x, int status, int64_t length);

/* Queues a copy; one call is one chunk. Returns whether the client keeps up: after false, write no
 * more until on_drain. */
bool fe_exchange_write(struct fe_exchange *x, struct fe_slice data);
void fe_exchange_on_drain(struct fe_exchange *x, void (*fn)(void *arg, struct fe_exchange *x),
                          void *arg);

/* The body is complete. */
void fe_exchange_finish(struct fe_exchange *x);

/* Cuts the connection, so that the client can tell that the answer is not whole. */
void fe_exchange_abort(struct fe_exchange *x);

/* ── its end ───────────────────────────────────────────────────────────────────────────────── */

/* One function for whoever keeps it; setting it again replaces it; NULL removes it. */
void fe_exchange_on_end(struct fe_exchange *x, fe_exchange_end_fn *fn, void *arg);

/* Bytes and time for log and journal. */
struct fe_exchange_facts {
    int64_t started_ns; /* the emulator's clock, head complete */
    int64_t started_monotonic_ns;
    int64_t duration_ns;     /* so far, monotonic, as it may be told */
    uint64_t request_bytes;  /* body */
    uint64_t response_bytes; /* body */
    const char *route;       /* the pattern, or "" */
};
void fe_exchange_facts(const struct fe_exchange *x, struct fe_exchange_facts *facts_out);

/* ── dispatch ──────────────────────────────────────────────────────────────────────────────── */

/* Gives the exchange to a route's handler: at once, or when its body is whole. For the mode's
 * dispatcher, inside on_request, which then does nothing more with it; or once more, by whoever has
 * had it first and has kept its body, or left it alone: the next one has that as if it came now. */
void fe_exchange_dispatch(struct fe_exchange *x, const struct fe_route_match *match);

/* Inside on_request, instead of a dispatch: keeps the body, so that the whole request may be looked
 * at before it is decided who answers. A small one stays in memory, a large one is a file without a
 * name. `fn` is called when it is whole, as a handler; fe_exchange_body() is the body, decoded. It
 * answers, or dispatches and returns FE_LATER. More than `bytes_max` is answered 413. */
void fe_exchange_keep_body(struct fe_exchange *x, uint64_t bytes_max, fe_handler_fn *fn,
                           void *self);

/* What a server serves. */
struct fe_app {
    void *self;
    /* Who answers, as refusals of the engine's own say in X-Foundry-Emulator: "emulate". */
    const char *source;
    /* A head is complete: of any method, also FE_METHOD_OTHER, and of any target, also "*".
     * Answers, or dispatches. */
    void (*on_request)(void *self, struct fe_exchange *x);
    /* An answer is about to leave: the last chance for fields that every answer has. May be NULL.
     */
    void (*on_answer)(void *self, struct fe_exchange *x);
    /* It ends, after on_end of whoever kept it: log and journal. May be NULL. */
    void (*on_end)(void *self, struct fe_exchange *x, enum fe_outcome outcome);
};

#endif

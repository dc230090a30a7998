/* SPDX-License-Identifier: MIT */
/* Between an exchange and the engine that carries it: for src/http only. An engine makes an
 * exchange when a head is complete, feeds it the body, does what its operations ask, and ends it.
 *
 * Rules for engines. No operation ends the exchange before it returns: the end comes from the
 * engine's own stack or the loop. Exactly one fe_exchange_end() an exchange. */
#ifndef FE_HTTP_EXCHANGE_ENGINE_H
#define FE_HTTP_EXCHANGE_ENGINE_H

#include "http/exchange.h"
#include "http/relay.h"
#include "http/router.h"

struct fe_engine_ops {
    /* The whole answer stands in x->response: head and body. */
    void (*answer)(struct fe_exchange *x);
    /* Piece by piece. write() returns the bytes that wait to be sent. */
    void (*begin)(struct fe_exchange *x);
    size_t (*write)(struct fe_exchange *x, struct fe_slice data);
    void (*finish)(struct fe_exchange *x);
    void (*abort)(struct fe_exchange *x);
    /* An interim head, whole; `goes_on`: it is "100 Continue". */
    void (*interim)(struct fe_exchange *x, struct fe_slice head, bool goes_on);
    /* The exchange takes body bytes again. */
    void (*resume)(struct fe_exchange *x);
    /* What is sent is small and more follows at once; or no more follows. */
    void (*cork)(struct fe_exchange *x, bool corked);
};

struct fe_response {
    int status; /* 0: none yet */
    struct fe_headers headers;
    struct fe_buf out;
    int fd; /* -1, or the body's file, ours to close */
    int64_t fd_offset;
    int64_t length; /* of the body when begun or from a file; -1 unknown */
    bool relayed;   /* somebody else's: fe_exchange_relay() */
    bool closes;    /* behind this answer */
    enum fe_relay_framing framing;
    struct fe_slice reason;
};

enum fe_body_state {
    FE_BODY_EXPECTED, /* bytes may come */
    FE_BODY_COMPLETE
};

struct fe_exchange {
    const struct fe_engine_ops *engine;
    void *connection; /* the engine's */
    const struct fe_app *app;
    struct fe_env *env;
    struct fe_loop *loop;
    uint64_t id;
    void *server; /* fe_exchange_set_server() */

    struct fe_arena arena;
    struct fe_request request;
    struct fe_response response;
    const struct fe_principal *principal;
    struct fe_slice source;
    struct fe_slice mark; /* of every source it will have */

    const struct fe_route *route;
    void *route_self;
    struct fe_slice params[FE_ROUTE_PARAMS_MAX];

    enum fe_body_state body_state;
    bool body_paused;
    bool body_dropped;  /* nobody wants the rest */
    bool handler_waits; /* for the whole body */
    bool streaming;     /* begun piece by piece */
    bool finished;      /* whoever answers has said all */
    bool held;          /* and it has not all been given to the engine yet (impair.h) */
    bool aborted;
    bool truncated;        /* its client gets a part of it only */
    bool expects_continue; /* the engine's word */
    struct fe_buf body;    /* FE_BODY_WHOLE; env->body_bytes counts it */
    const struct fe_body_reader *reader;
    void *reader_arg;
    struct fe_kept_body *kept;    /* NULL: it is not kept (kept_body.h) */
    struct fe_impaired *impaired; /* NULL: its answer leaves as it is (impair.h) */

    void (*drain_fn)(void *arg, struct fe_exchange *x);
    void *drain_arg;
    fe_exchange_end_fn *end_fn;
    void *end_arg;

    int64_t started_ns;
    int64_t started_monotonic_ns;
    uint64_t request_bytes;
    uint64_t response_bytes;
};

/* A new exchange with an empty request, whose slices the engine fills with text in x->arena (or
 * text that outlives the exchange). */
struct fe_exchange *fe_exchange_new(const struct fe_engine_ops *engine, void *connection,
                                    const struct fe_app *app, struct fe_env *env,
                                    struct fe_loop *loop);

/* The request is complete as far as its head goes: hands it to the app. `has_body` says whether
 * fe_exchange_feed() will follow; fe_exchange_feed_end() follows in any case. */
void fe_exchange_start(struct fe_exchange *x);

/* Lets its route's handler have it. */
void fe_exchange_run_handler(struct fe_exchange *x);

/* The most the body may have, for the engine to check while it counts; set after start. */
uint64_t fe_exchange_body_max(const struct fe_exchange *x);

/* Whether bytes may be fed now. */
bool fe_exchange_takes_body(const struct fe_exchange *x);

/* Whether nobody acts on them before the body is whole, or at all: the client sets the pace. */
bool fe_exchange_gathers_body(const struct fe_exchange *x);

/* Whether they are to be fed with their framing on. */
bool fe_exchange_takes_framed(const struct fe_exchange *x);

void fe_exchange_feed(struct fe_exchange *x, struct fe_slice data);
void fe_exchange_feed_end(struct fe_exchange *x);

/* Somebody has it later than at once, and none of its body was read: what has come of that goes to
 * him, and the engine may go on. */
void fe_exchange_catch_up(struct fe_exchange *x);

/* The whole answer is with the engine. */
static inline bool fe_exchange_is_complete(const struct fe_exchange *x)
{
    return x->finished && !x->held;
}

/* The output has run down to FE_LIMIT_OUTPUT_LOW_BYTES. */
void fe_exchange_drained(struct fe_exchange *x);

/* The same, for whoever writes the answer. */
void fe_exchange_tell_drained(struct fe_exchange *x);

/* It is over: tells whoever keeps it and the app, then frees it. */
void fe_exchange_end(struct fe_exchange *x, enum fe_outcome outcome);

/* Appends the head to `out`, framing decided: "Content-Length" or, when `chunked`,
 * "Transfer-Encoding: chunked"; "Connection: close" when `close`. A relayed head has its own. */
void fe_response_write_head(const struct fe_exchange *x, bool chunked, bool close,
                            struct fe_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
/* One connection at the gate (http/gate.h); for gate.c, connection.c, intake.c,
 * answer.c and deadline.c only. */
#ifndef FE_HTTP_CONNECTION_H
#define FE_HTTP_CONNECTION_H

#include "http/exchange_engine.h"
#include "http/gate.h"
#include "http/head.h"
#include "http/output.h"
#include "http/transport.h"

enum fe_connection_state {
    FE_CONNECTION_HEAD,
    FE_CONNECTION_BODY,
    FE_CONNECTION_BUSY,
    FE_CONNECTION_LINGER
};

enum {
    FE_PEER_BYTES = 56
}; /* "[IPv6]:port" and NUL */

struct fe_connection {
    LIST_ENTRY(fe_connection) link;
    struct fe_gate *gate;
    struct fe_transport transport;
    struct fe_output output;
    char peer[FE_PEER_BYTES];

    enum fe_connection_state state;
    bool running;      /* fe_connection_run() is on the stack */
    bool cut;          /* to be closed, now, whatever else was planned */
    bool closes;       /* behind the answer */
    bool continue_due; /* the client waits for "100 Continue" */
    bool choked;       /* the exchange was told to wait until the output has drained */
    bool shut;         /* our side: for a while now, or of an answer that is cut short */
    bool surplus;      /* there is no room for it: its request is answered 503 */
    unsigned quiet_s;  /* since something moved, as far as a deadline depends on it */
    unsigned slow_s;   /* how far it is behind the pace that is asked of it */
    uint64_t moved;    /* bytes of body and output in this second */
    unsigned reads;    /* in this turn */

    struct fe_slice ahead; /* read and not yet used: in gate->input while running, else in `kept` */
    char *kept;
    struct fe_head_scan scan;
    struct fe_body_decoder body;
    uint64_t body_bytes; /* decoded so far */
    uint64_t body_bytes_max;

    struct fe_exchange *x; /* NULL: between two */
    bool reached;          /* what was written of its answer is out, and the client was there */
    bool delivered;        /* its answer is out, and the client was there to read it */
    bool bodyless;         /* its answer has a head only */
    bool chunked;          /* its answer is written in chunks */
    int64_t answer_left;   /* bytes of its answer to be written; -1: not known */
};

/* What an exchange of ours asks for; answer.c. */
extern const struct fe_engine_ops fe_connection_ops;

/* Does all that can be done now, and frees the connection if that was its end. */
void fe_connection_run(struct fe_connection *c);

/* A step of that: reads on, as the state says. Returns whether another may follow. intake.c. */
bool fe_connection_take_in(struct fe_connection *c);

/* What came before is over: the next request may come. Returns true. */
bool fe_connection_await_head(struct fe_connection *c);

/* Answers by ourselves and closes. Where an answer has begun there is no room for another: one that
 * is complete is sent to its end, any other is cut. Returns true. Run the connection afterwards. */
bool fe_connection_refuse(struct fe_connection *c, int status, const char *why);

/* Where the last byte of an answer may just have left: sees to it that the exchange ends as FE_SENT
 * if it has, whatever the client does from now on. */
void fe_connection_note_delivery(struct fe_connection *c);

/* A second has passed. May free it. deadline.c. */
void fe_connection_tick(struct fe_connection *c);

#endif

/* SPDX-License-Identifier: MIT */
/* The gate: everything between a socket and an exchange.
 *
 * A connection goes round HEAD → BODY → BUSY → HEAD, and leaves by LINGER:
 *
 *   HEAD    a request's head is awaited. It is looked at while it comes, refused at the first wrong
 *           byte, and read only when it is complete (http/head.h). Between requests it is idle
 * here. BODY    the exchange has begun and takes the body as it comes, decoded (http/framing.h), as
 *           fast as it likes: what it does not take waits in the kernel. An answer may be under way
 *           already; when it is out and the body is not, the rest is read and dropped.
 *   BUSY    the request is complete and the answer is not out yet. What the client sends meanwhile
 *           waits. This is where a long poll spends its time.
 *   LINGER  we close. Our side is shut, what still comes is dropped until the client closes too, so
 *           that it gets to read the answer before a reset could overtake it (RFC 9112 §9.6).
 *
 * Every state has its deadline, counted in ticks of one second. A client that leaves is noticed in
 * every state at once: one that waits for its answer loses it (FE_GONE), one whose answer is on its
 * way may have closed only its sending side, and gets it.
 *
 * The pieces: connection.c moves along these states, intake.c reads what each of them is waiting
 * for, answer.c turns an exchange's operations into output, deadline.c counts the seconds, gate.c
 * is what all connections share. None of them knows who accepts connections (http/acceptor.h), and
 * the parsers know nothing of connections. */
#ifndef FE_HTTP_GATE_H
#define FE_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "http/exchange.h"
#include "util/buf.h"

struct event_base;
struct fe_connection;
struct fe_tls_context;
struct sockaddr;

struct fe_gate {
    struct fe_loop *loop;
    struct event_base *base;
    struct fe_env *env;
    const struct fe_app *app;
    void (*on_closed)(void *arg); /* a connection has gone */
    void *arg;

    LIST_HEAD(, fe_connection) connections;
    size_t count;
    size_t connections_max;
    size_t surplus; /* connections beyond those: their requests are answered 503 */
    size_t surplus_max;
    bool crowded; /* and it has been said */
    bool draining;

    /* Room for whichever connection is running: they run one at a time, and none keeps any. */
    char *input; /* FE_LIMIT_INPUT_BYTES */
    struct fe_buf head;
};

void fe_gate_init(struct fe_gate *gate, struct fe_loop *loop, struct fe_env *env,
                  const struct fe_app *app, void (*on_closed)(void *arg), void *arg);

/* Cuts off what is left. */
void fe_gate_done(struct fe_gate *gate);

/* Takes a new connection; `tls` NULL: a plain one. False: the system has nothing left for it, and
 * it has been closed. */
bool fe_gate_admit(struct fe_gate *gate, int fd, struct fe_tls_context *tls,
                   const struct sockaddr *peer);

/* Whether there is no room even for connections that are only to be told so. */
bool fe_gate_is_full(const struct fe_gate *gate);

/* A second has passed: deadlines. */
void fe_gate_tick(struct fe_gate *gate);

/* Closes what is idle; the rest will close behind its answers. */
void fe_gate_drain(struct fe_gate *gate);

/* Closes all connections, whatever they do. */
void fe_gate_cut(struct fe_gate *gate);

#endif

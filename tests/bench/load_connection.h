/* SPDX-License-Identifier: MIT */
/* A connection of bench_load: asks, takes the answer, and asks again; plain or over TLS 1.3. */
#ifndef FE_BENCH_LOAD_CONNECTION_H
#define FE_BENCH_LOAD_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "load_answer.h"
#include "load_plan.h"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

/* What all connections have in common. */
struct crowd {
    struct plan plan;
    int port; /* of 127.0.0.1 */
    int epoll_fd;
    SSL_CTX *tls; /* NULL: plain */
    bool once;    /* a connection for each request */
    uint64_t requests_max;
    uint64_t asked;
    uint64_t answered;
    uint64_t bytes; /* of bodies */
    int64_t *latencies_ns;
    uint64_t latencies_max;
};

struct connection {
    struct crowd *crowd;
    int fd;
    SSL *tls;
    const struct ask *ask; /* NULL: nothing to do any more, or waiting for the other side's end */
    size_t sent;
    uint32_t events;
    int64_t asked_ns;
    struct answer answer;
};

/* Connects, and asks for the first time; or not, if there have been enough requests. */
void connection_open(struct connection *connection, struct crowd *crowd);

/* Has one that rests ask again. */
void connection_ask(struct connection *connection);

/* Does what can be done without waiting. */
void connection_go_on(struct connection *connection);
void connection_close(struct connection *connection);

#endif

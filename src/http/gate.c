/* SPDX-License-Identifier: MIT */
#include "http/gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/connection.h"
#include "http/loop_base.h"
#include "util/alloc.h"
#include "util/limits.h"

/* The head of an answer: what handlers put into it is theirs to bound. */
enum {
    ANSWER_HEAD_BYTES_MAX = 1 << 20
};

void fe_gate_init(struct fe_gate *gate, struct fe_loop *loop, struct fe_env *env,
                  const struct fe_app *app, void (*on_closed)(void *arg), void *arg)
{
    *gate = (struct fe_gate){
        .loop = loop,
        .base = fe_loop_base(loop),
        .env = env,
        .app = app,
        .on_closed = on_closed,
        .arg = arg,
        .connections_max = FE_LIMIT_CONNECTIONS,
        .surplus_max = FE_LIMIT_SURPLUS_CONNECTIONS,
        .input = fe_xalloc(FE_LIMIT_INPUT_BYTES),
    };
    LIST_INIT(&gate->connections);
    fe_buf_init(&gate->head, ANSWER_HEAD_BYTES_MAX);
}

void fe_gate_done(struct fe_gate *gate)
{
    fe_gate_cut(gate);
    fe_buf_done(&gate->head);
    free(gate->input);
}

/* "127.0.0.1:4711", "[::1]:4711" or "unix". */
static void write_peer(const struct sockaddr *peer, char text[FE_PEER_BYTES])
{
    char host[INET6_ADDRSTRLEN];
    if (peer->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)peer;
        (void)inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        (void)snprintf(text, FE_PEER_BYTES, "%s:%u", host, ntohs(in->sin_port));
    } else if (peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)peer;
        (void)inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
        (void)snprintf(text, FE_PEER_BYTES, "[%s]:%u", host, ntohs(in->sin6_port));
    } else {
        (void)snprintf(text, FE_PEER_BYTES, "unix");
    }
}

static void on_ready(void *arg)
{
    fe_connection_run(arg);
}

static size_t count_served(const struct fe_gate *gate)
{
    return gate->count - gate->surplus;
}

/* What is too much is said once, until there is room again. */
static void count_in(struct fe_gate *gate, struct fe_connection *c)
{
    c->surplus = count_served(gate) >= gate->connections_max;
    gate->count++;
    gate->surplus += c->surplus;
    if (c->surplus && !gate->crowded) {
        fe_log_printf(&gate->env->log, FE_LOG_WARNING,
                      "there are %zu connections, and no more are served", gate->connections_max);
    }
    gate->crowded = c->surplus || (gate->crowded && count_served(gate) == gate->connections_max);
}

bool fe_gate_admit(struct fe_gate *gate, int fd, struct fe_tls_context *tls,
                   const struct sockaddr *peer)
{
    struct fe_connection *c = fe_xalloc(sizeof(*c));
    if (fe_transport_start(&c->transport, gate->base, fd, tls, on_ready, c) < 0) {
        free(c);
        return false;
    }
    c->gate = gate;
    c->ahead = (struct fe_slice){NULL, 0};
    fe_output_init(&c->output);
    write_peer(peer, c->peer);
    LIST_INSERT_HEAD(&gate->connections, c, link);
    count_in(gate, c);
    return true;
}

bool fe_gate_is_full(const struct fe_gate *gate)
{
    return gate->surplus >= gate->surplus_max;
}

void fe_gate_tick(struct fe_gate *gate)
{
    struct fe_connection *next = NULL;
    for (struct fe_connection *c = LIST_FIRST(&gate->connections); c; c = next) {
        next = LIST_NEXT(c, link);
        fe_connection_tick(c);
    }
}

void fe_gate_drain(struct fe_gate *gate)
{
    struct fe_connection *next = NULL;
    gate->draining = true;
    for (struct fe_connection *c = LIST_FIRST(&gate->connections); c; c = next) {
        next = LIST_NEXT(c, link);
        if (c->state == FE_CONNECTION_HEAD && !c->running && fe_output_is_empty(&c->output)) {
            (void)fe_transport_shutdown(&c->transport);
            c->cut = true;
            fe_connection_run(c);
        }
    }
}

void fe_gate_cut(struct fe_gate *gate)
{
    while (!LIST_EMPTY(&gate->connections)) {
        struct fe_connection *c = LIST_FIRST(&gate->connections);
        c->cut = true;
        fe_connection_run(c);
    }
}

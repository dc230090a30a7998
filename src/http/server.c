/* SPDX-License-Identifier: MIT */
/* Listeners, and the life and death of the gate behind them. */
#include "http/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "http/acceptor.h"
#include "http/gate.h"
#include "http/listener.h"
#include "http/server_private.h"
#include "http/tls_context.h"
#include "util/alloc.h"
#include "util/descriptors.h"
#include "util/limits.h"

enum {
    TICK_MS = 1000
};

struct port {
    struct fe_http_server *server;
    struct fe_tls_context *tls; /* borrowed; NULL: plain */
    struct fe_listener listener;
    struct fe_acceptor *acceptor;
};

struct fe_http_server {
    struct fe_loop *loop;
    struct fe_env *env;
    struct fe_gate gate;
    struct fe_tls_context *tls;
    struct port ports[FE_LIMIT_LISTENERS];
    size_t port_count;
    struct fe_timer *tick; /* runs while there are connections */
    struct fe_timer *drain_end;
    bool paused;  /* full: no more are accepted */
    bool starved; /* the system has refused to accept one, and this has been said */
    void (*on_drained)(void *arg);
    void *drained_arg;
};

/* ── time ── */

void fe_http_server_tick(struct fe_http_server *server)
{
    fe_gate_tick(&server->gate);
}

static void on_tick(void *arg)
{
    struct fe_http_server *server = arg;
    fe_http_server_tick(server);
    if (server->gate.count > 0) {
        fe_timer_start(server->tick, TICK_MS);
    }
}

/* ── connections come and go ── */

static void pause_ports(struct fe_http_server *server)
{
    server->paused = true;
    for (size_t i = 0; i < server->port_count; i++) {
        fe_acceptor_pause(server->ports[i].acceptor);
    }
}

static void resume_ports(struct fe_http_server *server)
{
    server->paused = false;
    for (size_t i = 0; i < server->port_count; i++) {
        fe_acceptor_resume(server->ports[i].acceptor);
    }
}

static void on_accept(void *arg, int fd, const struct sockaddr *peer)
{
    const struct port *port = arg;
    struct fe_http_server *server = port->server;
    if (!fe_gate_admit(&server->gate, fd, port->tls, peer)) {
        fe_log_printf(&server->env->log, FE_LOG_WARNING, "cannot take another connection");
        return;
    }
    server->starved = false;
    if (server->gate.count == 1) {
        fe_timer_start(server->tick, TICK_MS);
    }
    if (fe_gate_is_full(&server->gate)) {
        pause_ports(server);
    }
}

/* Accepting is tried again and again; it is said once. */
static void on_accept_error(void *arg, int error)
{
    const struct port *port = arg;
    struct fe_http_server *server = port->server;
    if (!server->starved) {
        server->starved = true;
        fe_log_printf(&server->env->log, FE_LOG_ERROR, "cannot accept connections for now: %s",
                      strerror(error));
    }
}

static void on_closed(void *arg)
{
    struct fe_http_server *server = arg;
    if (server->gate.draining) {
        if (server->gate.count == 0) {
            fe_timer_start(server->drain_end, 0);
        }
    } else if (server->paused && !fe_gate_is_full(&server->gate)) {
        resume_ports(server);
    }
}

/* ── life ── */

/* libevent hands its callback no argument, so its warnings cannot reach the server's own log. */
static void on_libevent_log(int severity, const char *message)
{
    const struct fe_log log = {.level = FE_LOG_WARNING};
    bool grave = severity == EVENT_LOG_ERR;
    fe_log_printf(&log, grave ? FE_LOG_ERROR : FE_LOG_DEBUG, "libevent: %s", message);
}

static void on_drain_end(void *arg)
{
    struct fe_http_server *server = arg;
    void (*on_drained)(void *) = server->on_drained;
    fe_gate_cut(&server->gate);
    fe_timer_stop(server->drain_end);
    server->on_drained = NULL;
    if (on_drained) {
        on_drained(server->drained_arg);
    }
}

static void share_descriptors(struct fe_gate *gate)
{
    struct fe_descriptor_shares shares;
    fe_descriptors_share(&shares);
    if (shares.connections / 4 < gate->surplus_max) {
        gate->surplus_max = shares.connections / 4;
    }
    if (shares.connections - gate->surplus_max < gate->connections_max) {
        gate->connections_max = shares.connections - gate->surplus_max;
    }
}

struct fe_http_server *fe_http_server_new(struct fe_loop *loop, struct fe_env *env,
                                          const struct fe_app *app)
{
    struct fe_http_server *server = fe_xalloc(sizeof(*server));
    event_set_log_callback(on_libevent_log);
    server->loop = loop;
    server->env = env;
    server->tick = fe_timer_new(loop, on_tick, server);
    server->drain_end = fe_timer_new(loop, on_drain_end, server);
    fe_gate_init(&server->gate, loop, env, app, on_closed, server);
    share_descriptors(&server->gate);
    return server;
}

void fe_http_server_limit(struct fe_http_server *server, size_t connections_max)
{
    server->gate.connections_max = connections_max;
}

void fe_http_server_use_tls(struct fe_http_server *server, struct fe_tls_context *tls)
{
    assert(server->tls == NULL);
    server->tls = tls;
}

static int accept_at(struct port *port)
{
    const struct fe_acceptor_events events = {on_accept, on_accept_error, port};
    port->acceptor = fe_acceptor_new(port->server->loop, &events);
    int r = fe_acceptor_listen(port->acceptor, port->listener.fd);
    if (r < 0) {
        (void)close(port->listener.fd);
        fe_acceptor_free(port->acceptor);
        fe_listener_done(&port->listener);
    }
    return r;
}

int fe_http_server_listen(struct fe_http_server *server, const struct fe_listen_address *address)
{
    if (address->tls && server->tls == NULL) {
        return -EPROTONOSUPPORT;
    }
    if (server->port_count == FE_LIMIT_LISTENERS) {
        return -EMFILE;
    }
    struct port *port = &server->ports[server->port_count];
    *port = (struct port){.server = server, .tls = address->tls ? server->tls : NULL};
    int r = fe_listener_open(&port->listener, address);
    if (r == 0) {
        r = accept_at(port);
    }
    if (r == 0) {
        server->port_count++;
    }
    return r;
}

const char *fe_http_server_url(const struct fe_http_server *server, size_t index)
{
    return index < server->port_count ? server->ports[index].listener.url : NULL;
}

size_t fe_http_server_connections(const struct fe_http_server *server)
{
    return server->gate.count;
}

void fe_http_server_drain(struct fe_http_server *server, void (*on_drained)(void *arg), void *arg)
{
    assert(!server->gate.draining);
    server->on_drained = on_drained;
    server->drained_arg = arg;
    for (size_t i = 0; i < server->port_count; i++) {
        fe_acceptor_close(server->ports[i].acceptor);
    }
    fe_gate_drain(&server->gate);
    fe_timer_start(server->drain_end, server->gate.count == 0 ? 0 : FE_LIMIT_DRAIN_MS);
}

void fe_http_server_cut(struct fe_http_server *server)
{
    fe_gate_cut(&server->gate);
}

/* The order is evhtp's: listeners, a turn of the loop in which what libevent has put off is freed,
 * and then evhtp itself. */
void fe_http_server_free(struct fe_http_server *server)
{
    if (server == NULL) {
        return;
    }
    fe_gate_done(&server->gate);
    for (size_t i = 0; i < server->port_count; i++) {
        fe_acceptor_close(server->ports[i].acceptor);
    }
    fe_timer_free(server->tick);
    fe_timer_free(server->drain_end);
    fe_loop_turn(server->loop);
    for (size_t i = 0; i < server->port_count; i++) {
        fe_acceptor_free(server->ports[i].acceptor);
        fe_listener_done(&server->ports[i].listener);
    }
    fe_tls_context_free(server->tls);
    free(server);
}

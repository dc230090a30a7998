/* SPDX-License-Identifier: MIT */
/* Listeners and connections: the outside of the HTTP engine. Which engine it is (libevhtp behind a
 * gate, see gate.h) shows nowhere outside src/http. */
#ifndef FE_HTTP_SERVER_H
#define FE_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "http/exchange.h"
#include "http/loop.h"
#include "util/env.h"
#include "util/slice.h"

struct fe_tls_context;

/* "http://HOST:PORT", "https://HOST:PORT" or "unix:PATH" (design: command line). */
struct fe_listen_address {
    bool tls;
    bool unix_socket;
    bool loopback;       /* a loopback host, or a UNIX socket */
    char host[256];      /* without brackets; or the socket's path */
    unsigned short port; /* 0: any free one */
};

/* -EINVAL: not such a URL; *why_out says what was expected (static text). */
int fe_listen_address_parse(struct fe_slice url, struct fe_listen_address *address_out,
                            const char **why_out);

struct fe_http_server;

/* `app`, `env` and `loop` are borrowed and outlive the server. */
struct fe_http_server *fe_http_server_new(struct fe_loop *loop, struct fe_env *env,
                                          const struct fe_app *app);

/* What https listeners show; before the first of them. The server's from here on. */
void fe_http_server_use_tls(struct fe_http_server *server, struct fe_tls_context *tls);

/* Binds and listens; connections are served once the loop runs. A socket file that nobody listens
 * on is replaced. -errno of the system's refusal (-EADDRINUSE, …); -EPROTONOSUPPORT: https without
 * fe_http_server_use_tls(). */
int fe_http_server_listen(struct fe_http_server *server, const struct fe_listen_address *address);

/* URLs with the real ports: "http://127.0.0.1:4000"; NULL past the last. */
const char *fe_http_server_url(const struct fe_http_server *server, size_t index);

/* Stops accepting, closes idle connections, lets exchanges end (their connections close behind
 * them). `on_drained` runs from the loop when none is left; after FE_LIMIT_DRAIN_MS the rest is cut
 * off and it runs too. */
void fe_http_server_drain(struct fe_http_server *server, void (*on_drained)(void *arg), void *arg);

/* Ends every exchange and closes every connection, whatever they do; outside the loop's callbacks.
 */
void fe_http_server_cut(struct fe_http_server *server);

size_t fe_http_server_connections(const struct fe_http_server *server);

/* Cuts what is left off and frees. Call outside the loop's callbacks. */
void fe_http_server_free(struct fe_http_server *server);

#endif

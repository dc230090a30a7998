/* SPDX-License-Identifier: MIT */
/* The clock's end of a server, and its limit, for tests that cannot wait, or fill it up. */
#ifndef FE_HTTP_SERVER_PRIVATE_H
#define FE_HTTP_SERVER_PRIVATE_H

#include <stddef.h>

struct fe_http_server;

/* A second has passed: what the server's own timer calls, and all that its deadlines know of time.
 */
void fe_http_server_tick(struct fe_http_server *server);

/* Serves so many connections at one time, and not what descriptors allow. */
void fe_http_server_limit(struct fe_http_server *server, size_t connections_max);

#endif

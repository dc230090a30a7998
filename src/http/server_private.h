/* SPDX-License-Identifier: MIT */
/* The clock's end of a server, for tests that cannot wait. */
#ifndef FE_HTTP_SERVER_PRIVATE_H
#define FE_HTTP_SERVER_PRIVATE_H

struct fe_http_server;

/* A second has passed: what the server's own timer calls, and all that its deadlines know of time.
 */
void fe_http_server_tick(struct fe_http_server *server);

#endif

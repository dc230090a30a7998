/* SPDX-License-Identifier: MIT */
/* A bound socket, ready to listen: TCP or UNIX. */
#ifndef FE_HTTP_LISTENER_H
#define FE_HTTP_LISTENER_H

#include "http/server.h"

struct fe_listener {
    int fd;
    char *url;  /* with the real port */
    char *path; /* of a UNIX socket, else NULL */
};

/* A socket file that nobody listens on is replaced. -errno; -EADDRNOTAVAIL: the host has no
 * address. */
int fe_listener_open(struct fe_listener *listener, const struct fe_listen_address *address);

/* Removes the socket file, if it is still this one. The descriptor is whoever took it's to close.
 */
void fe_listener_done(struct fe_listener *listener);

#endif

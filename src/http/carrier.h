/* SPDX-License-Identifier: MIT */
/* What accepts connections and carries them: libevhtp, and this is all that is asked of it. Another
 * engine that can do as much takes its place by implementing this header.
 *
 * A carrier serves one listening socket. Of each connection it tells the server once; from then on
 * the gate reads and writes by itself (http/transport.h) and tells the carrier when a request
 * begins and ends, and when the connection is to go. */
#ifndef FE_HTTP_CARRIER_H
#define FE_HTTP_CARRIER_H

#include <stdbool.h>

struct fe_carried; /* a connection, as its carrier knows it */
struct fe_carrier;
struct fe_loop;
struct sockaddr;

struct fe_carrier_events {
    /* A connection: takes it, or returns false to have it closed. `fd` is the carrier's, open until
     * some time after fe_carried_free(). */
    bool (*on_accept)(void *arg, struct fe_carried *carried, int fd, const struct sockaddr *peer);
    /* The system refuses to accept any (descriptors are used up, mostly). Accepting rests a moment.
     */
    void (*on_accept_error)(void *arg, int error);
    void *arg;
};

/* `events` is copied. */
struct fe_carrier *fe_carrier_new(struct fe_loop *loop, const struct fe_carrier_events *events);

/* Listens on a bound socket, which is the carrier's after success. 0 or -errno. */
int fe_carrier_listen(struct fe_carrier *carrier, int fd);

/* Accepts none until it is resumed: who connects waits in the kernel. */
void fe_carrier_pause(struct fe_carrier *carrier);
void fe_carrier_resume(struct fe_carrier *carrier);

/* Accepts no more and closes the listening socket. */
void fe_carrier_close(struct fe_carrier *carrier);

/* After all its connections, and after a turn of the loop that follows fe_carrier_close(). */
void fe_carrier_free(struct fe_carrier *carrier);

/* A request's life, for the carrier's books: strictly in turn, and never from a callback of its. */
void fe_carried_begin_request(struct fe_carried *carried);
void fe_carried_end_request(struct fe_carried *carried);

/* Closes the connection, within a request or between two. */
void fe_carried_free(struct fe_carried *carried);

#endif

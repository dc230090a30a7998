/* SPDX-License-Identifier: MIT */
/* A connection's bytes: reading, writing, and knowing when either may be tried again or the peer
 * has left. The gate does its input and output here and nowhere else.
 *
 * A socket is watched edge by edge, for everything, from its first to its last moment: one call of
 * epoll_ctl() in its life. Reading is never switched off, so a hang-up is seen at once even while
 * nobody reads; what nobody reads waits in the kernel, which is all the back-pressure there is. TLS
 * changes nothing of that: its handshake, its records and its own word for the end
 * (http/tls_session.h) stay in here. */
#ifndef FE_HTTP_TRANSPORT_H
#define FE_HTTP_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <event2/event_struct.h>

#include "util/slice.h"

struct event_base;
struct fe_tls_context;
struct fe_tls_session;

typedef void fe_transport_fn(void *arg);

struct fe_transport {
    int fd;                     /* owned */
    struct fe_tls_session *tls; /* NULL: plain */
    bool readable;              /* bytes, or the end, may wait in the kernel or in `tls` */
    bool hung_up;               /* the peer has left, or sends no more */
    bool broken;                /* nothing can reach the peer any more */
    bool unsure;                /* a reset may stand behind what was read last */
    struct event io;
    fe_transport_fn *on_ready;
    void *arg;
};

/* Takes `fd`, a connected, non-blocking stream socket, and watches it; `tls` NULL: plain.
 * `on_ready` runs from the loop whenever reading or writing may succeed again or the peer has left.
 * 0 or -errno; then `fd` has been closed. */
int fe_transport_start(struct fe_transport *transport, struct event_base *base, int fd,
                       struct fe_tls_context *tls, fe_transport_fn *on_ready, void *arg);
void fe_transport_close(struct fe_transport *transport);

/* Whether bytes can pass: a TLS handshake is over. */
bool fe_transport_is_open(const struct fe_transport *transport);

/* What is wrong with the peer's TLS; NULL: nothing. Static text. */
const char *fe_transport_problem(const struct fe_transport *transport);

/* Up to `len` bytes; 0 at the end of what the peer sends; -EAGAIN: not now; or -errno.
 * -EPROTONOSUPPORT: the peer speaks HTTP where TLS is expected; from here on the transport is
 * plain, so that the peer can be told. */
ssize_t fe_transport_read(struct fe_transport *transport, char *room, size_t len);

/* What the kernel takes of the pieces together; -EAGAIN: not now; or -errno. */
ssize_t fe_transport_write(struct fe_transport *transport, const struct fe_slice *pieces,
                           size_t count);

/* Likewise from a file; -ENODATA when it ends before `len` bytes. */
ssize_t fe_transport_send_file(struct fe_transport *transport, int file, int64_t offset,
                               size_t len);

/* Asks the kernel whether the peer has left, although unread bytes may stand before that news: sets
 * hung_up and broken. */
void fe_transport_look(struct fe_transport *transport);

/* Runs on_ready in the loop's next turn. */
void fe_transport_kick(struct fe_transport *transport);

/* No more bytes to the peer; it sees the end. 0; -EAGAIN: not yet, call again when ready. */
int fe_transport_shutdown(struct fe_transport *transport);

/* Closing will tell the peer that something went wrong (RST), not that this is the end (FIN). */
void fe_transport_reset_on_close(struct fe_transport *transport);

#endif

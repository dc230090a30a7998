/* SPDX-License-Identifier: MIT */
#include "http/transport.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <event2/event.h>

enum {
    PIECES_MAX = 4
};

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    struct fe_transport *transport = arg;
    (void)fd;
    transport->readable |= (what & EV_READ) != 0;
    transport->hung_up |= (what & EV_CLOSED) != 0;
    transport->on_ready(transport->arg);
}

int fe_transport_start(struct fe_transport *transport, struct event_base *base, int fd,
                       fe_transport_fn *on_ready, void *arg)
{
    *transport = (struct fe_transport){.fd = fd, .on_ready = on_ready, .arg = arg};
    short events = EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST;
    if (event_assign(&transport->io, base, fd, events, on_event, transport) < 0 ||
        event_add(&transport->io, NULL) < 0) {
        return -ENOMEM;
    }
    return 0;
}

void fe_transport_stop(struct fe_transport *transport)
{
    (void)event_del(&transport->io);
}

ssize_t fe_transport_read(struct fe_transport *transport, char *room, size_t len)
{
    assert(len > 0);
    if (!transport->readable) {
        return -EAGAIN;
    }
    ssize_t n = recv(transport->fd, room, len, 0);
    if (n < 0) {
        transport->readable = false;
        return -errno;
    }
    if (n == 0) {
        transport->hung_up = true;
    } else if ((size_t)n < len && !transport->hung_up) {
        /* A short read has emptied the socket; what comes later makes a new edge. Not so the end
         * that has been announced already. */
        transport->readable = false;
    }
    return n;
}

ssize_t fe_transport_write(struct fe_transport *transport, const struct fe_slice *pieces,
                           size_t count)
{
    assert(count <= PIECES_MAX);
    struct iovec vectors[PIECES_MAX];
    for (size_t i = 0; i < count; i++) {
        vectors[i].iov_base = (void *)(uintptr_t)pieces[i].ptr; /* only read from */
        vectors[i].iov_len = pieces[i].len;
    }
    struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};
    ssize_t n = sendmsg(transport->fd, &message, MSG_NOSIGNAL);
    return n < 0 ? -errno : n;
}

ssize_t fe_transport_send_file(struct fe_transport *transport, int file, int64_t offset, size_t len)
{
    off_t from = offset;
    ssize_t n = sendfile(transport->fd, file, &from, len);
    if (n == 0) {
        return -ENODATA;
    }
    return n < 0 ? -errno : n;
}

void fe_transport_look(struct fe_transport *transport)
{
    struct pollfd look = {.fd = transport->fd, .events = POLLRDHUP};
    if (poll(&look, 1, 0) == 1) {
        transport->hung_up = true;
        transport->broken |= (look.revents & (POLLERR | POLLHUP)) != 0;
    }
}

void fe_transport_kick(struct fe_transport *transport)
{
    event_active(&transport->io, EV_WRITE, 0);
}

void fe_transport_shutdown(struct fe_transport *transport)
{
    (void)shutdown(transport->fd, SHUT_WR);
}

void fe_transport_reset_on_close(struct fe_transport *transport)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(transport->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

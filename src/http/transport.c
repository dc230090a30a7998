/* SPDX-License-Identifier: MIT */
#include "http/transport.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <event2/event.h>

#include "http/tls_session.h"

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
                       struct fe_tls_context *tls, fe_transport_fn *on_ready, void *arg)
{
    *transport = (struct fe_transport){.fd = fd, .on_ready = on_ready, .arg = arg};
    transport->tls = tls ? fe_tls_session_new(tls, fd) : NULL;
    short events = EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST;
    if ((tls && transport->tls == NULL) ||
        event_assign(&transport->io, base, fd, events, on_event, transport) < 0 ||
        event_add(&transport->io, NULL) < 0) {
        fe_tls_session_free(transport->tls);
        (void)close(fd);
        return -ENOMEM;
    }
    return 0;
}

void fe_transport_close(struct fe_transport *transport)
{
    (void)event_del(&transport->io);
    fe_tls_session_free(transport->tls);
    transport->tls = NULL;
    (void)close(transport->fd);
}

bool fe_transport_is_open(const struct fe_transport *transport)
{
    return transport->tls == NULL || fe_tls_session_is_open(transport->tls);
}

const char *fe_transport_problem(const struct fe_transport *transport)
{
    return transport->tls ? fe_tls_session_problem(transport->tls) : NULL;
}

/* What a reading or a look has told. TLS that has to send first is tried again when the kernel
 * takes something, and that edge does not make us readable. */
static ssize_t note(struct fe_transport *transport, ssize_t r)
{
    if (r == -EAGAIN) {
        transport->readable = false;
    } else if (r == -ENOBUFS) {
        return -EAGAIN;
    } else if (r == 0) {
        transport->hung_up = true;
    } else if (r == -EPROTONOSUPPORT) {
        fe_tls_session_free(transport->tls);
        transport->tls = NULL;
    }
    return r;
}

/* Record by record until there is none: what OpenSSL keeps back would make no edge. */
static ssize_t read_tls(struct fe_transport *transport, char *room, size_t len)
{
    size_t n = 0;
    while (n < len) {
        ssize_t r = fe_tls_session_read(transport->tls, room + n, len - n);
        if (r <= 0) {
            r = note(transport, r);
            return n > 0 ? (ssize_t)n : r;
        }
        n += (size_t)r;
    }
    return (ssize_t)n;
}

ssize_t fe_transport_read(struct fe_transport *transport, char *room, size_t len)
{
    assert(len > 0);
    if (!transport->readable && !transport->unsure) {
        return -EAGAIN;
    }
    if (transport->tls) {
        return read_tls(transport, room, len);
    }
    transport->unsure = false;
    ssize_t n = recv(transport->fd, room, len, 0);
    if (n < 0) {
        transport->readable = false;
        return -errno;
    }
    if (n == 0) {
        transport->hung_up = true;
    } else if ((size_t)n < len && !transport->hung_up) {
        /* A short read has emptied the socket; what comes later makes a new edge. Not so the end
         * that has been announced already, nor a reset: libevent tells of it as of bytes. */
        transport->readable = false;
        transport->unsure = true;
    }
    return n;
}

ssize_t fe_transport_write(struct fe_transport *transport, const struct fe_slice *pieces,
                           size_t count)
{
    assert(count <= PIECES_MAX);
    if (transport->tls) {
        return fe_tls_session_write(transport->tls, pieces, count);
    }
    struct iovec vectors[PIECES_MAX];
    for (size_t i = 0; i < count; i++) {
        vectors[i].iov_base = (void *)(uintptr_t)pieces[i].ptr; /* only read from */
        vectors[i].iov_len = pieces[i].len;
    }
    struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};
    ssize_t n = sendmsg(transport->fd, &message, MSG_NOSIGNAL);
    transport->unsure &= n < 0;
    return n < 0 ? -errno : n;
}

ssize_t fe_transport_send_file(struct fe_transport *transport, int file, int64_t offset, size_t len)
{
    off_t from = offset;
    if (transport->tls) {
        return fe_tls_session_send_file(transport->tls, file, offset, len);
    }
    ssize_t n = sendfile(transport->fd, file, &from, len);
    if (n == 0) {
        return -ENODATA;
    }
    return n < 0 ? -errno : n;
}

/* The end may have been said and the socket not been closed. */
static void look_tls(struct fe_transport *transport)
{
    ssize_t r = note(transport, fe_tls_session_look(transport->tls));
    transport->readable |= r > 0;
    transport->broken |= r == -EPROTO;
    transport->hung_up |= r == -EPROTO;
}

void fe_transport_look(struct fe_transport *transport)
{
    struct pollfd look = {.fd = transport->fd, .events = POLLRDHUP};
    transport->unsure = false;
    if (poll(&look, 1, 0) == 1) {
        transport->hung_up = true;
        transport->broken |= (look.revents & (POLLERR | POLLHUP)) != 0;
    }
    if (transport->tls && !transport->hung_up) {
        look_tls(transport);
    }
}

void fe_transport_kick(struct fe_transport *transport)
{
    event_active(&transport->io, EV_WRITE, 0);
}

int fe_transport_shutdown(struct fe_transport *transport)
{
    if (transport->tls && fe_tls_session_shutdown(transport->tls) < 0) {
        return -EAGAIN;
    }
    (void)shutdown(transport->fd, SHUT_WR);
    return 0;
}

void fe_transport_reset_on_close(struct fe_transport *transport)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(transport->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

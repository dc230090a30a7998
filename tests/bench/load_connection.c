/* SPDX-License-Identifier: MIT */
#include "load_connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"
#include "meter.h"

enum {
    READ_BYTES = 256 * 1024
};

static void wait_for(struct connection *connection, uint32_t events)
{
    if (connection->events == events) {
        return;
    }
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(connection->crowd->epoll_fd,
                  connection->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection->fd,
                  &event) < 0) {
        die("epoll_ctl");
    }
    connection->events = events;
}

/* ── bytes, through TLS or not: how many went, 0 for the end, -EAGAIN for later ── */

static ssize_t of_tls(struct connection *connection, int result)
{
    if (result > 0) {
        return result;
    }
    switch (SSL_get_error(connection->tls, result)) {
    case SSL_ERROR_WANT_READ:
        wait_for(connection, EPOLLIN);
        return -EAGAIN;
    case SSL_ERROR_WANT_WRITE:
        wait_for(connection, EPOLLIN | EPOLLOUT);
        return -EAGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        die("TLS");
    }
}

static ssize_t send_some(struct connection *connection, const char *data, size_t bytes)
{
    if (connection->tls) {
        int part = bytes < READ_BYTES ? (int)bytes : READ_BYTES;
        return of_tls(connection, SSL_write(connection->tls, data, part));
    }
    ssize_t n = send(connection->fd, data, bytes, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
        wait_for(connection, EPOLLIN | EPOLLOUT);
        return -EAGAIN;
    }
    if (n < 0) {
        die("send");
    }
    return n;
}

static ssize_t receive_some(struct connection *connection, char *data)
{
    if (connection->tls) {
        return of_tls(connection, SSL_read(connection->tls, data, READ_BYTES));
    }
    ssize_t n = recv(connection->fd, data, READ_BYTES, 0);
    if (n < 0 && errno == EAGAIN) {
        wait_for(connection, EPOLLIN);
        return -EAGAIN;
    }
    if (n < 0) {
        die("recv");
    }
    return n;
}

/* ── one request after another ── */

static void ask_next(struct connection *connection)
{
    struct crowd *crowd = connection->crowd;
    connection->ask = NULL;
    if (crowd->asked == crowd->requests_max) {
        return;
    }
    crowd->asked++;
    connection->ask = plan_next(&crowd->plan);
    connection->sent = 0;
    connection->asked_ns = now_ns();
    answer_begin(&connection->answer);
}

static void keep_latency(struct crowd *crowd, int64_t took_ns)
{
    if (crowd->answered == crowd->latencies_max) {
        crowd->latencies_max = crowd->latencies_max > 0 ? crowd->latencies_max * 2 : 1 << 16;
        crowd->latencies_ns =
            realloc(crowd->latencies_ns, crowd->latencies_max * sizeof(*crowd->latencies_ns));
        if (crowd->latencies_ns == NULL) {
            die("latencies");
        }
    }
    crowd->latencies_ns[crowd->answered++] = took_ns;
}

void connection_open(struct connection *connection, struct crowd *crowd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)crowd->port)};
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *connection = (struct connection){.crowd = crowd};
    ask_next(connection); /* what comes before the request counts with it */
    if (connection->ask == NULL) {
        connection->fd = -1;
        return;
    }
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        fcntl(connection->fd, F_SETFL, O_NONBLOCK) < 0) {
        die("connect");
    }
    (void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (crowd->tls) {
        connection->tls = SSL_new(crowd->tls);
        if (connection->tls == NULL || SSL_set_fd(connection->tls, connection->fd) != 1) {
            die("TLS");
        }
        SSL_set_connect_state(connection->tls);
    }
    wait_for(connection, EPOLLIN | EPOLLOUT);
}

void connection_close(struct connection *connection)
{
    SSL_free(connection->tls);
    if (connection->fd >= 0) {
        (void)close(connection->fd);
    }
    connection->tls = NULL;
    connection->fd = -1;
}

/* Whether the whole request has gone. */
static bool send_request(struct connection *connection)
{
    const struct ask *ask = connection->ask;
    while (connection->sent < ask->request_bytes) {
        ssize_t n = send_some(connection, ask->request + connection->sent,
                              ask->request_bytes - connection->sent);
        if (n < 0) {
            return false;
        }
        connection->sent += (size_t)n;
    }
    wait_for(connection, EPOLLIN);
    return true;
}

void connection_ask(struct connection *connection)
{
    if (connection->fd < 0) {
        connection_open(connection, connection->crowd);
        return;
    }
    ask_next(connection);
    if (connection->ask) {
        (void)send_request(connection);
    }
}

static void answered(struct connection *connection)
{
    struct crowd *crowd = connection->crowd;
    crowd->bytes += connection->answer.at;
    keep_latency(crowd, now_ns() - connection->asked_ns);
    connection->ask = NULL;
    if (!crowd->once) {
        ask_next(connection);
    }
}

static void at_end(struct connection *connection)
{
    struct crowd *crowd = connection->crowd;
    if (connection->ask) {
        errno = 0;
        die("the connection ended before the answer did");
    }
    connection_close(connection);
    if (crowd->once) {
        connection_open(connection, crowd);
    }
}

/* Reads, and asks again as soon as there is an answer. A server may answer before it has read all
 * of a request, but not end. */
void connection_go_on(struct connection *connection)
{
    static char data[READ_BYTES];
    if (connection->ask && connection->answer.part == ANSWER_HEAD) {
        (void)send_request(connection);
    }
    for (;;) {
        ssize_t n = receive_some(connection, data);
        if (n == -EAGAIN) {
            return;
        }
        if (n == 0) {
            at_end(connection);
            return;
        }
        if (connection->ask == NULL) {
            errno = 0;
            die("more came than one answer");
        }
        if (answer_take(&connection->answer, connection->ask, data, (size_t)n)) {
            answered(connection);
            if (connection->ask && !send_request(connection)) {
                return;
            }
            if (connection->tls == NULL) {
                return; /* nothing can be there yet */
            }
        }
    }
}

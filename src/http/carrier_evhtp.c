/* SPDX-License-Identifier: MIT */
/* The one file that knows libevhtp 1.2.18. It listens, accepts, makes each connection's
 * bufferevent, and keeps request and connection in step; it never reads or writes a socket, and TLS
 * is none of its business. What is not used of it is not used on purpose: its parser corrupts
 * request lines that are cut in two and can be smuggled past, pausing hides hang-ups, its replies
 * carry bodies where none may be, and freeing a connection inside one of its callbacks is a use
 * after free. */
#include "http/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <evhtp.h>

#include "http/loop.h"
#include "http/loop_base.h"
#include "util/alloc.h"

enum {
    ACCEPT_REST_MS = 100
};

struct fe_carrier {
    evhtp_t *htp;
    htparser *parser; /* of whichever connection is at its books */
    struct fe_carrier_events events;
    struct fe_timer *rest; /* accepting goes on when it ends, ... */
    bool paused;           /* ... unless it is paused */
};

/* A struct fe_carried is evhtp's connection under a name that others may know. */
static struct fe_carried *to_carried(evhtp_connection_t *connection)
{
    return (struct fe_carried *)connection;
}

static evhtp_connection_t *to_connection(struct fe_carried *carried)
{
    return (evhtp_connection_t *)carried;
}

/* ── accepting ── */

/* evhtp calls this once it has its own callbacks in place; from here on the socket is the gate's.
 */
static evhtp_res on_post_accept(evhtp_connection_t *connection, void *arg)
{
    struct fe_carrier *carrier = arg;
    int fd = bufferevent_getfd(connection->bev);
    (void)bufferevent_disable(connection->bev, EV_READ | EV_WRITE);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    free(connection->parser);
    connection->parser = NULL;
    bool taken = carrier->events.on_accept(carrier->events.arg, to_carried(connection), fd,
                                           connection->saddr);
    return taken ? EVHTP_RES_OK : EVHTP_RES_ERROR;
}

/* Without this, evhtp would answer by itself. */
static void on_request(evhtp_request_t *request, void *arg)
{
    (void)request;
    (void)arg;
}

void fe_carrier_pause(struct fe_carrier *carrier)
{
    carrier->paused = true;
    (void)evconnlistener_disable(carrier->htp->server);
}

void fe_carrier_resume(struct fe_carrier *carrier)
{
    carrier->paused = false;
    (void)evconnlistener_enable(carrier->htp->server);
}

/* The listening socket stays readable, so trying on would be all that the loop does. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    struct fe_carrier *carrier = ((evhtp_t *)arg)->arg;
    int error = errno;
    (void)evconnlistener_disable(listener);
    fe_timer_start(carrier->rest, ACCEPT_REST_MS);
    carrier->events.on_accept_error(carrier->events.arg, error);
}

static void on_rested(void *arg)
{
    struct fe_carrier *carrier = arg;
    if (!carrier->paused) {
        (void)evconnlistener_enable(carrier->htp->server);
    }
}

/* What libevent and evhtp ask the heap for are small things of ours; without them evhtp forgets the
 * client that it has accepted, or falls. */
static void *allocate(size_t size)
{
    void *p = fe_alloc(size);
    if (p == NULL) {
        fe_out_of_memory();
    }
    return p;
}

static void *reallocate(void *old, size_t size)
{
    void *p = fe_alloc_resize(old, size);
    if (p == NULL) {
        fe_out_of_memory();
    }
    return p;
}

struct fe_carrier *fe_carrier_new(struct fe_loop *loop, const struct fe_carrier_events *events)
{
    struct fe_carrier *carrier = fe_xalloc(sizeof(*carrier));
    carrier->events = *events;
    evhtp_set_mem_functions(allocate, reallocate, free);
    carrier->htp = evhtp_new(fe_loop_base(loop), carrier);
    carrier->parser = htparser_new();
    if (carrier->htp == NULL || carrier->parser == NULL) {
        fe_out_of_memory();
    }
    carrier->rest = fe_timer_new(loop, on_rested, carrier);
    carrier->htp->bev_flags = BEV_OPT_CLOSE_ON_FREE;
    carrier->htp->flags = 0; /* no "100 Continue" of its own */
    evhtp_set_gencb(carrier->htp, on_request, NULL);
    evhtp_set_post_accept_cb(carrier->htp, on_post_accept, carrier);
    return carrier;
}

int fe_carrier_listen(struct fe_carrier *carrier, int fd)
{
    errno = 0;
    if (evhtp_accept_socket(carrier->htp, fd, SOMAXCONN) != 0) {
        return errno > 0 ? -errno : -EIO;
    }
    evconnlistener_set_error_cb(carrier->htp->server, on_accept_error);
    return 0;
}

void fe_carrier_close(struct fe_carrier *carrier)
{
    fe_timer_stop(carrier->rest);
    evhtp_unbind_socket(carrier->htp);
}

void fe_carrier_free(struct fe_carrier *carrier)
{
    if (carrier) {
        fe_carrier_close(carrier);
        fe_timer_free(carrier->rest);
        evhtp_free(carrier->htp);
        free(carrier->parser);
        free(carrier);
    }
}

/* ── a request's life ── */

/* evhtp begins a request when its parser has seen a head, and knows no other way. The head is ours
 * and always the same: the client's has been read by a parser that can be trusted, and no byte that
 * a client chose ever reaches one that cannot. */
static const char head[] = "GET / HTTP/1.1\r\n\r\n";

static void lend_parser(evhtp_connection_t *connection)
{
    const struct fe_carrier *carrier = connection->htp->arg;
    connection->parser = carrier->parser;
    htparser_init(connection->parser, htp_type_request);
    htparser_set_userdata(connection->parser, connection);
}

void fe_carried_begin_request(struct fe_carried *carried)
{
    evhtp_connection_t *connection = to_connection(carried);
    bufferevent_data_cb on_read = NULL;
    void *arg = NULL;
    lend_parser(connection);
    bufferevent_getcb(connection->bev, &on_read, NULL, NULL, &arg);
    int r = evbuffer_prepend(bufferevent_get_input(connection->bev), head, sizeof(head) - 1);
    if (r == 0) {
        on_read(connection->bev, arg);
    }
    if (r < 0 || connection->request == NULL) {
        fe_out_of_memory(); /* nothing else can be wrong with that head */
    }
    connection->parser = NULL;
}

/* Finished and nothing to write, so evhtp frees the request and is ready for the next. */
void fe_carried_end_request(struct fe_carried *carried)
{
    evhtp_connection_t *connection = to_connection(carried);
    bufferevent_data_cb on_write = NULL;
    void *arg = NULL;
    lend_parser(connection);
    bufferevent_getcb(connection->bev, NULL, &on_write, NULL, &arg);
    evhtp_send_reply_end(connection->request);
    on_write(connection->bev, arg);
    connection->parser = NULL;
}

void fe_carried_free(struct fe_carried *carried)
{
    evhtp_connection_free(to_connection(carried));
}

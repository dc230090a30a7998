/* SPDX-License-Identifier: MIT */
/* The one file that knows libevhtp 1.2.18. It listens, accepts, and gives each connection away; it
 * never reads or writes a socket, and TLS is none of its business. What is not used of it is not
 * used on purpose: its parser corrupts request lines that are cut in two and can be smuggled past,
 * pausing hides hang-ups, its replies carry bodies where none may be, freeing a connection inside
 * one of its callbacks is a use after free, and its books of a request cost more than the request.
 */
#include "http/acceptor.h"

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

struct fe_acceptor {
    evhtp_t *htp;
    struct fe_acceptor_events events;
    struct fe_timer *rest; /* accepting goes on when it ends, ... */
    bool paused;           /* ... unless it is paused */
};

/* ── accepting ── */

/* evhtp calls this last of all, and lets the connection be taken from it and freed here. What it
 * has made of that is a bufferevent that does not own the descriptor, and nobody needs. */
static evhtp_res on_post_accept(evhtp_connection_t *connection, void *arg)
{
    const struct fe_acceptor *acceptor = arg;
    struct bufferevent *bev = evhtp_connection_take_ownership(connection);
    int fd = bufferevent_getfd(bev);
    bufferevent_free(bev);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    acceptor->events.on_accept(acceptor->events.arg, fd, connection->saddr);
    evhtp_connection_free(connection);
    return EVHTP_RES_OK;
}

void fe_acceptor_pause(struct fe_acceptor *acceptor)
{
    acceptor->paused = true;
    (void)evconnlistener_disable(acceptor->htp->server);
}

void fe_acceptor_resume(struct fe_acceptor *acceptor)
{
    acceptor->paused = false;
    (void)evconnlistener_enable(acceptor->htp->server);
}

/* The listening socket stays readable, so trying on would be all that the loop does. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
    struct fe_acceptor *acceptor = ((evhtp_t *)arg)->arg;
    int error = errno;
    (void)evconnlistener_disable(listener);
    fe_timer_start(acceptor->rest, ACCEPT_REST_MS);
    acceptor->events.on_accept_error(acceptor->events.arg, error);
}

static void on_rested(void *arg)
{
    struct fe_acceptor *acceptor = arg;
    if (!acceptor->paused) {
        (void)evconnlistener_enable(acceptor->htp->server);
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

struct fe_acceptor *fe_acceptor_new(struct fe_loop *loop, const struct fe_acceptor_events *events)
{
    struct fe_acceptor *acceptor = fe_xalloc(sizeof(*acceptor));
    acceptor->events = *events;
    evhtp_set_mem_functions(allocate, reallocate, free);
    acceptor->htp = evhtp_new(fe_loop_base(loop), acceptor);
    if (acceptor->htp == NULL) {
        fe_out_of_memory();
    }
    acceptor->rest = fe_timer_new(loop, on_rested, acceptor);
    acceptor->htp->bev_flags = 0; /* the descriptor is not its to close */
    evhtp_set_post_accept_cb(acceptor->htp, on_post_accept, acceptor);
    return acceptor;
}

int fe_acceptor_listen(struct fe_acceptor *acceptor, int fd)
{
    errno = 0;
    if (evhtp_accept_socket(acceptor->htp, fd, SOMAXCONN) != 0) {
        return errno > 0 ? -errno : -EIO;
    }
    evconnlistener_set_error_cb(acceptor->htp->server, on_accept_error);
    return 0;
}

void fe_acceptor_close(struct fe_acceptor *acceptor)
{
    fe_timer_stop(acceptor->rest);
    evhtp_unbind_socket(acceptor->htp);
}

void fe_acceptor_free(struct fe_acceptor *acceptor)
{
    if (acceptor) {
        fe_acceptor_close(acceptor);
        fe_timer_free(acceptor->rest);
        evhtp_free(acceptor->htp);
        free(acceptor);
    }
}

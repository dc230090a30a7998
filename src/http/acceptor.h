/* SPDX-License-Identifier: MIT */
/* What listens and accepts: libevhtp, and this is all that is asked of it. Another library that can
 * do as much takes its place by implementing this header.
 *
 * An acceptor serves one listening socket. Each connection it hands over once, and has no more to
 * do with it. */
#ifndef FE_HTTP_ACCEPTOR_H
#define FE_HTTP_ACCEPTOR_H

struct fe_acceptor;
struct fe_loop;
struct sockaddr;

struct fe_acceptor_events {
    /* A connection: `fd`, non-blocking and closed on exec, is whoever takes it's from here on. */
    void (*on_accept)(void *arg, int fd, const struct sockaddr *peer);
    /* The system refuses to accept any (descriptors are used up, mostly). Accepting rests a moment.
     */
    void (*on_accept_error)(void *arg, int error);
    void *arg;
};

/* `events` is copied. */
struct fe_acceptor *fe_acceptor_new(struct fe_loop *loop, const struct fe_acceptor_events *events);

/* Listens on a bound socket, which is the acceptor's after success. 0 or -errno. */
int fe_acceptor_listen(struct fe_acceptor *acceptor, int fd);

/* Accepts none until it is resumed: who connects waits in the kernel. */
void fe_acceptor_pause(struct fe_acceptor *acceptor);
void fe_acceptor_resume(struct fe_acceptor *acceptor);

/* Accepts no more and closes the listening socket. */
void fe_acceptor_close(struct fe_acceptor *acceptor);

/* After a turn of the loop that follows fe_acceptor_close(). */
void fe_acceptor_free(struct fe_acceptor *acceptor);

#endif

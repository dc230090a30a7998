/* SPDX-License-Identifier: MIT */
/* A connection to the upstream: bytes both ways, and word when there is more to do. */
#ifndef FE_RECORD_UPSTREAM_H
#define FE_RECORD_UPSTREAM_H

#include <stdbool.h>
#include <sys/queue.h>

#include "record/aging.h"
#include "record/connector.h"

struct fe_loop;
struct fe_upstream;

/* Who has it. */
struct fe_upstream_owner {
    /* It is connected, or cannot be; in the latter case free it. */
    void (*on_connected)(void *arg, struct fe_upstream *upstream, const struct fe_failure *failure);
    /* FE_IO_READ, FE_IO_WRITE: told once for what has come; go on until -EAGAIN, or kick it. */
    void (*on_ready)(void *arg, struct fe_upstream *upstream, unsigned ready);
};

enum {
    FE_TLS_RECORD_BYTES = 16 << 10
};

struct fe_upstream {
    struct fe_dial *dial;
    struct fe_loop *loop;
    struct fe_io *io; /* NULL while it connects */
    const struct fe_upstream_owner *owner;
    void *arg;
    bool used;                   /* has served a request */
    struct fe_aging_entry aging; /* the pool's */

    /* With TLS, bytes on their way stand here: OpenSSL wants what it has once refused for lack of
     * room offered again from the same place. */
    bool tls;
    char *record;
    size_t record_len;
    size_t record_sent;
};

/* Begins to connect. NULL when libcurl refuses. */
struct fe_upstream *fe_upstream_new(struct fe_connector *connector, struct fe_loop *loop, bool tls,
                                    const struct fe_upstream_owner *owner, void *arg);
/* Closes. */
void fe_upstream_free(struct fe_upstream *upstream);

void fe_upstream_set_owner(struct fe_upstream *upstream, const struct fe_upstream_owner *owner,
                           void *arg);

/* How many bytes were taken off `bytes`: all, or on_ready will say when to go on. -EPIPE: the
 * connection takes no more. */
ptrdiff_t fe_upstream_send(struct fe_upstream *upstream, struct fe_slice bytes);

/* Whether bytes that were taken have not left yet: call fe_upstream_send(), with none if need be.
 */
bool fe_upstream_has_unsent(const struct fe_upstream *upstream);

/* Bytes; 0: the end; -EAGAIN; -ECONNRESET: it is broken. */
ptrdiff_t fe_upstream_recv(struct fe_upstream *upstream, char *room, size_t size);

/* Calls on_ready in a turn of its own. */
void fe_upstream_kick(struct fe_upstream *upstream);

#endif

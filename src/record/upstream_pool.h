/* SPDX-License-Identifier: MIT */
/* Connections to the upstream: those in use, those kept for the next request, and the requests that
 * wait for one because there are FE_LIMIT_UPSTREAM_CONNECTIONS already, or as many as descriptors
 * allow.
 *
 * A server closes connections that have been idle for its taste, and may do so while a request is
 * on its way. Whether that request was served, nobody can tell; so only one that does no harm twice
 * may be sent again (RFC 9110 §9.2.2), and only if its body need not be. All others go over
 * connections that are fresh, or were in use less than a second ago: no server is that impatient.
 */
#ifndef FE_RECORD_UPSTREAM_POOL_H
#define FE_RECORD_UPSTREAM_POOL_H

#include "record/upstream.h"

struct fe_upstream_pool {
    struct fe_connector *connector;
    struct fe_loop *loop;
    bool tls;
    size_t count; /* of all connections */
    size_t count_max;
    size_t idle_count;
    struct fe_aging idle; /* the most recently used at its end */
    size_t waiting_count;
    TAILQ_HEAD(, fe_upstream_claim) waiting;
    struct fe_timer *serve_timer;
};

enum fe_claim_state {
    FE_CLAIM_NONE,
    FE_CLAIM_WAITING,
    FE_CLAIM_CONNECTING,
    FE_CLAIM_HELD
};

/* A request's wish for a connection; zeroed at first. Belongs to whoever wishes. */
struct fe_upstream_claim {
    const struct fe_upstream_owner *owner; /* on_connected is told of a failure too */
    void *arg;
    bool repeatable; /* the request may be sent again */
    bool fresh;      /* nothing but a new connection will do */

    enum fe_claim_state state;
    struct fe_upstream *upstream; /* HELD */
    struct fe_upstream_pool *pool;
    TAILQ_ENTRY(fe_upstream_claim) link;
};

void fe_upstream_pool_init(struct fe_upstream_pool *pool, struct fe_connector *connector,
                           struct fe_loop *loop, bool tls);
/* Closes what is idle; nothing else is left. */
void fe_upstream_pool_done(struct fe_upstream_pool *pool);

/* 0: claim->upstream is there; -EINPROGRESS: on_connected will tell, later; -EBUSY: too many wait;
 * -ENOMEM: libcurl refuses. */
int fe_upstream_claim(struct fe_upstream_pool *pool, struct fe_upstream_claim *claim);

/* Gives back what the claim has, in whatever state it is; `reusable`: the connection is in between
 * two requests, with nothing left on it. */
void fe_upstream_release(struct fe_upstream_claim *claim, bool reusable);

#endif

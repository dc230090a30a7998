/* SPDX-License-Identifier: MIT */
#include "record/upstream_pool.h"

#include <assert.h>
#include <errno.h>

#include "http/loop.h"
#include "util/clock.h"
#include "util/descriptors.h"
#include "util/limits.h"

enum {
    RECENT_MS = 1000
};

/* ── idle ones ── */

static void close_connection(struct fe_upstream_pool *pool, struct fe_upstream *upstream)
{
    fe_upstream_free(upstream);
    pool->count--;
}

static void leave_idle(struct fe_upstream_pool *pool, struct fe_upstream *upstream)
{
    fe_aging_remove(&pool->idle, &upstream->aging);
    pool->idle_count--;
}

static void on_idle_too_long(void *arg, void *thing)
{
    struct fe_upstream_pool *pool = arg;
    pool->idle_count--;
    close_connection(pool, thing);
}

/* With TLS, there may be something to read that is for OpenSSL alone. */
static bool is_silent(struct fe_upstream *upstream)
{
    char byte = 0;
    return fe_upstream_recv(upstream, &byte, 1) == -EAGAIN;
}

static void on_idle_ready(void *arg, struct fe_upstream *upstream, unsigned ready)
{
    struct fe_upstream_pool *pool = arg;
    if ((ready & FE_IO_READ) && !is_silent(upstream)) {
        leave_idle(pool, upstream);
        close_connection(pool, upstream);
    }
}

static const struct fe_upstream_owner idle_owner = {NULL, on_idle_ready};

static void close_oldest(struct fe_upstream_pool *pool)
{
    struct fe_upstream *oldest = TAILQ_FIRST(&pool->idle.entries)->thing;
    leave_idle(pool, oldest);
    close_connection(pool, oldest);
}

static void keep(struct fe_upstream_pool *pool, struct fe_upstream *upstream)
{
    if (pool->idle_count == FE_LIMIT_UPSTREAM_IDLE) {
        close_oldest(pool);
    }
    fe_upstream_set_owner(upstream, &idle_owner, pool);
    fe_aging_put(&pool->idle, &upstream->aging);
    pool->idle_count++;
    fe_upstream_kick(
        upstream); /* its end may have come behind the answer, with no edge of its own */
}

static bool is_recent(const struct fe_upstream *upstream)
{
    return fe_clock_monotonic_ns() - upstream->aging.since_ns < RECENT_MS * FE_NS_PER_MS;
}

/* The most recently used that will do, or NULL. That its last request was followed by a hang-up may
 * not be known yet: for one that cannot be repeated it is worth a look. */
static struct fe_upstream *take_idle(struct fe_upstream_pool *pool,
                                     const struct fe_upstream_claim *claim)
{
    while (pool->idle_count > 0 && !claim->fresh) {
        struct fe_upstream *newest = TAILQ_LAST(&pool->idle.entries, fe_aging_list)->thing;
        if (!claim->repeatable && !is_recent(newest)) {
            return NULL;
        }
        leave_idle(pool, newest);
        if (claim->repeatable || is_silent(newest)) {
            return newest;
        }
        close_connection(pool, newest);
    }
    return NULL;
}

/* ── claims ── */

static void hold(struct fe_upstream_claim *claim, struct fe_upstream *upstream)
{
    claim->state = FE_CLAIM_HELD;
    claim->upstream = upstream;
    fe_upstream_set_owner(upstream, claim->owner, claim->arg);
}

static void on_connected(void *arg, struct fe_upstream *upstream, const struct fe_failure *failure)
{
    struct fe_upstream_claim *claim = arg;
    if (failure == NULL) {
        hold(claim, upstream);
    } else {
        fe_upstream_release(claim, false);
    }
    claim->owner->on_connected(claim->arg, claim->upstream, failure);
}

static const struct fe_upstream_owner connecting_owner = {on_connected, NULL};

static int connect_fresh(struct fe_upstream_pool *pool, struct fe_upstream_claim *claim)
{
    struct fe_upstream *upstream =
        fe_upstream_new(pool->connector, pool->loop, pool->tls, &connecting_owner, claim);
    if (upstream == NULL) {
        return -ENOMEM;
    }
    pool->count++;
    claim->state = FE_CLAIM_CONNECTING;
    claim->upstream = upstream;
    return -EINPROGRESS;
}

static int wait_in_line(struct fe_upstream_pool *pool, struct fe_upstream_claim *claim)
{
    if (pool->waiting_count == FE_LIMIT_UPSTREAM_WAITING) {
        return -EBUSY;
    }
    pool->waiting_count++;
    TAILQ_INSERT_TAIL(&pool->waiting, claim, link);
    claim->state = FE_CLAIM_WAITING;
    return -EINPROGRESS;
}

static int serve(struct fe_upstream_pool *pool, struct fe_upstream_claim *claim)
{
    struct fe_upstream *upstream = take_idle(pool, claim);
    if (upstream) {
        hold(claim, upstream);
        return 0;
    }
    if (pool->count == pool->count_max && pool->idle_count > 0) {
        close_oldest(pool);
    }
    return pool->count < pool->count_max ? connect_fresh(pool, claim) : -EAGAIN;
}

int fe_upstream_claim(struct fe_upstream_pool *pool, struct fe_upstream_claim *claim)
{
    assert(claim->state == FE_CLAIM_NONE);
    claim->pool = pool;
    int r = pool->waiting_count > 0 ? -EAGAIN : serve(pool, claim);
    return r == -EAGAIN ? wait_in_line(pool, claim) : r;
}

static void leave_line(struct fe_upstream_claim *claim)
{
    TAILQ_REMOVE(&claim->pool->waiting, claim, link);
    claim->pool->waiting_count--;
    claim->state = FE_CLAIM_NONE;
}

/* In a turn of its own: whoever released a connection is not to be called back before it returns.
 */
static void serve_line(void *arg)
{
    struct fe_upstream_pool *pool = arg;
    struct fe_upstream_claim *claim = NULL;
    while ((claim = TAILQ_FIRST(&pool->waiting)) != NULL) {
        leave_line(claim);
        int r = serve(pool, claim);
        if (r == 0) {
            claim->owner->on_connected(claim->arg, claim->upstream, NULL);
        } else if (r == -EAGAIN) {
            TAILQ_INSERT_HEAD(&pool->waiting, claim, link);
            pool->waiting_count++;
            claim->state = FE_CLAIM_WAITING;
            return;
        } else if (r != -EINPROGRESS) {
            const struct fe_failure failure =
                fe_failure_make(FE_RECORDED_REFUSED, "libcurl makes no connection.");
            claim->owner->on_connected(claim->arg, NULL, &failure);
        }
    }
}

void fe_upstream_release(struct fe_upstream_claim *claim, bool reusable)
{
    struct fe_upstream_pool *pool = claim->pool;
    if (claim->state == FE_CLAIM_WAITING) {
        leave_line(claim);
        return;
    }
    if (claim->state == FE_CLAIM_NONE) {
        return;
    }
    if (claim->state == FE_CLAIM_HELD && reusable) {
        claim->upstream->used = true;
        keep(pool, claim->upstream);
    } else {
        close_connection(pool, claim->upstream);
    }
    claim->state = FE_CLAIM_NONE;
    claim->upstream = NULL;
    if (pool->waiting_count > 0) {
        fe_timer_start(pool->serve_timer, 0);
    }
}

static size_t connections_max(void)
{
    struct fe_descriptor_shares shares;
    fe_descriptors_share(&shares);
    return shares.upstreams < FE_LIMIT_UPSTREAM_CONNECTIONS ? shares.upstreams
                                                            : FE_LIMIT_UPSTREAM_CONNECTIONS;
}

void fe_upstream_pool_init(struct fe_upstream_pool *pool, struct fe_connector *connector,
                           struct fe_loop *loop, bool tls)
{
    *pool = (struct fe_upstream_pool){
        .connector = connector, .loop = loop, .tls = tls, .count_max = connections_max()};
    TAILQ_INIT(&pool->waiting);
    fe_aging_init(&pool->idle, loop, FE_LIMIT_UPSTREAM_IDLE_MS, on_idle_too_long, pool);
    pool->serve_timer = fe_timer_new(loop, serve_line, pool);
}

void fe_upstream_pool_done(struct fe_upstream_pool *pool)
{
    while (pool->idle_count > 0) {
        close_oldest(pool);
    }
    assert(pool->count == 0 && pool->waiting_count == 0);
    fe_aging_done(&pool->idle);
    fe_timer_free(pool->serve_timer);
}

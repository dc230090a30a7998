/* SPDX-License-Identifier: MIT */
/* How long a connection may be quiet, and how slow. Ticks of a second are counted and no clock is
 * read, so whoever ticks decides how fast time passes.
 *
 * A head has its time in all, however it comes. A body and the reading of an answer may not stop
 * for FE_LIMIT_BODY_STALL_MS; and beyond that time they have to keep a pace, or a client that sends
 * or takes a byte now and then would hold memory for ever. No pace is asked of a body that whoever
 * reads it passes on as it comes: a module's result takes as long as the module thinks. */
#include "http/connection.h"
#include "util/limits.h"

enum {
    STALL_S = FE_LIMIT_BODY_STALL_MS / 1000
};

/* How many seconds the connection may be quiet as it is now; 0: any. */
static unsigned quiet_max_s(const struct fe_connection *c)
{
    if (c->state == FE_CONNECTION_LINGER) {
        return FE_LIMIT_LINGER_MS / 1000;
    }
    if (!fe_output_is_empty(&c->output)) {
        return STALL_S;
    }
    if (c->state == FE_CONNECTION_HEAD) {
        bool begun = c->scan.offset > 0 || c->surplus || !fe_transport_is_open(&c->transport);
        return begun ? FE_LIMIT_HEAD_MS / 1000 : FE_LIMIT_IDLE_MS / 1000;
    }
    if (c->transport.hung_up && !c->shut) {
        return STALL_S; /* it reads on, or has left: nobody can know for long */
    }
    if (c->state == FE_CONNECTION_BODY && (c->x == NULL || fe_exchange_takes_body(c->x))) {
        return STALL_S;
    }
    return 0;
}

static bool is_quiet_too_long(struct fe_connection *c)
{
    unsigned quiet_max = quiet_max_s(c);
    c->quiet_s = quiet_max > 0 ? c->quiet_s + 1 : 0;
    return c->quiet_s > quiet_max;
}

/* A body that nobody looks at before it is whole, or that nobody looks at at all. */
static bool gathers_body(const struct fe_connection *c)
{
    return c->state == FE_CONNECTION_BODY && (c->x == NULL || fe_exchange_gathers_body(c->x));
}

/* Every second that nothing moves puts it one behind, and what moves makes up for as many as it is
 * worth, but not in advance. */
static bool is_too_slow(struct fe_connection *c)
{
    uint64_t paid = c->moved / FE_LIMIT_PACE_BYTES;
    bool paced = !fe_output_is_empty(&c->output) || gathers_body(c);
    c->moved = 0;
    c->slow_s = paced ? c->slow_s + 1 : 0;
    c->slow_s -= paid < c->slow_s ? (unsigned)paid : c->slow_s;
    return c->slow_s > STALL_S;
}

static void expire(struct fe_connection *c)
{
    bool incomplete = c->ahead.len > 0 || c->state == FE_CONNECTION_BODY;
    bool refusable = fe_output_is_empty(&c->output) && !c->transport.hung_up;
    if (c->state == FE_CONNECTION_LINGER || !incomplete || !refusable) {
        if (c->state == FE_CONNECTION_HEAD && fe_output_is_empty(&c->output)) {
            (void)fe_transport_shutdown(&c->transport);
        }
        c->cut = true;
    } else {
        (void)fe_connection_refuse(c, 408, "The request did not come to its end in time.");
    }
}

void fe_connection_tick(struct fe_connection *c)
{
    bool too_slow = is_too_slow(c);
    if (is_quiet_too_long(c) || too_slow) {
        expire(c);
        fe_connection_run(c);
    } else if (!fe_output_is_empty(&c->output)) {
        fe_transport_kick(&c->transport); /* the kernel has room long before it says so */
    }
}

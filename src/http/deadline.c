/* SPDX-License-Identifier: MIT */
/* How long a connection may be quiet. Ticks of a second are counted and no clock is read, so
 * whoever ticks decides how fast time passes. */
#include "http/connection.h"
#include "util/limits.h"

/* How many seconds the connection may be quiet as it is now; 0: any. */
static unsigned quiet_max_s(const struct fe_connection *c)
{
    if (c->state == FE_CONNECTION_LINGER) {
        return FE_LIMIT_LINGER_MS / 1000;
    }
    if (!fe_output_is_empty(&c->output)) {
        return FE_LIMIT_BODY_STALL_MS / 1000;
    }
    if (c->state == FE_CONNECTION_HEAD) {
        bool begun = c->ahead.len > 0 || !fe_transport_is_open(&c->transport);
        return begun ? FE_LIMIT_HEAD_MS / 1000 : FE_LIMIT_IDLE_MS / 1000;
    }
    if (c->transport.hung_up) {
        return FE_LIMIT_BODY_STALL_MS /
               1000; /* it reads on, or has left: nobody can know for long */
    }
    if (c->state == FE_CONNECTION_BODY && (c->x == NULL || fe_exchange_takes_body(c->x))) {
        return FE_LIMIT_BODY_STALL_MS / 1000;
    }
    return 0;
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
    unsigned quiet_max = quiet_max_s(c);
    if (quiet_max == 0) {
        c->quiet_s = 0;
    } else if (c->quiet_s++ == quiet_max) {
        expire(c);
        fe_connection_run(c);
    }
}

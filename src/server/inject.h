/* SPDX-License-Identifier: MIT */
/* What happens to a request that a fault hits: in front of the mode, so that whoever answers in
 * that mode, or records, has no part in it. */
#ifndef FE_SERVER_INJECT_H
#define FE_SERVER_INJECT_H

#include "http/hold.h"
#include "server/faults.h"

struct fe_injector {
    void *self;
    void (*serve)(void *self, struct fe_exchange *x); /* the mode: takes the exchange */
    struct fe_holds holds;
};

void fe_injector_init(struct fe_injector *injector, void *self,
                      void (*serve)(void *self, struct fe_exchange *x));

/* Takes the exchange, inside on_request. */
void fe_inject(struct fe_injector *injector, struct fe_exchange *x, const struct fe_fault_hit *hit);

/* Who is kept waiting goes on now. */
void fe_injector_release(struct fe_injector *injector);

#endif

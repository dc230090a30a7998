/* SPDX-License-Identifier: MIT */
/* Exchanges that are kept for a while and then answered, because their clients would ask again at
 * once. */
#ifndef FE_HTTP_HOLD_H
#define FE_HTTP_HOLD_H

#include <stdint.h>
#include <sys/queue.h>

#include "http/exchange.h"

struct fe_hold;
LIST_HEAD(fe_holds, fe_hold);

void fe_holds_init(struct fe_holds *holds);

/* Calls `fn`, as a handler, when `hold_ms` have passed; not if the client leaves before. Sets the
 * exchange's on_end. `holds` outlives the exchange. */
void fe_hold(struct fe_holds *holds, struct fe_exchange *x, int64_t hold_ms, fe_handler_fn *fn,
             void *self);

/* Calls them all now. */
void fe_holds_release(struct fe_holds *holds);

#endif

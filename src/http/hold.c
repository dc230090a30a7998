/* SPDX-License-Identifier: MIT */
#include "http/hold.h"

#include "http/loop.h"

/* Lives in its exchange's arena. */
struct fe_hold {
    LIST_ENTRY(fe_hold) link;
    struct fe_exchange *x;
    fe_handler_fn *fn;
    void *self;
    struct fe_timer *timer;
};

void fe_holds_init(struct fe_holds *holds)
{
    LIST_INIT(holds);
}

static void let_go(struct fe_hold *hold)
{
    LIST_REMOVE(hold, link);
    fe_timer_free(hold->timer);
    fe_exchange_on_end(hold->x, NULL, NULL);
}

static void on_time(void *arg)
{
    struct fe_hold *hold = arg;
    let_go(hold);
    int status = hold->fn(hold->self, hold->x);
    if (status != FE_LATER) {
        fe_exchange_answer(hold->x, status);
    }
}

static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    (void)x;
    (void)outcome;
    let_go(arg);
}

void fe_hold(struct fe_holds *holds, struct fe_exchange *x, int64_t hold_ms, fe_handler_fn *fn,
             void *self)
{
    struct fe_hold *hold = fe_arena_alloc(fe_exchange_arena(x), sizeof(*hold));
    *hold = (struct fe_hold){.x = x, .fn = fn, .self = self};
    hold->timer = fe_timer_new(fe_exchange_loop(x), on_time, hold);
    LIST_INSERT_HEAD(holds, hold, link);
    fe_exchange_on_end(x, on_end, hold);
    fe_timer_start(hold->timer, hold_ms);
}

void fe_holds_release(struct fe_holds *holds)
{
    while (!LIST_EMPTY(holds)) {
        on_time(LIST_FIRST(holds));
    }
}

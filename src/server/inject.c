/* SPDX-License-Identifier: MIT */
#include "server/inject.h"

#include <inttypes.h>

#include "emulate/failing.h"
#include "http/router.h"

/* Lives in the exchange's arena. */
struct injection {
    struct fe_injector *injector;
    struct fe_fault_hit hit;
};

void fe_injector_init(struct fe_injector *injector, void *self,
                      void (*serve)(void *self, struct fe_exchange *x))
{
    *injector = (struct fe_injector){.self = self, .serve = serve};
    fe_holds_init(&injector->holds);
}

void fe_injector_release(struct fe_injector *injector)
{
    fe_holds_release(&injector->holds);
}

static int reply_status(const struct fe_fault *fault, struct fe_exchange *x)
{
    const struct fe_failing failing = {(int)fault->status, fault->error_code, fault->error_name};
    if (fault->retry_after_s >= 0) {
        fe_exchange_header(x, FE_SLICE("Retry-After"),
                           fe_arena_printf(fe_exchange_arena(x), "%" PRId64, fault->retry_after_s));
    }
    return fe_failing_reply(x, &failing);
}

static void impair(const struct fe_fault *fault, struct fe_exchange *x)
{
    struct fe_impairment how = fault->impairment;
    how.lost = fault->reset == FE_FAULT_RESET_ANSWER;
    if (how.lost || how.truncate_bytes >= 0 || how.drip_bytes > 0) {
        fe_exchange_impair(x, &how);
    }
}

/* A handler: all but the latency. */
static int act(void *self, struct fe_exchange *x)
{
    const struct injection *injection = self;
    const struct fe_injector *injector = injection->injector;
    const struct fe_fault *fault = injection->hit.fault;
    if (fault->reset == FE_FAULT_RESET_REQUEST) {
        fe_exchange_abort(x);
        return FE_LATER;
    }
    impair(fault, x);
    if (fault->status != 0) {
        return reply_status(fault, x);
    }
    if (fault->expired_token) {
        return fe_failing_reply_expired(x);
    }
    injector->serve(injector->self, x);
    return FE_LATER;
}

static int begin(void *self, struct fe_exchange *x)
{
    struct injection *injection = self;
    if (injection->hit.latency_ms == 0) {
        return act(injection, x);
    }
    fe_hold(&injection->injector->holds, x, injection->hit.latency_ms, act, injection);
    return FE_LATER;
}

/* A body is left alone: it is for whoever has the exchange afterwards, and his to limit. */
void fe_inject(struct fe_injector *injector, struct fe_exchange *x, const struct fe_fault_hit *hit)
{
    static const struct fe_route route = {.pattern = "",
                                          .handler = begin,
                                          .access = FE_ACCESS_OPEN,
                                          .body = FE_BODY_STREAM,
                                          .body_bytes_max = UINT64_MAX};
    struct fe_arena *arena = fe_exchange_arena(x);
    struct injection *injection = fe_arena_alloc(arena, sizeof(*injection));
    const struct fe_route_match match = {.route = &route, .self = injection};
    *injection = (struct injection){injector, *hit};
    fe_exchange_set_mark(x, fe_arena_printf(arena, "fault=%" PRIu64, hit->id));
    fe_exchange_set_source(x, FE_SLICE("emulate"));
    fe_exchange_dispatch(x, &match);
}

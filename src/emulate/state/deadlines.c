/* SPDX-License-Identifier: MIT */
/* A binary heap: places count from 1, and nothing at place n is earlier than what is at n / 2. */
#include "emulate/state/deadlines.h"

#include <assert.h>
#include <stdlib.h>

#include "http/loop.h"
#include "util/alloc.h"

struct fe_deadlines {
    struct fe_env *env;
    struct fe_deadline **heap; /* heap[0] is not used */
    size_t count;
    size_t capacity;
    struct fe_timer *timer;
    int64_t timer_at_ns; /* what the timer is set for; 0: nothing */
    fe_deadline_fn *on_due;
    void *arg;
};

/* ── the heap ── */

static void put(struct fe_deadlines *deadlines, size_t place, struct fe_deadline *deadline)
{
    deadlines->heap[place] = deadline;
    deadline->place = place;
}

/* Both take a place that is free to be filled, and find the one where `deadline` fits. */
static void put_upwards(struct fe_deadlines *deadlines, size_t place, struct fe_deadline *deadline)
{
    while (place > 1 && deadlines->heap[place / 2]->at_ns > deadline->at_ns) {
        put(deadlines, place, deadlines->heap[place / 2]);
        place /= 2;
    }
    put(deadlines, place, deadline);
}

static void put_downwards(struct fe_deadlines *deadlines, size_t place,
                          struct fe_deadline *deadline)
{
    for (size_t child = 2 * place; child <= deadlines->count; child = 2 * place) {
        if (child < deadlines->count &&
            deadlines->heap[child + 1]->at_ns < deadlines->heap[child]->at_ns) {
            child++;
        }
        if (deadlines->heap[child]->at_ns >= deadline->at_ns) {
            break;
        }
        put(deadlines, place, deadlines->heap[child]);
        place = child;
    }
    put(deadlines, place, deadline);
}

static void grow(struct fe_deadlines *deadlines)
{
    size_t capacity = deadlines->capacity > 0 ? 2 * deadlines->capacity : 64;
    struct fe_deadline **heap =
        fe_alloc_resize(deadlines->heap, capacity * sizeof(struct fe_deadline *));
    if (heap == NULL) {
        fe_out_of_memory();
    }
    deadlines->heap = heap;
    deadlines->capacity = capacity;
}

static void take_out(struct fe_deadlines *deadlines, struct fe_deadline *deadline)
{
    size_t place = deadline->place;
    struct fe_deadline *last = deadlines->heap[deadlines->count--];
    deadline->place = 0;
    if (last == deadline) {
        return;
    }
    if (place > 1 && deadlines->heap[place / 2]->at_ns > last->at_ns) {
        put_upwards(deadlines, place, last);
    } else {
        put_downwards(deadlines, place, last);
    }
}

/* ── the timer ── */

/* One that is set for earlier than need be stays so: it is set anew when it fires. */
static void set_timer(struct fe_deadlines *deadlines)
{
    const struct fe_clock *clock = &deadlines->env->clock;
    if (deadlines->count == 0 || clock->frozen) {
        return;
    }
    int64_t at_ns = deadlines->heap[1]->at_ns;
    if (deadlines->timer_at_ns == 0 || at_ns < deadlines->timer_at_ns) {
        int64_t left_ns = at_ns - fe_clock_now_ns(clock);
        deadlines->timer_at_ns = at_ns;
        fe_timer_start(deadlines->timer, (left_ns + FE_NS_PER_MS - 1) / FE_NS_PER_MS);
    }
}

static void on_timer(void *arg)
{
    fe_deadlines_check(arg);
}

void fe_deadlines_check(struct fe_deadlines *deadlines)
{
    int64_t now_ns = fe_clock_now_ns(&deadlines->env->clock);
    while (deadlines->count > 0 && deadlines->heap[1]->at_ns <= now_ns) {
        struct fe_deadline *due = deadlines->heap[1];
        take_out(deadlines, due);
        deadlines->on_due(deadlines->arg, due);
    }
    fe_timer_stop(deadlines->timer);
    deadlines->timer_at_ns = 0;
    set_timer(deadlines);
}

void fe_deadline_set(struct fe_deadlines *deadlines, struct fe_deadline *deadline, int64_t at_ns)
{
    fe_deadline_clear(deadlines, deadline);
    if (deadlines->count + 1 >= deadlines->capacity) {
        grow(deadlines);
    }
    deadline->at_ns = at_ns;
    deadlines->count++;
    put_upwards(deadlines, deadlines->count, deadline);
    set_timer(deadlines);
}

void fe_deadline_clear(struct fe_deadlines *deadlines, struct fe_deadline *deadline)
{
    if (deadline->place > 0) {
        take_out(deadlines, deadline);
    }
}

struct fe_deadlines *fe_deadlines_new(struct fe_env *env, struct fe_loop *loop,
                                      fe_deadline_fn *on_due, void *arg)
{
    struct fe_deadlines *deadlines = fe_xalloc(sizeof(*deadlines));
    deadlines->env = env;
    deadlines->timer = fe_timer_new(loop, on_timer, deadlines);
    deadlines->on_due = on_due;
    deadlines->arg = arg;
    return deadlines;
}

void fe_deadlines_free(struct fe_deadlines *deadlines)
{
    assert(deadlines->count == 0);
    fe_timer_free(deadlines->timer);
    free(deadlines->heap);
    free(deadlines);
}

/* SPDX-License-Identifier: MIT */
#include "record/aging.h"

#include <assert.h>
#include <stddef.h>

#include "util/clock.h"

static void start_timer(struct fe_aging *aging, int64_t delay_ns)
{
    aging->timer_runs = true;
    fe_timer_start(aging->timer, delay_ns / FE_NS_PER_MS + 1);
}

/* The timer was started for some entry that was the oldest then; it may have moved since. */
static void on_timer(void *arg)
{
    struct fe_aging *aging = arg;
    struct fe_aging_entry *oldest = NULL;
    int64_t now_ns = fe_clock_monotonic_ns();
    int64_t age_max_ns = aging->age_max_ms * FE_NS_PER_MS;
    aging->timer_runs = false;
    while ((oldest = TAILQ_FIRST(&aging->entries)) != NULL &&
           now_ns - oldest->since_ns >= age_max_ns) {
        fe_aging_remove(aging, oldest);
        aging->fn(aging->arg, oldest->thing);
    }
    if (oldest && !aging->timer_runs) {
        start_timer(aging, oldest->since_ns + age_max_ns - now_ns);
    }
}

void fe_aging_init(struct fe_aging *aging, struct fe_loop *loop, int64_t age_max_ms,
                   fe_aging_fn *fn, void *arg)
{
    *aging = (struct fe_aging){.age_max_ms = age_max_ms, .fn = fn, .arg = arg};
    TAILQ_INIT(&aging->entries);
    aging->timer = fe_timer_new(loop, on_timer, aging);
}

void fe_aging_done(struct fe_aging *aging)
{
    assert(TAILQ_EMPTY(&aging->entries));
    fe_timer_free(aging->timer);
}

void fe_aging_put(struct fe_aging *aging, struct fe_aging_entry *entry)
{
    fe_aging_remove(aging, entry);
    entry->since_ns = fe_clock_monotonic_ns();
    entry->listed = true;
    TAILQ_INSERT_TAIL(&aging->entries, entry, link);
    if (!aging->timer_runs) {
        start_timer(aging, aging->age_max_ms * FE_NS_PER_MS);
    }
}

void fe_aging_remove(struct fe_aging *aging, struct fe_aging_entry *entry)
{
    if (entry->listed) {
        entry->listed = false;
        TAILQ_REMOVE(&aging->entries, entry, link);
    }
}

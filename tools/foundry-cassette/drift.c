/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/drift.h"

#include <inttypes.h>
static const struct {
    const char *text;
    enum fe_drift_tier tier;
} kinds[] = {
    [FE_DRIFT_STATUS] = {"status", FE_DRIFT_ERROR},
    [FE_DRIFT_MEDIA_TYPE] = {"media_type", FE_DRIFT_ERROR},
    [FE_DRIFT_GONE] = {"gone", FE_DRIFT_ERROR},
    [FE_DRIFT_TYPE] = {"type", FE_DRIFT_ERROR},
    [FE_DRIFT_NULLABLE] = {"nullable", FE_DRIFT_WARNING},
    [FE_DRIFT_OPTIONAL] = {"optional", FE_DRIFT_WARNING},
    [FE_DRIFT_NEW] = {"new", FE_DRIFT_WARNING},
    [FE_DRIFT_VALUE] = {"value", FE_DRIFT_WARNING},
    [FE_DRIFT_EMPTY] = {"empty", FE_DRIFT_INFO},
    [FE_DRIFT_ABSENT] = {"absent", FE_DRIFT_INFO},
};

enum fe_drift_tier fe_drift_tier_of(enum fe_drift_kind kind)
{
    return kinds[kind].tier;
}

const char *fe_drift_kind_text(enum fe_drift_kind kind)
{
    return kinds[kind].text;
}

const char *fe_drift_tier_text(enum fe_drift_tier tier)
{
    static const char *const texts[] = {"error", "warning", "info"};
    return texts[tier];
}

/* ── the list ── */

void fe_drifts_init(struct fe_drifts *drifts, struct fe_random *random)
{
    *drifts = (struct fe_drifts){.count = 0};
    fe_map_init(&drifts->map, random);
}

void fe_drifts_done(struct fe_drifts *drifts)
{
    fe_map_done(&drifts->map);
    fe_arena_done(&drifts->arena);
}

static struct fe_slice copied(struct fe_drifts *drifts, struct fe_slice text)
{
    return text.ptr ? fe_arena_copy(&drifts->arena, text) : text;
}

static void grow(struct fe_drifts *drifts)
{
    size_t capacity = drifts->capacity > 0 ? drifts->capacity * 2 : 16;
    struct fe_drift **items = fe_arena_alloc(&drifts->arena, capacity * sizeof(struct fe_drift *));
    if (drifts->count > 0) {
        memcpy(items, drifts->items, drifts->count * sizeof(struct fe_drift *));
    }
    drifts->items = items;
    drifts->capacity = capacity;
}

static void keep(struct fe_drifts *drifts, struct fe_slice key, const struct fe_drift *drift)
{
    struct fe_drift *kept = fe_arena_alloc(&drifts->arena, sizeof(*kept));
    *kept = *drift;
    kept->method = copied(drifts, drift->method);
    kept->target = copied(drifts, drift->target);
    kept->pointer = copied(drifts, drift->pointer);
    kept->recorded = copied(drifts, drift->recorded);
    kept->live = copied(drifts, drift->live);
    kept->times = 1;
    if (drifts->count == drifts->capacity) {
        grow(drifts);
    }
    drifts->items[drifts->count++] = kept;
    (void)fe_map_put(&drifts->map, fe_arena_copy(&drifts->arena, key), kept);
}

void fe_drifts_add(struct fe_drifts *drifts, const struct fe_drift *drift)
{
    struct fe_arena scratch = {NULL};
    struct fe_slice key =
        fe_arena_printf(&scratch, "%d " FE_PRI " " FE_PRI " " FE_PRI, (int)drift->kind,
                        FE_ARG(drift->method), FE_ARG(drift->target), FE_ARG(drift->pointer));
    struct fe_drift *known = fe_map_get(&drifts->map, key);
    if (known) {
        known->times++;
    } else {
        drifts->tiers[fe_drift_tier_of(drift->kind)]++;
    }
    if (known == NULL && drifts->count < FE_DRIFTS_MAX) {
        keep(drifts, key, drift);
    }
    fe_arena_done(&scratch);
}

uint64_t fe_drifts_all(const struct fe_drifts *drifts)
{
    uint64_t all = 0;
    for (int i = 0; i < FE_DRIFT_TIERS; i++) {
        all += drifts->tiers[i];
    }
    return all;
}

/* ── in words ── */

struct saying {
    fe_drift_put_fn *put;
    struct fe_buf *out;
};

static void say(const struct saying *saying, const char *text)
{
    (void)fe_buf_puts(saying->out, text);
}

static void say_marked(const struct saying *saying, struct fe_slice text)
{
    saying->put(saying->out, text.ptr ? text : FE_SLICE("nothing"));
}

static void say_was_and_is(const struct saying *saying, const struct fe_drift *drift)
{
    say(saying, " was ");
    say_marked(saying, drift->recorded);
    say(saying, ", is ");
    say_marked(saying, drift->live);
}

static void say_subject(const struct saying *saying, const struct fe_drift *drift)
{
    if (drift->kind == FE_DRIFT_STATUS) {
        say(saying, "the status");
    } else if (drift->kind == FE_DRIFT_MEDIA_TYPE) {
        say(saying, "the media type");
    } else if (drift->pointer.len == 0) {
        say(saying, "the body");
    } else {
        say_marked(saying, drift->pointer);
    }
}

static void say_with(const struct saying *saying, const char *before, struct fe_slice text,
                     const char *after)
{
    say(saying, before);
    say_marked(saying, text);
    say(saying, after);
}

void fe_drift_say(const struct fe_drift *drift, fe_drift_put_fn *put, struct fe_buf *out)
{
    const struct saying saying = {put, out};
    say_subject(&saying, drift);
    switch (drift->kind) {
    case FE_DRIFT_GONE:
        say_with(&saying, " is gone; it was ", drift->recorded, "");
        break;
    case FE_DRIFT_NEW:
        say_with(&saying, " is new: ", drift->live, "");
        break;
    case FE_DRIFT_NULLABLE:
        say(&saying, " is nullable:");
        say_was_and_is(&saying, drift);
        break;
    case FE_DRIFT_OPTIONAL:
        say_with(&saying, " is missing in ", drift->live, "; it was always there");
        break;
    case FE_DRIFT_EMPTY:
        say(&saying, " cannot be compared: the list is empty");
        break;
    case FE_DRIFT_ABSENT:
        say_with(&saying, " is not there; it was in ", drift->recorded, "");
        break;
    case FE_DRIFT_STATUS:
    case FE_DRIFT_MEDIA_TYPE:
    case FE_DRIFT_TYPE:
    case FE_DRIFT_VALUE:
    case FE_DRIFT_KINDS:
        say_was_and_is(&saying, drift);
        break;
    }
    if (drift->times > 1) {
        (void)fe_buf_printf(out, " (%" PRIu64 " times)", drift->times);
    }
}

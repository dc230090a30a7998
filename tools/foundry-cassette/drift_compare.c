/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/drift_compare.h"

#include <errno.h>

#include "foundry-cassette/drift_values.h"
#include "foundry-cassette/json_shape.h"
#include "message/media_type.h"

enum {
    TEXT_BYTES_MAX = 256
};

struct comparing {
    const struct fe_comparison *all;
    struct fe_arena arena;
    struct fe_shape recorded;
    struct fe_shape live;
};

static void add(const struct comparing *c, enum fe_drift_kind kind, struct fe_slice pointer,
                struct fe_slice recorded, struct fe_slice live)
{
    const struct fe_comparison *all = c->all;
    struct fe_arena scratch = {NULL};
    const struct fe_drift drift = {
        .kind = kind,
        .seq = all->seq,
        .method = all->method,
        .target = all->target,
        .pointer = fe_redactor_text(all->redactor, pointer, &scratch),
        .recorded = recorded,
        .live = live,
    };
    fe_drifts_add(all->drifts, &drift);
    fe_arena_done(&scratch);
}

/* ── shapes ── */

static struct fe_slice kinds_text(struct comparing *c, const struct fe_shape_place *place)
{
    struct fe_buf out;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    fe_shape_kinds_append(place->kinds, &out);
    struct fe_slice text = fe_arena_copy(&c->arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return text;
}

static void compare_kinds(struct comparing *c, const struct fe_shape_place *recorded,
                          const struct fe_shape_place *live)
{
    unsigned fresh = live->kinds & ~recorded->kinds;
    bool nullable = fresh == FE_SHAPE_NULL || recorded->kinds == FE_SHAPE_NULL;
    if (fresh != 0) {
        add(c, nullable ? FE_DRIFT_NULLABLE : FE_DRIFT_TYPE, recorded->pointer,
            kinds_text(c, recorded), kinds_text(c, live));
    }
}

static struct fe_slice part_of(struct comparing *c, size_t count, size_t all)
{
    return fe_arena_printf(&c->arena, "%zu of %zu", count, all);
}

/* Of members of objects: how often they might be there, and are. */
static bool is_always_there(const struct fe_shape_place *place)
{
    return place->parent == NULL || place->is_element || place->count >= place->parent->objects;
}

static void compare_presence(struct comparing *c, const struct fe_shape_place *recorded,
                             const struct fe_shape_place *live)
{
    if (is_always_there(recorded) && !is_always_there(live)) {
        size_t objects = live->parent->objects;
        add(c, FE_DRIFT_OPTIONAL, recorded->pointer, FE_SLICE("always"),
            part_of(c, objects - live->count, objects));
    }
}

/* What was there, and is not. Only the topmost is told: of what is below it, the parent is missing
 * or is something else, too. */
static void tell_missing(struct comparing *c, const struct fe_shape_place *recorded)
{
    const struct fe_shape_place *parent = fe_shape_find(&c->live, recorded->parent->pointer);
    const struct fe_slice none = {NULL, 0};
    if (parent == NULL) {
        return;
    }
    if (recorded->is_element && (parent->kinds & FE_SHAPE_ARRAY)) {
        add(c, FE_DRIFT_EMPTY, recorded->parent->pointer, kinds_text(c, recorded), none);
    } else if (!recorded->is_element && (parent->kinds & FE_SHAPE_OBJECT)) {
        bool always = is_always_there(recorded);
        add(c, always ? FE_DRIFT_GONE : FE_DRIFT_ABSENT, recorded->pointer,
            always ? kinds_text(c, recorded)
                   : part_of(c, recorded->count, recorded->parent->objects),
            none);
    }
}

static void tell_new(struct comparing *c, const struct fe_shape_place *live)
{
    const struct fe_shape_place *parent = fe_shape_find(&c->recorded, live->parent->pointer);
    if (parent && !live->is_element && (parent->kinds & FE_SHAPE_OBJECT)) {
        add(c, FE_DRIFT_NEW, live->pointer, (struct fe_slice){NULL, 0}, kinds_text(c, live));
    }
}

static void compare_shapes(struct comparing *c)
{
    for (const struct fe_shape_place *place = c->recorded.first; place; place = place->next) {
        const struct fe_shape_place *live = fe_shape_find(&c->live, place->pointer);
        if (live) {
            compare_kinds(c, place, live);
            compare_presence(c, place, live);
        } else {
            tell_missing(c, place);
        }
    }
    for (const struct fe_shape_place *place = c->live.first; place; place = place->next) {
        if (fe_shape_find(&c->recorded, place->pointer) == NULL) {
            tell_new(c, place);
        }
    }
}

/* ── answers ── */

static struct fe_slice media_type(const struct fe_drift_side *side)
{
    struct fe_slice type = fe_media_essence(side->content_type);
    return type.len > 0 ? type : (struct fe_slice){NULL, 0};
}

static bool ends_nocase(struct fe_slice text, struct fe_slice end)
{
    return text.len >= end.len && fe_slice_eq_nocase(fe_slice_from(text, text.len - end.len), end);
}

/* Modules post their results, which are JSON, as octet-stream. */
static bool may_be_json(struct fe_slice type)
{
    return type.len == 0 || ends_nocase(type, FE_SLICE("json")) ||
           ends_nocase(type, FE_SLICE("/octet-stream"));
}

static void compare_bodies(struct comparing *c, const struct fe_drift_side *recorded,
                           const struct fe_drift_side *live)
{
    struct fe_random *random = c->all->random;
    int was = fe_shape_make(recorded->body, random, &c->arena, &c->recorded);
    int is = fe_shape_make(live->body, random, &c->arena, &c->live);
    if (was == 0 && is == 0) {
        compare_shapes(c);
    } else if (was == 0 && is == -EBADMSG) {
        add(c, FE_DRIFT_TYPE, FE_SLICE(""), kinds_text(c, c->recorded.first),
            live->body.len > 0 ? FE_SLICE("no JSON") : FE_SLICE("empty"));
    }
    fe_shape_done(&c->recorded);
    fe_shape_done(&c->live);
}

static void compare_status(struct comparing *c, const struct fe_drift_side *recorded,
                           const struct fe_drift_side *live)
{
    add(c, FE_DRIFT_STATUS, FE_SLICE(""), fe_arena_printf(&c->arena, "%d", recorded->status),
        fe_arena_printf(&c->arena, "%d", live->status));
}

/* An answer of another status, or another type, is another answer: what is in it is not compared.
 */
void fe_drift_compare(const struct fe_comparison *comparison, const struct fe_drift_side *recorded,
                      const struct fe_drift_side *live)
{
    struct comparing c = {.all = comparison};
    struct fe_slice type = media_type(recorded);
    if (recorded->status != live->status) {
        compare_status(&c, recorded, live);
    } else if (!fe_slice_eq_nocase(type, media_type(live))) {
        add(&c, FE_DRIFT_MEDIA_TYPE, FE_SLICE(""), type, media_type(live));
    } else {
        if (may_be_json(type)) {
            compare_bodies(&c, recorded, live);
        }
        fe_drift_compare_values(comparison, recorded, live);
    }
    fe_arena_done(&c.arena);
}

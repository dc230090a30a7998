/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/drift_values.h"

#include "cassette/match/canonical.h"
#include "foundry-cassette/text.h"

enum {
    DIFFERENCES_MAX = 10000, /* that are looked at */
    TEXT_CHARACTERS_MAX = 100
};

/* "all" stands for every value; else a pointer, or what is below it. */
static bool is_asked_for(const struct fe_comparison *comparison, struct fe_slice pointer)
{
    bool asked = false;
    struct fe_arena scratch = {NULL};
    for (size_t i = 0; i < comparison->value_count && !asked; i++) {
        struct fe_slice wanted = fe_slice_cstr(comparison->values[i]);
        asked = fe_slice_eq(wanted, FE_SLICE("all")) ||
                fe_match_path(fe_arena_printf(&scratch, FE_PRI "/**", FE_ARG(wanted)), pointer);
    }
    fe_arena_done(&scratch);
    return asked;
}

static struct fe_canonical canonical_of(const struct fe_comparison *comparison,
                                        const struct fe_drift_side *side, struct fe_arena *arena)
{
    struct fe_header type = {FE_SLICE("Content-Type"), side->content_type};
    const struct fe_match_options options = {
        .profile = FE_MATCH_STRICT,
        .secrets = comparison->rules,
    };
    const struct fe_frame_head head = {
        .method = FE_SLICE("GET"),
        .target = FE_SLICE("/"),
        .headers = {&type, side->content_type.len > 0, 1},
    };
    struct fe_canonical canonical;
    fe_canonical_make(&options, &head, side->body, arena, &canonical);
    return canonical;
}

/* ── which differences are told ── */

static const struct fe_part *part_at(const struct fe_canonical *canonical, struct fe_slice pointer)
{
    for (size_t i = 0; i < canonical->count; i++) {
        const struct fe_part *part = &canonical->parts[i];
        if (part->kind == FE_PART_BODY && fe_slice_eq(part->name, pointer)) {
            return part;
        }
    }
    return NULL;
}

static bool is_list(const struct fe_canonical *canonical, struct fe_slice pointer)
{
    const struct fe_part *part = part_at(canonical, pointer);
    return part && fe_slice_eq(part->value, FE_SLICE("[]"));
}

static struct fe_slice parent_of(struct fe_slice pointer)
{
    while (pointer.len > 0 && pointer.ptr[pointer.len - 1] != '/') {
        pointer.len--;
    }
    pointer.len -= pointer.len > 0;
    return pointer;
}

/* A value that only one of them has is told if lists differ in length: the shape does not say so.
 */
static bool is_told(const struct fe_difference *difference, const struct fe_canonical *recorded,
                    const struct fe_canonical *live)
{
    const struct fe_part *one = difference->ours ? difference->ours : difference->theirs;
    struct fe_slice parent = parent_of(one->name);
    if (one->kind != FE_PART_BODY) {
        return false;
    }
    return (difference->ours && difference->theirs) ||
           (one->name.len > 0 && is_list(recorded, parent) && is_list(live, parent));
}

/* ── telling ── */

static struct fe_slice shown(const struct fe_comparison *comparison, const struct fe_part *part,
                             struct fe_arena *arena)
{
    if (part == NULL) {
        return (struct fe_slice){NULL, 0};
    }
    struct fe_slice safe =
        fe_redactor_body_text(comparison->redactor, FE_SLICE(""), part->value, arena);
    return fe_text_cut(safe, TEXT_CHARACTERS_MAX, arena);
}

static void tell(const struct fe_comparison *comparison, const struct fe_difference *difference)
{
    const struct fe_part *part = difference->ours ? difference->ours : difference->theirs;
    struct fe_arena scratch = {NULL};
    const struct fe_drift drift = {
        .kind = FE_DRIFT_VALUE,
        .seq = comparison->seq,
        .method = comparison->method,
        .target = comparison->target,
        .pointer = fe_redactor_text(comparison->redactor, part->name, &scratch),
        .recorded = shown(comparison, difference->ours, &scratch),
        .live = shown(comparison, difference->theirs, &scratch),
    };
    fe_drifts_add(comparison->drifts, &drift);
    fe_arena_done(&scratch);
}

void fe_drift_compare_values(const struct fe_comparison *comparison,
                             const struct fe_drift_side *recorded, const struct fe_drift_side *live)
{
    struct fe_arena arena = {NULL};
    if (comparison->value_count == 0) {
        return;
    }
    struct fe_canonical ours = canonical_of(comparison, recorded, &arena);
    struct fe_canonical theirs = canonical_of(comparison, live, &arena);
    struct fe_difference *differences =
        fe_arena_alloc(&arena, DIFFERENCES_MAX * sizeof(*differences));
    size_t count = fe_canonical_compare(&ours, &theirs, differences, DIFFERENCES_MAX);
    for (size_t i = 0; i < count && i < DIFFERENCES_MAX; i++) {
        const struct fe_part *part =
            differences[i].ours ? differences[i].ours : differences[i].theirs;
        if (is_asked_for(comparison, part->name) && is_told(&differences[i], &ours, &theirs)) {
            tell(comparison, &differences[i]);
        }
    }
    fe_arena_done(&arena);
}

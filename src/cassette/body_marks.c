/* SPDX-License-Identifier: MIT */
#include "cassette/body_marks_private.h"

#include <stdlib.h>

#include "util/alloc.h"

enum {
    PACE_US = 5000,
    LIST_FIRST = 16,
    /* A body has at most one mark of a kind for each byte that is held back; what is more than that
     * can only be codings with nothing in them. */
    LIST_MAX = 400 << 10
};

void fe_body_marks_init(struct fe_body_marks *marks)
{
    *marks = (struct fe_body_marks){.last_us = INT64_MIN};
}

void fe_body_marks_done(struct fe_body_marks *marks)
{
    free(marks->cuts.items);
    free(marks->paces.items);
    free(marks->runs);
    free(marks->frame_paces);
    free(marks->frame_cuts);
    fe_body_marks_init(marks);
}

/* Room for one more of `size` bytes; false when memory is out. */
static bool make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t bigger = *capacity > 0 ? *capacity * 2 : LIST_FIRST;
    while (bigger <= count) {
        bigger *= 2;
    }
    void *moved = fe_alloc_resize(*items, bigger * size);
    if (moved == NULL) {
        return false;
    }
    *items = moved;
    *capacity = bigger;
    return true;
}

/* A mark that there is no memory for is left out: the bytes are what counts. */
static void add(struct fe_mark_list *list, struct fe_body_mark mark)
{
    void *items = list->items;
    if (list->count < LIST_MAX &&
        make_room(&items, list->count, &list->capacity, sizeof(*list->items))) {
        list->items = items;
        list->items[list->count++] = mark;
    }
}

static void drop_front(struct fe_mark_list *list, size_t count)
{
    list->count -= count;
    list->placed -= count;
    if (list->count > 0 && count > 0) {
        memmove(list->items, list->items + count, list->count * sizeof(*list->items));
    }
}

void fe_body_marks_arrive(struct fe_body_marks *marks, int64_t t_us, uint64_t wire,
                          uint64_t decoded)
{
    if (marks->last_us == INT64_MIN) {
        marks->pace_us = t_us;
        marks->last_us = t_us;
    } else if (t_us - marks->last_us >= PACE_US) {
        add(&marks->paces, (struct fe_body_mark){wire, decoded, 0, t_us});
        marks->last_us = t_us;
    }
}

void fe_body_marks_cut(struct fe_body_marks *marks, uint64_t wire)
{
    add(&marks->cuts, (struct fe_body_mark){wire, wire, 0, 0});
}

void fe_body_marks_pass(struct fe_body_marks *marks, uint64_t input_end, size_t len)
{
    void *items = marks->runs;
    if (!make_room(&items, marks->run_count + 1, &marks->run_capacity, sizeof(*marks->runs))) {
        fe_out_of_memory(); /* later marks would be in wrong places */
    }
    marks->runs = items;
    if (marks->run_count == 0) {
        marks->runs[0] = (struct fe_mark_run){0, 0};
        marks->run_count = 1;
    }
    const struct fe_mark_run last = marks->runs[marks->run_count - 1];
    marks->runs[marks->run_count++] = (struct fe_mark_run){input_end, last.stored_end + len};
}

/* ── finding places ── */

/* Where `input` is in what is stored, between the ends of two runs. Within a placeholder, as far
 * from its start as it was from the start of what it stands for, but not behind its end. */
static uint64_t place_in(const struct fe_mark_run *before, const struct fe_mark_run *run,
                         uint64_t input)
{
    uint64_t into = input - before->input_end;
    uint64_t len = run->stored_end - before->stored_end;
    if (input == run->input_end || into > len) {
        into = len;
    }
    return before->stored_end + into;
}

/* `at_end`: a mark at the very end of the input so far has its place there, too; a time has not, as
 * it is that of a byte that is still to come. */
static void settle_list(struct fe_mark_list *list, const struct fe_body_marks *marks, bool by_wire,
                        bool at_end)
{
    size_t run = 1;
    uint64_t end = marks->runs[marks->run_count - 1].input_end;
    while (list->placed < list->count) {
        struct fe_body_mark *mark = &list->items[list->placed];
        uint64_t input = by_wire ? mark->wire : mark->decoded;
        if (input > end || (input == end && !at_end)) {
            return;
        }
        while (run + 1 < marks->run_count && marks->runs[run].input_end < input) {
            run++;
        }
        bool behind = marks->run_count > 1 && input > marks->runs[0].input_end;
        mark->stored = behind ? place_in(&marks->runs[run - 1], &marks->runs[run], input)
                              : marks->runs[0].stored_end;
        list->placed++;
    }
}

void fe_body_marks_settle(struct fe_body_marks *marks, enum fe_body_kind kind)
{
    if (marks->run_count == 0) {
        return;
    }
    const struct fe_mark_run end = marks->runs[marks->run_count - 1];
    if (kind == FE_BODY_CODED) {
        marks->runs[0] = (struct fe_mark_run){0, 0};
        marks->runs[1] = (struct fe_mark_run){end.stored_end, end.stored_end};
        marks->run_count = 2;
    }
    if (kind == FE_BODY_DECODED) {
        marks->cuts.count = 0;
        marks->cuts.placed = 0;
    }
    settle_list(&marks->cuts, marks, true, true);
    settle_list(&marks->paces, marks, kind != FE_BODY_DECODED, false);
    marks->runs[0] = end;
    marks->run_count = 1;
}

/* ── giving them to a frame ── */

static void add_pace(struct fe_body_marks *marks, struct fe_frame_body *frame, struct fe_pace pace)
{
    void *items = marks->frame_paces;
    if (frame->pace_count > 0 && marks->frame_paces[frame->pace_count - 1].at == pace.at) {
        frame->pace_count--;
    }
    if (make_room(&items, frame->pace_count, &marks->frame_pace_capacity,
                  sizeof(*marks->frame_paces))) {
        marks->frame_paces = items;
        marks->frame_paces[frame->pace_count++] = pace;
    }
}

static void add_cut(struct fe_body_marks *marks, struct fe_frame_body *frame, uint64_t at)
{
    void *items = marks->frame_cuts;
    bool is_new = frame->cut_count == 0 || marks->frame_cuts[frame->cut_count - 1] != at;
    if (is_new && make_room(&items, frame->cut_count, &marks->frame_cut_capacity,
                            sizeof(*marks->frame_cuts))) {
        marks->frame_cuts = items;
        marks->frame_cuts[frame->cut_count++] = at;
    }
}

static void take_paces(struct fe_body_marks *marks, uint64_t end, struct fe_frame_body *frame)
{
    size_t n = 0;
    add_pace(marks, frame, (struct fe_pace){marks->pace_us, 0});
    while (n < marks->paces.placed && marks->paces.items[n].stored < end) {
        const struct fe_body_mark *mark = &marks->paces.items[n++];
        add_pace(marks, frame, (struct fe_pace){mark->t_us, mark->stored - marks->taken});
        marks->pace_us = mark->t_us;
    }
    drop_front(&marks->paces, n);
}

static void take_cuts(struct fe_body_marks *marks, uint64_t end, struct fe_frame_body *frame)
{
    size_t n = 0;
    while (n < marks->cuts.placed && marks->cuts.items[n].stored <= end) {
        uint64_t stored = marks->cuts.items[n++].stored;
        if (stored > marks->taken) {
            add_cut(marks, frame, stored - marks->taken);
        }
    }
    drop_front(&marks->cuts, n);
}

void fe_body_marks_take(struct fe_body_marks *marks, size_t len, struct fe_frame_body *frame)
{
    uint64_t end = marks->taken + len;
    frame->pace_count = 0;
    frame->cut_count = 0;
    take_paces(marks, end, frame);
    take_cuts(marks, end, frame);
    frame->pace = marks->frame_paces;
    frame->cuts = marks->frame_cuts;
    marks->taken = end;
}

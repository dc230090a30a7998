/* SPDX-License-Identifier: MIT */
/* Where chunks of a body ended and when its bytes came, moved from the body as it crossed the wire
 * to the body as it is stored: between the two, codings are taken off and secrets become
 * placeholders of other lengths. */
#ifndef FE_CASSETTE_BODY_MARKS_PRIVATE_H
#define FE_CASSETTE_BODY_MARKS_PRIVATE_H

#include "cassette/frame.h"

/* A place in the body. While a mark waits for what is to be stored there, it is a place in what
 * crossed the wire, with and without its codings; then it is one in what is stored. */
struct fe_body_mark {
    uint64_t wire;
    uint64_t decoded;
    uint64_t stored;
    int64_t t_us;
};

struct fe_mark_list {
    struct fe_body_mark *items;
    size_t count;
    size_t capacity;
    size_t placed; /* so many, at the front, have their place in what is stored */
};

/* A run of stored bytes, behind the one before, and what it stands for. */
struct fe_mark_run {
    uint64_t input_end;
    uint64_t stored_end;
};

struct fe_body_marks {
    struct fe_mark_list cuts;
    struct fe_mark_list paces;
    struct fe_mark_run *runs; /* whose marks are not placed yet; [0] is the end of what is */
    size_t run_count;
    size_t run_capacity;
    int64_t pace_us;             /* when the bytes at the front came */
    int64_t last_us;             /* of the last mark; INT64_MIN: none */
    uint64_t taken;              /* stored bytes that are in frames */
    struct fe_pace *frame_paces; /* of the frame that was taken last */
    uint64_t *frame_cuts;
    size_t frame_pace_capacity;
    size_t frame_cut_capacity;
};

/* A zeroed one with this is ready. */
void fe_body_marks_init(struct fe_body_marks *marks);
void fe_body_marks_done(struct fe_body_marks *marks);

/* The next bytes came at t_us: remembered when that is 5 ms after the last such mark. The place is
 * that of their first, in both counts. */
void fe_body_marks_arrive(struct fe_body_marks *marks, int64_t t_us, uint64_t wire,
                          uint64_t decoded);
/* A chunk ends in front of this place. */
void fe_body_marks_cut(struct fe_body_marks *marks, uint64_t wire);

/* `len` more bytes are to be stored, which stand for the input up to `input_end`
 * (cassette/redact/redactor.h). */
void fe_body_marks_pass(struct fe_body_marks *marks, uint64_t input_end, size_t len);

enum fe_body_kind {
    FE_BODY_PLAIN,   /* it has no coding: one count is the other */
    FE_BODY_DECODED, /* it is stored without its codings: the cuts mean nothing */
    FE_BODY_CODED    /* it is stored as it crossed the wire, codings and all */
};

/* Finds the places of all marks up to where the input has been passed. For FE_BODY_CODED the whole
 * body must have been. */
void fe_body_marks_settle(struct fe_body_marks *marks, enum fe_body_kind kind);

/* Into frame->pace and ->cuts goes what belongs to the next `len` (not 0) stored bytes, counted
 * from the frame's first byte; valid until the next call. */
void fe_body_marks_take(struct fe_body_marks *marks, size_t len, struct fe_frame_body *frame);

#endif

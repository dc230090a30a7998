/* SPDX-License-Identifier: MIT */
/* What a recording is told of one exchange. Without a recording, all of this does nothing. */
#ifndef FE_RECORD_TOLD_H
#define FE_RECORD_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "cassette/frame.h"

struct fe_recording;
struct fe_recording_end;

struct fe_told {
    struct fe_recording *recording; /* NULL: none */
    uint64_t exchange;
    bool ended;
};

void fe_told_request(struct fe_told *told, struct fe_recording *recording,
                     const struct fe_frame_head *head);
void fe_told_interim(struct fe_told *told, const struct fe_frame_head *head);
void fe_told_response(struct fe_told *told, const struct fe_frame_head *head);
void fe_told_request_body(struct fe_told *told, struct fe_slice bytes, bool cut);
void fe_told_response_body(struct fe_told *told, struct fe_slice bytes, bool cut);

/* Nothing, if it has been told before: the first word on how it ended stands. */
void fe_told_end(struct fe_told *told, const struct fe_recording_end *end);

/* Whether it can take no more for now. */
bool fe_told_is_full(const struct fe_told *told);

#endif

/* SPDX-License-Identifier: MIT */
/* Heads and ends as flat bytes: how they wait in the recording's queue. */
#ifndef FE_CASSETTE_RECORDING_ITEM_PRIVATE_H
#define FE_CASSETTE_RECORDING_ITEM_PRIVATE_H

#include "cassette/frame.h"
#include "util/arena.h"

struct fe_recording_end;

/* How many bytes there will be, and their putting. */
size_t fe_item_head_bytes(const struct fe_frame_head *head);
void fe_item_put_head(char *room, const struct fe_frame_head *head);
/* All but the exchange's number and the time. The list is in the arena; texts point into `bytes`.
 */
void fe_item_take_head(struct fe_slice bytes, struct fe_arena *arena,
                       struct fe_frame_head *head_out);

size_t fe_item_end_bytes(const struct fe_recording_end *end);
void fe_item_put_end(char *room, const struct fe_recording_end *end);
/* The outcome, the note, and how the framing of both bodies ended; the same. */
void fe_item_take_end(struct fe_slice bytes, struct fe_arena *arena, struct fe_frame_end *end_out);

#endif

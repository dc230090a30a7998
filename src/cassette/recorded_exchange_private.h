/* SPDX-License-Identifier: MIT */
/* One exchange that is being recorded, by the recording's thread: sees to the order of its frames,
 * and to what waits for what (recorded_message_private.h). */
#ifndef FE_CASSETTE_RECORDED_EXCHANGE_PRIVATE_H
#define FE_CASSETTE_RECORDED_EXCHANGE_PRIVATE_H

#include "cassette/recorded_message_private.h"

struct fe_recorded_exchange;

struct fe_recorded_exchange *fe_recorded_exchange_new(struct fe_recorder *recorder,
                                                      uint64_t number);
/* Without an end before, what waits is dropped. */
void fe_recorded_exchange_free(struct fe_recorded_exchange *x);

/* Its number's bytes, for a map. */
struct fe_slice fe_recorded_exchange_key(const struct fe_recorded_exchange *x);

/* A head as it came out of the queue (recording_item_private.h). */
void fe_recorded_exchange_head(struct fe_recorded_exchange *x, enum fe_frame_kind kind,
                               struct fe_slice item, int64_t t_us);
void fe_recorded_exchange_body(struct fe_recorded_exchange *x, enum fe_frame_kind kind,
                               struct fe_slice bytes, bool cut, int64_t t_us);

/* Writes all that waits, and the end. */
void fe_recorded_exchange_end(struct fe_recorded_exchange *x, struct fe_slice item, int64_t t_us);

#endif

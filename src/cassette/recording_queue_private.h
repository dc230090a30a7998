/* SPDX-License-Identifier: MIT */
/* The queue between the loop's thread and the recording's: what was said is copied once, into
 * blocks that change hands many at a time. The recording's thread is woken when it has nothing to
 * do, and then gives the loop a moment to say more; so a busy loop pays for few wake-ups. */
#ifndef FE_CASSETTE_RECORDING_QUEUE_PRIVATE_H
#define FE_CASSETTE_RECORDING_QUEUE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/slice.h"

struct fe_recording_queue;

enum fe_queued_kind {
    FE_QUEUED_REQUEST,
    FE_QUEUED_INTERIM,
    FE_QUEUED_RESPONSE,
    FE_QUEUED_REQUEST_BODY,
    FE_QUEUED_RESPONSE_BODY,
    FE_QUEUED_END,
    FE_QUEUED_LOG
};

/* What stands in front of the bytes of one item. */
struct fe_queued {
    enum fe_queued_kind kind;
    bool cut; /* of a body: a chunk ends behind these bytes */
    uint64_t exchange;
    int64_t t_us;
    size_t len;
};

/* -errno when the system has no descriptor to give. */
int fe_recording_queue_new(size_t bytes_max, struct fe_recording_queue **queue_out);
/* With all that is still in it. */
void fe_recording_queue_free(struct fe_recording_queue *queue); /* NULL is fine */

/* ── by whoever has something to say, on any thread ──────────────────────────────────────────── */

/* Room for item->len bytes, to be filled before the commit; the queue is locked between the two. Is
 * never refused. */
char *fe_recording_queue_begin(struct fe_recording_queue *queue, const struct fe_queued *item);
void fe_recording_queue_commit(struct fe_recording_queue *queue);

/* Bytes of a body, in as many items as it takes; item.len is ignored, item.cut goes to the last. */
void fe_recording_queue_put_body(struct fe_recording_queue *queue, struct fe_queued item,
                                 struct fe_slice bytes);

/* Whether there are bytes_max or more in it, those being worked on too, or something that is older
 * than 10 ms: who has had an answer shall soon find it recorded. Once it was, the eventfd becomes
 * readable when half of it has gone. */
bool fe_recording_queue_is_full(struct fe_recording_queue *queue);
int fe_recording_queue_fd(const struct fe_recording_queue *queue);
void fe_recording_queue_ack(struct fe_recording_queue *queue);

/* From now on it is never full: bytes of bodies that find no room are dropped instead. */
void fe_recording_queue_give_up(struct fe_recording_queue *queue);

/* Nothing more will come. */
void fe_recording_queue_close(struct fe_recording_queue *queue);

/* ── by the recording's thread ───────────────────────────────────────────────────────────────── */

/* Waits for items, or until `deadline_ns` (of the monotonic clock; negative: for ever). False when
 * the queue is closed and used up. All items before must have been taken. */
bool fe_recording_queue_wait(struct fe_recording_queue *queue, int64_t deadline_ns);

/* The next item that the last wait has brought, valid until the next call; NULL: no more. */
const struct fe_queued *fe_recording_queue_next(struct fe_recording_queue *queue,
                                                struct fe_slice *bytes_out);

#endif

/* SPDX-License-Identifier: MIT */
#include "cassette/library/library_private.h"

static void add_queue(const struct fe_library_queue *queue, struct fe_standing *standing)
{
    const struct fe_library_lane *lane = queue->lane;
    for (const struct fe_library_entry *entry = queue->first; entry; entry = entry->next) {
        standing->recorded++;
    }
    if (standing->write.reader == NULL && lane->waiting && queue->next &&
        queue->next->generation > lane->done) {
        standing->write = fe_library_take_of(lane->waiting, false);
    }
}

static bool is_among(const struct fe_library_queue *queue,
                     const struct fe_library_queue *const *queues, size_t count)
{
    size_t i = 0;
    while (i < count && queues[i] != queue) {
        i++;
    }
    return i < count;
}

/* The rules of several sessions may come to one key. */
void fe_library_standing(struct fe_library *library, const struct fe_frame_head *head,
                         struct fe_slice body, struct fe_standing *standing_out)
{
    const struct fe_library_queue *queues[FE_LIBRARY_REDACTIONS_MAX];
    struct fe_arena arena = {NULL};
    *standing_out = (struct fe_standing){.recorded = 0};
    for (size_t i = 0; i < library->dialect_count; i++) {
        queues[i] = fe_library_queue_of(library, &library->dialects[i], head, body, &arena);
        if (queues[i] && !is_among(queues[i], queues, i)) {
            add_queue(queues[i], standing_out);
        }
    }
    fe_arena_done(&arena);
}

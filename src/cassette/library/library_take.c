/* SPDX-License-Identifier: MIT */
/* Whose turn it is. Each key of a request makes an offer, without anything being taken; the best
 * one is taken. Reads that are passed over stay so until the library is rewound, because a write
 * that has been played stays played; so all of it costs the same however much was recorded. */
#include "cassette/library/library_private.h"

/* What an offer is worth, the least first. */
enum worth {
    WORTH_NOTHING,
    WORTH_USED_UP,
    WORTH_PAST_AGAIN, /* the last answer, from before a write */
    WORTH_PAST,       /* the same, and it has not been given yet */
    WORTH_EARLY,
    WORTH_IDLE,
    WORTH_AGAIN,
    WORTH_NEW
};

struct offer {
    enum worth worth;
    struct fe_library_entry *entry; /* NULL: none */
};

static bool is_early(const struct fe_library_entry *entry)
{
    return entry->generation > entry->queue->lane->done;
}

static bool is_past(const struct fe_library_entry *entry)
{
    return entry->generation < entry->queue->lane->written;
}

/* ── offers ── */

static struct offer offer_read(const struct fe_library *library, struct fe_library_queue *queue)
{
    struct fe_library_entry *next = queue->next;
    while (next && next->next && is_past(next)) {
        next = next->next;
    }
    queue->next = next;
    if (next == NULL && library->at_end.reads_miss) {
        return (struct offer){WORTH_USED_UP, NULL};
    }
    if (next == NULL) {
        return (struct offer){is_past(queue->last) ? WORTH_PAST_AGAIN : WORTH_AGAIN, queue->last};
    }
    if (!is_early(next)) {
        return (struct offer){is_past(next) ? WORTH_PAST : WORTH_NEW, next};
    }
    if (queue->shown && !is_past(queue->shown)) {
        return (struct offer){WORTH_AGAIN, queue->shown};
    }
    return (struct offer){WORTH_EARLY, NULL};
}

/* What a poll brings is handed out, and not a state that could be over. */
static struct offer offer_poll(const struct fe_library *library,
                               const struct fe_library_queue *queue)
{
    if (queue->next == NULL && library->at_end.polls_miss) {
        return (struct offer){WORTH_USED_UP, NULL};
    }
    if (queue->next == NULL || is_early(queue->next)) {
        return (struct offer){WORTH_IDLE, queue->idle};
    }
    return (struct offer){WORTH_NEW, queue->next};
}

static struct offer offer_write(const struct fe_library *library,
                                const struct fe_library_queue *queue)
{
    if (queue->next == NULL && library->at_end.writes_repeat) {
        return (struct offer){WORTH_AGAIN, queue->last};
    }
    return (struct offer){queue->next ? WORTH_NEW : WORTH_USED_UP, queue->next};
}

static struct offer offer_of(const struct fe_library *library, struct fe_library_queue *queue)
{
    switch (queue->class) {
    case FE_ROW_POLL:
        return offer_poll(library, queue);
    case FE_ROW_WRITE:
        return offer_write(library, queue);
    default:
        return offer_read(library, queue);
    }
}

/* Of what is new the first cassette's; of what is given again the last. */
static bool is_better(const struct offer *offer, const struct offer *best)
{
    if (offer->worth != best->worth) {
        return offer->worth > best->worth;
    }
    return offer->worth != WORTH_NEW && offer->entry &&
           (best->entry == NULL || fe_library_seq(offer->entry) > fe_library_seq(best->entry));
}

/* Of a request, in each dialect: what `make` offers for its queue. */
typedef struct offer make_offer_fn(const struct fe_library *library,
                                   struct fe_library_queue *queue);

static struct offer best_offer(struct fe_library *library, const struct fe_frame_head *head,
                               struct fe_slice body, make_offer_fn *make)
{
    struct offer best = {WORTH_NOTHING, NULL};
    struct fe_arena arena = {NULL};
    for (size_t i = 0; i < library->dialect_count && best.worth != WORTH_NEW; i++) {
        struct fe_library_queue *queue =
            fe_library_queue_of(library, &library->dialects[i], head, body, &arena);
        struct offer offer = {WORTH_NOTHING, NULL};
        if (queue) {
            offer = make(library, queue);
        }
        if (is_better(&offer, &best)) {
            best = offer;
        }
    }
    fe_arena_done(&arena);
    return best;
}

/* ── taking ── */

static void play_entry(struct fe_library_entry *entry)
{
    entry->played = true;
    entry->cassette->facts.used++;
}

static void play_write(const struct fe_library_entry *write)
{
    struct fe_library_lane *lane = write->queue->lane;
    if (lane->written <= write->generation) {
        lane->written = write->generation + 1;
    }
    while (lane->waiting && lane->waiting->played) {
        lane->waiting = lane->waiting->next_write;
        lane->done++;
    }
}

/* With those that are folded into it. */
static void play(struct fe_library_entry *entry)
{
    struct fe_library_queue *queue = entry->queue;
    play_entry(entry);
    queue->next = entry->next;
    while (queue->next && queue->next->folded) {
        play_entry(queue->next);
        queue->next = queue->next->next;
    }
    if (queue->class == FE_ROW_WRITE) {
        play_write(entry);
    }
    if (entry->status != 0 && entry->status != 401) {
        queue->shown = entry;
    }
}

static enum fe_find find_of(const struct offer *offer)
{
    switch (offer->worth) {
    case WORTH_NOTHING:
        return FE_MISS_UNKNOWN;
    case WORTH_USED_UP:
        return FE_MISS_USED_UP;
    case WORTH_EARLY:
        return FE_MISS_TOO_EARLY;
    case WORTH_IDLE:
        return FE_FOUND_IDLE;
    default:
        return offer->entry && offer->entry->idle ? FE_FOUND_IDLE : FE_FOUND;
    }
}

struct fe_take fe_library_take_of(struct fe_library_entry *entry, bool repeated)
{
    const struct fe_library_cassette *cassette = entry->cassette;
    const struct fe_recorded *recorded = fe_library_recorded(entry);
    const struct fe_frame_session *session = &cassette->index.sessions[recorded->session];
    return (struct fe_take){
        .reader = cassette->reader,
        .recorded = recorded,
        .upstream = session->upstream,
        .time = session->time,
        .seq = fe_library_seq(entry),
        .repeated = repeated,
    };
}

enum fe_find fe_library_take(struct fe_library *library, const struct fe_frame_head *head,
                             struct fe_slice body, struct fe_take *take_out)
{
    struct offer offer = best_offer(library, head, body, offer_of);
    bool fresh = offer.worth == WORTH_NEW || offer.worth == WORTH_PAST;
    *take_out = (struct fe_take){.reader = NULL};
    if (offer.entry) {
        *take_out = fe_library_take_of(offer.entry, !fresh);
    }
    if (offer.entry && fresh) {
        play(offer.entry);
    }
    return find_of(&offer);
}

static struct offer offer_last(const struct fe_library *library, struct fe_library_queue *queue)
{
    (void)library;
    return (struct offer){WORTH_AGAIN, queue->last};
}

bool fe_library_repeat(struct fe_library *library, const struct fe_frame_head *head,
                       struct fe_slice body, struct fe_take *take_out)
{
    struct offer offer = best_offer(library, head, body, offer_last);
    if (offer.entry) {
        *take_out = fe_library_take_of(offer.entry, true);
    }
    return offer.entry != NULL;
}

static bool has_method(const struct fe_library_entry *entry, struct fe_slice method)
{
    struct fe_arena arena = {NULL};
    struct fe_frame frame;
    fe_library_read_request(entry, &arena, &frame);
    bool has = frame.kind == FE_FRAME_REQUEST && fe_slice_eq(frame.head.method, method);
    fe_arena_done(&arena);
    return has;
}

void fe_library_skip_on(struct fe_library *library, const struct fe_frame_head *head)
{
    const struct fe_library_lane *lane = fe_library_lane_on(library, head->target);
    for (uint64_t i = 0; lane && i < library->entry_count; i++) {
        struct fe_library_entry *entry = &library->entries[i];
        const struct fe_library_queue *queue = entry->queue;
        if (queue && queue->lane == lane && queue->next == entry &&
            has_method(entry, head->method)) {
            play(entry);
            return;
        }
    }
}

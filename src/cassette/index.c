/* SPDX-License-Identifier: MIT */
/* One pass from front to back. Frames of exchanges interleave, so where each belongs is noted in
 * the order of the file first, and dealt out to the exchanges at the end, when their numbers are
 * known. */
#include <errno.h>
#include <stdlib.h>

#include "cassette/crc32c.h"
#include "cassette/growing_private.h"
#include "cassette/numbers_private.h"
#include "cassette/reader_private.h"
#include "util/alloc.h"

enum {
    FRAMES_MAX = 100000000,
    SCRATCH_BYTES_MAX = 64 << 10
};

struct entry {
    uint64_t offset;
    size_t exchange; /* index */
};

/* A list that grows on the heap. */
struct list {
    char *items;
    size_t count;
    size_t capacity;
};

struct builder {
    const struct fe_reader *reader;
    struct fe_arena *arena;
    struct list entries;   /* struct entry */
    struct list exchanges; /* struct fe_growing */
    struct list sessions;  /* struct fe_frame_session */
    struct list offsets;   /* uint64_t, of sessions */
    struct list indices;   /* uint64_t, of sessions */
    struct list sealed;    /* bool, of sessions */
    struct list damages;   /* struct fe_damage */
    struct fe_numbers numbers;
    size_t last; /* the exchange that was found last */
    uint64_t frame_count;
    /* The session that is read. */
    uint64_t frames;
    uint64_t requests;
    uint64_t begin; /* its offset */
    uint32_t crc;   /* of all that stands before its index */
    bool newer;     /* it needs a newer reader */
    bool damaged;   /* so its seal cannot agree */
};

/* The new item, cleared; NULL when memory is out. */
static void *add(struct list *list, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        char *bigger = capacity <= 2 * (size_t)FRAMES_MAX
                           ? fe_alloc_resize(list->items, capacity * size)
                           : NULL;
        if (bigger == NULL) {
            return NULL;
        }
        list->items = bigger;
        list->capacity = capacity;
    }
    void *item = list->items + list->count++ * size;
    memset(item, 0, size);
    return item;
}

static struct fe_growing *growing_at(const struct builder *b, size_t index)
{
    void *items = b->exchanges.items;
    return (struct fe_growing *)items + index;
}

static bool *sealed_now(const struct builder *b)
{
    void *items = b->sealed.items;
    return (bool *)items + b->sealed.count - 1;
}

/* The offset of the session's first index frame; 0: none has come. */
static uint64_t *index_now(const struct builder *b)
{
    void *items = b->indices.items;
    return (uint64_t *)items + b->indices.count - 1;
}

/* Most often it is the one that the frame before belonged to. */
static struct fe_growing *find(struct builder *b, uint64_t exchange)
{
    size_t session = b->sessions.count - 1;
    if (b->exchanges.count > 0) {
        struct fe_growing *last = growing_at(b, b->last);
        if (last->recorded.exchange == exchange && last->recorded.session == session) {
            return last;
        }
    }
    size_t index = fe_numbers_get(&b->numbers, session, exchange);
    if (index == SIZE_MAX) {
        return NULL;
    }
    b->last = index;
    return growing_at(b, index);
}

/* ── what is read ── */

struct place {
    uint64_t offset;
    uint64_t bytes;
};

static int add_damage(struct builder *b, const struct place *place, bool torn, const char *why)
{
    void *items = b->damages.items;
    struct fe_damage *last = items;
    b->damaged = true;
    if (b->damages.count > 0) {
        last += b->damages.count - 1;
        if (last->why == why && last->offset + last->bytes == place->offset) {
            last->bytes += place->bytes;
            last->torn = torn;
            return 0;
        }
    }
    struct fe_damage *damage = add(&b->damages, sizeof(*damage));
    if (damage == NULL) {
        return -ENOMEM;
    }
    *damage = (struct fe_damage){place->offset, place->bytes, torn, why};
    return 0;
}

static int begin_session(struct builder *b, const struct place *place, const char **why_out)
{
    struct fe_frame frame;
    struct fe_frame_session *session = add(&b->sessions, sizeof(*session));
    uint64_t *offset = add(&b->offsets, sizeof(*offset));
    uint64_t *index_at = add(&b->indices, sizeof(*index_at));
    bool *sealed = add(&b->sealed, sizeof(*sealed));
    if (session == NULL || offset == NULL || index_at == NULL || sealed == NULL) {
        return -ENOMEM;
    }
    fe_reader_frame_at(b->reader, place->offset, b->arena, &frame);
    *session = frame.session;
    *offset = place->offset;
    b->frames = 0;
    b->requests = 0;
    b->begin = place->offset;
    b->crc = 0;
    b->damaged = false;
    b->newer = session->reader > FE_CASSETTE_READER;
    *why_out = b->newer ? "a session that needs a newer reader" : NULL;
    return 0;
}

static int note_frame(struct builder *b, struct fe_growing *growing, uint64_t offset)
{
    struct entry *entry = add(&b->entries, sizeof(*entry));
    if (entry == NULL) {
        return -ENOMEM;
    }
    *entry = (struct entry){offset, (size_t)growing->recorded.seq - 1};
    growing->recorded.frame_count++;
    return 0;
}

static int begin_exchange(struct builder *b, const struct fe_frame *frame, uint64_t offset,
                          const char **why_out)
{
    if (find(b, frame->head.exchange)) {
        *why_out = "a second request of the same number";
        return 0;
    }
    struct fe_growing *growing = add(&b->exchanges, sizeof(*growing));
    size_t session = b->sessions.count - 1;
    if (growing == NULL ||
        fe_numbers_add(&b->numbers, session, frame->head.exchange, b->exchanges.count - 1) < 0) {
        return -ENOMEM;
    }
    growing->recorded = (struct fe_recorded){
        .seq = b->exchanges.count,
        .session = session,
        .exchange = frame->head.exchange,
        .request = offset,
        .response = UINT64_MAX,
        .end = UINT64_MAX,
    };
    b->last = b->exchanges.count - 1;
    b->requests++;
    return note_frame(b, growing, offset);
}

static int go_on(struct builder *b, const struct fe_frame *frame, uint64_t offset,
                 const char **why_out)
{
    struct fe_growing *growing = find(b, fe_growing_exchange_of(frame));
    *why_out = growing ? fe_growing_take(growing, frame, offset)
                       : "a frame of an exchange that has no request";
    return *why_out ? 0 : note_frame(b, growing, offset);
}

/* What an index says of the bytes before it; what it says of the exchanges in them is not looked
 * at. */
static const char *check_index(const struct builder *b, const struct fe_frame_index *index,
                               const struct place *place)
{
    uint64_t *index_at = index_now(b);
    *index_at = *index_at > 0 ? *index_at : place->offset;
    bool agrees = index->covers == *index_at - b->begin && index->crc == b->crc;
    return agrees || b->damaged ? NULL : "an index of other frames than there are";
}

static const char *check_seal(const struct builder *b, const struct fe_frame_seal *seal,
                              const struct place *place)
{
    uint64_t index_bytes = *index_now(b) > 0 ? place->offset - *index_now(b) : 0;
    bool agrees = seal->frames == b->frames && seal->exchanges == b->requests &&
                  seal->index_bytes == index_bytes;
    *sealed_now(b) = true;
    return agrees || b->damaged ? NULL : "a seal that counts other frames than there are";
}

/* Trusted bytes have their index still to come. */
static void sum_up(struct builder *b, const struct place *place)
{
    struct fe_slice bytes = fe_slice_from(b->reader->bytes, (size_t)place->offset);
    bytes.len = (size_t)place->bytes;
    if (*index_now(b) == 0 && !b->reader->trusted) {
        b->crc = fe_crc32c(b->crc, bytes);
    }
}

static int take_frame(struct builder *b, const struct fe_frame *frame, const struct place *place)
{
    const char *why = NULL;
    int r = 0;
    b->frame_count++;
    if (frame->kind == FE_FRAME_SESSION) {
        r = begin_session(b, place, &why);
    } else if (b->newer) {
        why = "a session that needs a newer reader";
    } else if (*sealed_now(b)) {
        why = "a frame behind its session's seal";
    } else if (frame->kind == FE_FRAME_INDEX) {
        why = check_index(b, &frame->index, place);
    } else if (frame->kind == FE_FRAME_SEAL) {
        why = check_seal(b, &frame->seal, place);
    } else if (*index_now(b) > 0) {
        why = "a frame behind its session's index";
    } else if (frame->kind == FE_FRAME_REQUEST) {
        r = begin_exchange(b, frame, place->offset, &why);
    } else if (frame->kind < FE_FRAME_KINDS) {
        r = go_on(b, frame, place->offset, &why);
    }
    if (r < 0) {
        return r;
    }
    sum_up(b, place);
    b->frames++;
    return why ? add_damage(b, place, false, why) : 0;
}

static int read_all(struct builder *b)
{
    struct fe_arena scratch = {NULL};
    struct fe_frame frame;
    const char *why = NULL;
    uint64_t offset = 0;
    uint64_t released = 0;
    int r = 0;
    int found = 1;
    while (r == 0 && found != 0) {
        struct place place = {.offset = offset};
        found = fe_reader_next(b->reader, &offset, &scratch, &frame, &why);
        if (found < 0) {
            offset = fe_reader_resync(b->reader, offset);
        }
        place.bytes = offset - place.offset;
        if (found < 0) {
            r = add_damage(b, &place, found == -ENODATA, why);
        } else if (found > 0) {
            r = take_frame(b, &frame, &place);
        }
        if (fe_arena_bytes(&scratch) > SCRATCH_BYTES_MAX) {
            fe_arena_done(&scratch);
        }
        fe_reader_release(b->reader, &released, offset);
    }
    fe_arena_done(&scratch);
    return r;
}

/* ── what is given out ── */

/* Into the arena; the list is gone. */
static void *keep(struct builder *b, struct list *list, size_t size)
{
    void *kept = fe_arena_alloc(b->arena, list->count * size);
    if (list->count > 0) {
        memcpy(kept, list->items, list->count * size);
    }
    free(list->items);
    list->items = NULL;
    return kept;
}

static struct fe_recorded *keep_exchanges(struct builder *b)
{
    struct fe_recorded *exchanges =
        fe_arena_alloc(b->arena, b->exchanges.count * sizeof(*exchanges));
    uint64_t *frames = fe_arena_alloc(b->arena, b->entries.count * sizeof(*frames));
    uint64_t **next = fe_arena_alloc(b->arena, b->exchanges.count * sizeof(*next));
    void *items = b->entries.items;
    const struct entry *entries = items;
    for (size_t i = 0; i < b->exchanges.count; i++) {
        exchanges[i] = growing_at(b, i)->recorded;
        exchanges[i].frames = frames;
        next[i] = frames;
        frames += exchanges[i].frame_count;
    }
    for (size_t i = 0; i < b->entries.count; i++) {
        *next[entries[i].exchange]++ = entries[i].offset;
    }
    return exchanges;
}

static void done(struct builder *b)
{
    free(b->entries.items);
    free(b->exchanges.items);
    free(b->sessions.items);
    free(b->offsets.items);
    free(b->indices.items);
    free(b->sealed.items);
    free(b->damages.items);
}

int fe_index_build(const struct fe_reader *reader, struct fe_arena *arena,
                   struct fe_index *index_out)
{
    struct builder b = {.reader = reader, .arena = arena};
    int r = read_all(&b);
    fe_numbers_done(&b.numbers);
    if (r == 0) {
        *index_out = (struct fe_index){
            .sessions = keep(&b, &b.sessions, sizeof(struct fe_frame_session)),
            .session_offsets = keep(&b, &b.offsets, sizeof(uint64_t)),
            .session_indices = keep(&b, &b.indices, sizeof(uint64_t)),
            .session_sealed = keep(&b, &b.sealed, sizeof(bool)),
            .session_count = b.sessions.count,
            .exchanges = keep_exchanges(&b),
            .count = b.exchanges.count,
            .damages = keep(&b, &b.damages, sizeof(struct fe_damage)),
            .damage_count = b.damages.count,
            .frame_count = b.frame_count,
        };
    }
    done(&b);
    return r;
}

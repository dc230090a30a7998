/* SPDX-License-Identifier: MIT */
/* The recordings that a missed request is most like. Comparing part by part is dear, so all are
 * ranked by method and path first, which costs no reading, and only those are compared whose rank
 * can make them one of the nearest. */
#include "cassette/index/recorded_read.h"
#include "cassette/library/library_private.h"

enum {
    RANKS = 256 /* the last one for all that is further away */
};

struct search {
    struct fe_library *library;
    const struct fe_frame_head *head;
    const struct fe_slice *body;
    struct fe_arena *arena;
    struct fe_canonical ours[FE_LIBRARY_REDACTIONS_MAX]; /* by dialect */
    size_t max;
    uint64_t counts[RANKS]; /* of requests that have it */
    size_t last_rank;       /* of those to be compared */
    struct fe_buf joined;
};

/* One that is near, until it is known that nothing is nearer. */
struct candidate {
    struct fe_library_entry *entry;
    size_t rank;
    size_t differences;
};

/* Equal requests are one. */
static bool is_first(const struct fe_library_entry *entry)
{
    return entry->queue && entry->queue->first == entry;
}

/* ── paths, which nobody else asks for ── */

static void learn_path(struct fe_library *library, struct fe_library_queue *queue,
                       struct fe_arena *scratch)
{
    static const struct fe_match_options path_only = {.profile = FE_MATCH_METHOD_PATH};
    struct fe_frame frame;
    struct fe_canonical canonical;
    fe_library_read_request(queue->first, scratch, &frame);
    queue->method = frame.head.method;
    if (queue->lane->path.ptr == NULL) {
        fe_canonical_make(&path_only, &frame.head, FE_SLICE(""), scratch, &canonical);
        queue->lane->path = fe_arena_copy(&library->arena, fe_row_path_of(&canonical));
    }
}

static void learn_paths(struct fe_library *library)
{
    for (uint64_t i = 0; i < library->entry_count && !library->paths_known; i++) {
        struct fe_arena scratch = {NULL};
        if (is_first(&library->entries[i])) {
            learn_path(library, library->entries[i].queue, &scratch);
        }
        fe_arena_done(&scratch);
    }
    library->paths_known = true;
}

/* ── ranks ── */

static size_t segment_count(struct fe_slice path)
{
    size_t count = 0;
    for (size_t i = 0; i < path.len; i++) {
        count += path.ptr[i] == '/';
    }
    return count;
}

/* How many whole segments two paths have in common at their beginnings. */
static size_t common_front(struct fe_slice a, struct fe_slice b)
{
    size_t count = 0;
    size_t i = 0;
    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) {
        count += i > 0 && a.ptr[i] == '/';
        i++;
    }
    bool a_ends = i == a.len || a.ptr[i] == '/';
    bool b_ends = i == b.len || b.ptr[i] == '/';
    return count + (i > 0 && a_ends && b_ends);
}

static size_t common_back(struct fe_slice a, struct fe_slice b)
{
    size_t count = 0;
    while (a.len > 0 && b.len > 0 && a.ptr[a.len - 1] == b.ptr[b.len - 1]) {
        a.len--;
        b.len--;
        count += a.ptr[a.len] == '/';
    }
    return count;
}

/* How many segments of the longer path have no like in the other. */
static uint32_t path_distance(struct fe_slice a, struct fe_slice b)
{
    size_t longer = segment_count(a) > segment_count(b) ? segment_count(a) : segment_count(b);
    size_t common = fe_slice_eq(a, b) ? longer : common_front(a, b) + common_back(a, b);
    return (uint32_t)(common < longer ? longer - common : !fe_slice_eq(a, b));
}

static size_t rank_of(const struct search *search, const struct fe_library_queue *queue)
{
    bool differs = !fe_slice_eq(queue->method, search->head->method);
    size_t rank = 2 * (size_t)queue->lane->distance + differs;
    return rank < RANKS ? rank : RANKS - 1;
}

static void rank_lanes(const struct search *search)
{
    struct fe_slice path = fe_row_path_of(&search->ours[0]);
    struct fe_library_lane *lane = NULL;
    size_t cursor = 0;
    while ((lane = fe_digest_table_next(&search->library->lanes, &cursor)) != NULL) {
        lane->distance = path_distance(lane->path, path);
    }
}

/* The rank up to which there are enough. */
static void limit_ranks(struct search *search)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < search->library->entry_count; i++) {
        const struct fe_library_entry *entry = &search->library->entries[i];
        if (is_first(entry)) {
            search->counts[rank_of(search, entry->queue)]++;
        }
    }
    do {
        found += search->counts[search->last_rank];
    } while (found < search->max && ++search->last_rank < RANKS);
}

/* ── differences ── */

/* Parts of bodies are the last ones. */
static void drop_body(struct fe_canonical *canonical)
{
    while (canonical->count > 0 &&
           canonical->parts[canonical->count - 1].kind >= FE_PART_BODY_FORM) {
        canonical->count--;
    }
}

static const struct fe_library_dialect *dialect_of(struct fe_library_entry *entry)
{
    return entry->cassette->dialects[fe_library_recorded(entry)->session];
}

static const struct fe_canonical *ours_for(const struct search *search,
                                           struct fe_library_entry *entry)
{
    return &search->ours[dialect_of(entry) - search->library->dialects];
}

static struct fe_canonical recorded_canonical(struct search *search, struct fe_library_entry *entry,
                                              struct fe_arena *arena)
{
    struct fe_recorded_ends ends;
    struct fe_canonical canonical = {NULL, 0};
    fe_recorded_ends(entry->cassette->reader, fe_library_recorded(entry), arena, &ends);
    /* It fitted into memory when it was loaded; if it does not now, all of it differs. */
    (void)fe_recorded_canonical(&ends, &dialect_of(entry)->options, arena, &search->joined,
                                &canonical);
    if (search->body == NULL) {
        drop_body(&canonical);
    }
    return canonical;
}

static size_t differences_of(struct search *search, struct fe_library_entry *entry)
{
    struct fe_arena scratch = {NULL};
    struct fe_canonical theirs = recorded_canonical(search, entry, &scratch);
    size_t differences = fe_canonical_compare(ours_for(search, entry), &theirs, NULL, 0);
    fe_arena_done(&scratch);
    return differences;
}

static bool is_nearer(const struct candidate *a, const struct candidate *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->differences < b->differences;
}

/* Keeps the best `max`, in order; of equals the one that was recorded first. */
static size_t insert(struct candidate *best, size_t count, size_t max,
                     const struct candidate *candidate)
{
    size_t at = count;
    while (at > 0 && is_nearer(candidate, &best[at - 1])) {
        at--;
    }
    if (at == max) {
        return count;
    }
    count += count < max;
    for (size_t i = count - 1; i > at; i--) {
        best[i] = best[i - 1];
    }
    best[at] = *candidate;
    return count;
}

/* Of one rank, those that `budget` allows. */
static size_t compare_rank(struct search *search, size_t rank, struct candidate *best, size_t count,
                           size_t *budget)
{
    for (uint64_t i = 0; i<search->library->entry_count && * budget> 0; i++) {
        struct fe_library_entry *entry = &search->library->entries[i];
        if (!is_first(entry) || rank_of(search, entry->queue) != rank) {
            continue;
        }
        struct candidate candidate = {entry, rank, differences_of(search, entry)};
        count = insert(best, count, search->max, &candidate);
        (*budget)--;
    }
    return count;
}

/* ── the answer ── */

/* The parts may point into a body that was put together for the moment. */
static struct fe_canonical keep(const struct fe_canonical *canonical, struct fe_arena *arena)
{
    struct fe_canonical kept = {
        fe_arena_alloc(arena, canonical->count * sizeof(*kept.parts)),
        canonical->count,
    };
    for (size_t i = 0; i < canonical->count; i++) {
        const struct fe_part *part = &canonical->parts[i];
        kept.parts[i] = (struct fe_part){
            .kind = part->kind,
            .name = fe_arena_copy(arena, part->name),
            .value = fe_arena_copy(arena, part->value),
        };
    }
    return kept;
}

static void tell(struct search *search, const struct candidate *candidate, struct fe_near *near_out)
{
    struct fe_library_entry *entry = candidate->entry;
    struct fe_arena scratch = {NULL};
    struct fe_canonical canonical = recorded_canonical(search, entry, &scratch);
    *near_out = (struct fe_near){
        .reader = entry->cassette->reader,
        .recorded = fe_library_recorded(entry),
        .seq = fe_library_seq(entry),
        .canonical = keep(&canonical, search->arena),
        .asked = *ours_for(search, entry),
        .differences = candidate->differences,
    };
    fe_arena_done(&scratch);
}

static size_t find_nearest(struct search *search, struct fe_near *near_out)
{
    size_t budget = FE_LIBRARY_COMPARED_MAX;
    size_t count = 0;
    struct candidate *best = fe_arena_alloc(search->arena, search->max * sizeof(*best));
    learn_paths(search->library);
    rank_lanes(search);
    limit_ranks(search);
    for (size_t rank = 0; rank <= search->last_rank && rank < RANKS && budget > 0; rank++) {
        count = compare_rank(search, rank, best, count, &budget);
    }
    for (size_t i = 0; i < count; i++) {
        tell(search, &best[i], &near_out[i]);
    }
    return count;
}

/* By the rules of every session. */
static void make_ours(struct search *search)
{
    struct fe_slice body = search->body ? *search->body : FE_SLICE("");
    for (size_t i = 0; i < search->library->dialect_count; i++) {
        struct fe_canonical *ours = &search->ours[i];
        fe_canonical_make(&search->library->dialects[i].options, search->head, body, search->arena,
                          ours);
        if (search->body == NULL) {
            drop_body(ours);
        }
    }
}

size_t fe_library_nearest(struct fe_library *library, const struct fe_frame_head *head,
                          const struct fe_slice *body, struct fe_arena *arena,
                          struct fe_near *near_out, size_t max)
{
    struct search search = {
        .library = library,
        .head = head,
        .body = body,
        .arena = arena,
        .max = max,
    };
    if (max == 0 || library->dialect_count == 0) {
        return 0;
    }
    make_ours(&search);
    fe_buf_init(&search.joined, FE_LIBRARY_BODY_BYTES);
    size_t count = find_nearest(&search, near_out);
    fe_buf_done(&search.joined);
    return count;
}

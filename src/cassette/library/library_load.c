/* SPDX-License-Identifier: MIT */
/* From files to queues and lanes, in one pass: heads and ends are decoded, requests get their keys,
 * bodies of answers are not looked at but for those of polls. */
#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>

#include "cassette/library/library_request_private.h"
#include "cassette/writer.h"

enum {
    SCRATCH_BYTES_MAX = 256 << 10
};

/* ── opening ── */

static bool same_names(const struct fe_names *a, const struct fe_names *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = fe_slice_eq(a->items[i], b->items[i]);
    }
    return same;
}

static bool same_redaction(const struct fe_frame_redaction *a, const struct fe_frame_redaction *b)
{
    return a->version == b->version && a->secrets_kept == b->secrets_kept && a->pii == b->pii &&
           same_names(&a->also, &b->also) && same_names(&a->keep, &b->keep);
}

/* NULL when there are too many. */
static const struct fe_library_dialect *dialect_of(struct fe_library *library,
                                                   const struct fe_frame_redaction *redaction)
{
    size_t i = 0;
    while (i < library->dialect_count &&
           !same_redaction(library->dialects[i].redaction, redaction)) {
        i++;
    }
    if (i == FE_LIBRARY_REDACTIONS_MAX) {
        return NULL;
    }
    struct fe_library_dialect *dialect = &library->dialects[i];
    if (i == library->dialect_count) {
        dialect->redaction = redaction;
        dialect->rules = fe_rules_new(redaction);
        dialect->options = library->options;
        dialect->options.secrets = dialect->rules;
        library->dialect_count++;
    }
    return dialect;
}

static int learn_dialects(struct fe_library *library, struct fe_library_cassette *cassette,
                          struct fe_errors *errors)
{
    size_t count = cassette->index.session_count;
    cassette->dialects = fe_arena_alloc(&cassette->arena, count * sizeof(struct fe_rules *));
    for (size_t i = 0; i < count; i++) {
        cassette->dialects[i] = dialect_of(library, &cassette->index.sessions[i].redaction);
        if (cassette->dialects[i] == NULL) {
            fe_errors_add(errors,
                          "%s: more than %d different rules of redaction, over all sessions",
                          fe_reader_path(cassette->reader), FE_LIBRARY_REDACTIONS_MAX);
            return -EINVAL;
        }
    }
    return 0;
}

/* What is behind a torn tail had not ended; anything else that is missing was once whole, and who
 * does without it should know. */
static int check_damage(const struct fe_library_cassette *cassette, struct fe_errors *errors)
{
    const struct fe_index *index = &cassette->index;
    const char *path = fe_reader_path(cassette->reader);
    for (size_t i = 0; i < index->session_count; i++) {
        if (index->sessions[i].reader > FE_CASSETTE_READER) {
            fe_errors_add(errors,
                          "%s: session %zu needs a reader of version %" PRIu64
                          " and this is one of version %d: use a newer foundry-emulator",
                          path, i + 1, index->sessions[i].reader, FE_CASSETTE_READER);
            return -EINVAL;
        }
    }
    for (size_t i = 0; i < index->damage_count; i++) {
        if (!index->damages[i].torn) {
            fe_errors_add(errors,
                          "%s: damaged at offset %" PRIu64
                          ": %s; `foundry-cassette repair` keeps what is good",
                          path, index->damages[i].offset, index->damages[i].why);
            return -EINVAL;
        }
    }
    return 0;
}

int fe_library_cassette_open(struct fe_library *library, const char *path,
                             struct fe_library_cassette *cassette, struct fe_errors *errors)
{
    char why[FE_WRITER_WHY_BYTES] = "";
    int r = fe_reader_open(path, &cassette->reader, why, sizeof(why));
    if (r < 0) {
        fe_errors_add(errors, "%s", why);
        return r;
    }
    r = fe_index_build(cassette->reader, &cassette->arena, &cassette->index);
    if (r < 0) {
        fe_errors_add(errors, "%s: cannot be read: %s", path, strerror(-r));
        return r;
    }
    r = check_damage(cassette, errors);
    return r < 0 ? r : learn_dialects(library, cassette, errors);
}

void fe_library_cassette_done(struct fe_library_cassette *cassette)
{
    fe_arena_done(&cassette->arena);
    fe_reader_free(cassette->reader);
}

/* ── one exchange ── */

struct loader {
    struct fe_library *library;
    struct fe_library_cassette *cassette;
    struct fe_arena scratch;
    struct fe_buf joined;
    struct fe_buf joined_before;
};

static void frame_of(struct loader *loader, const struct fe_library_cassette *cassette,
                     uint64_t offset, struct fe_frame *frame_out)
{
    fe_reader_frame_at(cassette->reader, offset, &loader->scratch, frame_out);
}

/* The client left: maybe with the whole answer, if that said its length. */
static bool is_answer_whole(const struct fe_frame_head *answer, const struct fe_frame_end *end)
{
    struct fe_slice value = {NULL, 0};
    uint64_t length = 0;
    if (answer->framing == FE_RECORDED_NONE) {
        return true;
    }
    return answer->framing == FE_RECORDED_LENGTH &&
           fe_headers_get(&answer->headers, FE_SLICE("Content-Length"), &value) &&
           fe_slice_u64(value, &length) == 0 && length == end->response.wire_bytes;
}

/* `answer` is NULL when there was none. */
static bool is_playable(const struct loader *loader, const struct fe_frame_head *answer,
                        const struct fe_frame_end *end)
{
    if (end->request.dropped.len > 0 && loader->library->options.profile != FE_MATCH_METHOD_PATH) {
        return false;
    }
    return end->outcome != FE_RECORDED_CLIENT_ABORT || (answer && is_answer_whole(answer, end));
}

static struct fe_library_lane *lane_of(struct fe_library *library, struct fe_slice path)
{
    struct fe_library_lane *lane = fe_map_get(&library->lanes, path);
    if (lane == NULL) {
        lane = fe_arena_alloc(&library->arena, sizeof(*lane));
        lane->path = fe_arena_copy(&library->arena, path);
        (void)fe_map_put(&library->lanes, lane->path, lane);
    }
    return lane;
}

static struct fe_library_queue *queue_of(struct fe_library *library,
                                         const struct fe_canonical *canonical,
                                         const struct fe_frame_head *head)
{
    struct fe_library_queue fresh = {.class = fe_library_class_of(head), .method = head->method};
    fe_canonical_key(canonical, fresh.key);
    struct fe_slice key = {(const char *)fresh.key, sizeof(fresh.key)};
    struct fe_library_queue *queue = fe_map_get(&library->queues, key);
    if (queue == NULL) {
        queue = fe_arena_alloc(&library->arena, sizeof(*queue));
        *queue = fresh;
        queue->lane = lane_of(library, fe_library_path_of(canonical));
        key.ptr = (const char *)queue->key;
        (void)fe_map_put(&library->queues, key, queue);
    }
    return queue;
}

static int answer_body(struct loader *loader, const struct fe_library_entry *entry,
                       struct fe_buf *joined, struct fe_slice *body_out)
{
    struct fe_frame end;
    frame_of(loader, entry->cassette, entry->recorded->end, &end);
    return fe_recorded_body(entry->cassette->reader, entry->recorded, FE_FRAME_RESPONSE_BODY,
                            end.end.response.bytes, joined, body_out);
}

static bool says_the_same(struct loader *loader, const struct fe_library_entry *before,
                          const struct fe_library_entry *entry)
{
    struct fe_slice ours;
    struct fe_slice theirs;
    return answer_body(loader, before, &loader->joined_before, &theirs) == 0 &&
           answer_body(loader, entry, &loader->joined, &ours) == 0 && fe_slice_eq(ours, theirs);
}

/* A 204 is the better idle answer: it can be given any number of times, while a repeated 200 may
 * have been a job that was handed out once more. */
static void note_idle(struct loader *loader, struct fe_library_entry *entry)
{
    struct fe_library_queue *queue = entry->queue;
    const struct fe_library_entry *before = queue->last;
    entry->idle =
        entry->status == 204 || (entry->status == 200 && before && before->status == 200 &&
                                 says_the_same(loader, before, entry));
    if (!entry->idle) {
        return;
    }
    entry->folded = before && before->idle && before->status == entry->status &&
                    before->generation == entry->generation;
    if (entry->status == 204 || queue->idle == NULL || queue->idle->status != 204) {
        queue->idle = entry;
    }
}

static void enqueue(struct fe_library_entry *entry)
{
    struct fe_library_queue *queue = entry->queue;
    struct fe_library_lane *lane = queue->lane;
    if (queue->last) {
        queue->last->next = entry;
    } else {
        queue->first = entry;
    }
    queue->last = entry;
    if (queue->class != FE_LIBRARY_WRITE) {
        return;
    }
    if (lane->last_write) {
        lane->last_write->next_write = entry;
    } else {
        lane->first_write = entry;
    }
    lane->last_write = entry;
    lane->writes++;
}

/* A playable one whose client left has its whole answer. */
static bool is_complete(const struct fe_frame_end *end)
{
    return end->outcome == FE_RECORDED_OK || end->outcome == FE_RECORDED_CLIENT_ABORT;
}

/* False: it is left out. */
static bool load_exchange(struct loader *loader, struct fe_library_entry *entry)
{
    const struct fe_recorded *recorded = entry->recorded;
    bool answered = recorded->response != UINT64_MAX;
    struct fe_library_ends ends;
    struct fe_frame answer;
    struct fe_canonical canonical;
    if (!recorded->ended) {
        return false;
    }
    fe_library_ends(loader->cassette, recorded, &loader->scratch, &ends);
    if (answered) {
        frame_of(loader, entry->cassette, recorded->response, &answer);
    }
    if (!is_playable(loader, answered ? &answer.head : NULL, &ends.end) ||
        fe_library_canonical(loader->cassette, recorded, &ends, &loader->scratch, &loader->joined,
                             &canonical) < 0) {
        return false;
    }
    if (answered && is_complete(&ends.end)) {
        entry->status = answer.head.status;
    }
    entry->queue = queue_of(loader->library, &canonical, &ends.head);
    entry->generation = entry->queue->lane->writes;
    if (entry->queue->class == FE_LIBRARY_POLL) {
        note_idle(loader, entry);
    }
    enqueue(entry);
    return true;
}

/* ── one cassette ── */

static void load_exchanges(struct loader *loader)
{
    struct fe_library_cassette *cassette = loader->cassette;
    for (size_t i = 0; i < cassette->index.count; i++) {
        struct fe_library_entry *entry = &loader->library->entries[cassette->base + i];
        entry->cassette = cassette;
        entry->recorded = &cassette->index.exchanges[i];
        if (load_exchange(loader, entry)) {
            cassette->facts.exchanges++;
        } else {
            cassette->facts.left_out++;
        }
        if (fe_arena_bytes(&loader->scratch) > SCRATCH_BYTES_MAX) {
            fe_arena_done(&loader->scratch);
        }
    }
}

int fe_library_cassette_load(struct fe_library *library, struct fe_library_cassette *cassette,
                             struct fe_errors *errors)
{
    struct loader loader = {.library = library, .cassette = cassette};
    struct fe_slice bytes = fe_reader_bytes(cassette->reader);
    fe_buf_init(&loader.joined, FE_LIBRARY_BODY_BYTES);
    fe_buf_init(&loader.joined_before, FE_LIBRARY_BODY_BYTES);
    load_exchanges(&loader);
    fe_buf_done(&loader.joined);
    fe_buf_done(&loader.joined_before);
    fe_arena_done(&loader.scratch);
    /* The pages are the file's, and come back when they are looked at. */
    (void)madvise((void *)(uintptr_t)bytes.ptr, bytes.len, MADV_DONTNEED);
    if (cassette->facts.exchanges == 0) {
        fe_errors_add(errors,
                      "%s: no exchange in it is whole: there is nothing to replay; record it again",
                      fe_reader_path(cassette->reader));
        return -EINVAL;
    }
    return 0;
}

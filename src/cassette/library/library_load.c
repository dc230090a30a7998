/* SPDX-License-Identifier: MIT */
/* From rows to queues and lanes, in one pass. Where an index has the key of a request, nothing of
 * the exchange is read. */
#include <errno.h>
#include <sys/mman.h>

#include "cassette/library/library_private.h"

enum {
    SCRATCH_BYTES_MAX = 256 << 10
};

/* ── rules of redaction ── */

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
                          "%s: more than %d different rules of redaction, over all sessions: name "
                          "fewer cassettes",
                          fe_reader_path(cassette->reader), FE_LIBRARY_REDACTIONS_MAX);
            return -EINVAL;
        }
    }
    return 0;
}

/* ── one exchange ── */

struct loader {
    struct fe_library *library;
    struct fe_library_cassette *cassette;
    struct fe_row_maker maker;
    struct fe_arena scratch;
};

static struct fe_library_lane *lane_of(struct fe_library *library, const struct fe_row *row)
{
    struct fe_library_lane *lane = fe_digest_table_get(&library->lanes, row->path);
    if (lane == NULL) {
        lane = fe_arena_alloc(&library->arena, sizeof(*lane));
        memcpy(lane->digest, row->path, sizeof(lane->digest));
        fe_digest_table_add(&library->lanes, lane);
    }
    return lane;
}

static struct fe_library_queue *queue_of(struct fe_library *library, const struct fe_row *row)
{
    struct fe_library_queue *queue = fe_digest_table_get(&library->queues, row->key);
    if (queue == NULL) {
        queue = fe_arena_alloc(&library->arena, sizeof(*queue));
        memcpy(queue->key, row->key, sizeof(queue->key));
        queue->class = row->class;
        queue->lane = lane_of(library, row);
        fe_digest_table_add(&library->queues, queue);
    }
    return queue;
}

/* Whether a poll was answered as the one before it, with a body. */
static bool says_the_same(const struct fe_library_queue *queue, const struct fe_row *row)
{
    return row->status == 200 && queue->last && queue->last->status == 200 &&
           memcmp(queue->answer, row->answer, sizeof(row->answer)) == 0;
}

/* A 204 is the better idle answer: it can be given any number of times, while a repeated 200 may
 * have been a job that was handed out once more. */
static void note_idle(struct fe_library *library, struct fe_library_entry *entry,
                      const struct fe_row *row)
{
    struct fe_library_queue *queue = entry->queue;
    const struct fe_library_entry *before = queue->last;
    entry->idle = row->status == 204 || says_the_same(queue, row);
    if (queue->answer == NULL) {
        queue->answer = fe_arena_alloc(&library->arena, sizeof(row->answer));
    }
    memcpy(queue->answer, row->answer, sizeof(row->answer));
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
    if (queue->class != FE_ROW_WRITE) {
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

static void add_entry(struct fe_library *library, struct fe_library_entry *entry,
                      const struct fe_row *row)
{
    entry->status = (uint16_t)row->status;
    entry->queue = queue_of(library, row);
    entry->generation = entry->queue->lane->writes;
    if (entry->queue->class == FE_ROW_POLL) {
        note_idle(library, entry, row);
    }
    enqueue(entry);
}

/* `made` is what came of making the row. */
static void load_exchange(struct loader *loader, struct fe_library_entry *entry, int made,
                          const struct fe_row *row)
{
    entry->cassette = loader->cassette;
    if (made == 0) {
        add_entry(loader->library, entry, row);
        loader->cassette->facts.exchanges++;
    } else {
        loader->cassette->facts.left_out++;
    }
}

/* ── from a file that has been read ── */

static void load_scanned(struct loader *loader)
{
    struct fe_library_cassette *cassette = loader->cassette;
    uint64_t released = 0;
    for (size_t i = 0; i < cassette->index.count; i++) {
        const struct fe_recorded *recorded = &cassette->index.exchanges[i];
        struct fe_row row;
        loader->maker.options = &cassette->dialects[recorded->session]->options;
        cassette->entries[i].recorded = recorded;
        load_exchange(loader, &cassette->entries[i], fe_row_make(&loader->maker, recorded, &row),
                      &row);
        fe_reader_release(cassette->reader, &released, recorded->request);
    }
}

/* ── from indices ── */

/* Those in an index are of the strictest profile, without a person's rules. */
static bool keys_are_wanted(const struct fe_library *library)
{
    return library->options.profile == FE_MATCH_STRICT && library->options.rule_count == 0;
}

static int make_row(struct loader *loader, const struct fe_sealed_session *session,
                    const struct fe_packed_row *packed, struct fe_row *row_out)
{
    struct fe_recorded recorded;
    if (fe_arena_bytes(&loader->scratch) > SCRATCH_BYTES_MAX) {
        fe_arena_done(&loader->scratch);
    }
    if (!packed->ended || fe_row_recorded(packed, loader->cassette->reader, session->offset,
                                          &loader->scratch, &recorded) < 0) {
        return -ENOENT;
    }
    return fe_row_make(&loader->maker, &recorded, row_out);
}

/* The entry behind those that came of them. There are as many as were found before, unless somebody
 * writes to the file meanwhile. */
static struct fe_library_entry *load_rows(struct loader *loader,
                                          const struct fe_sealed_session *session,
                                          const struct fe_sealed_rows *rows,
                                          struct fe_library_entry *entry)
{
    const struct fe_library_cassette *cassette = loader->cassette;
    const struct fe_library_entry *end = cassette->entries + cassette->index.count;
    bool keyed = rows->keys_hold && keys_are_wanted(loader->library);
    struct fe_slice rest = rows->rows;
    while (rest.len > 0 && entry < end) {
        struct fe_packed_row packed;
        int made = 0;
        entry->row = rest.ptr;
        if (fe_row_unpack(&rest, &packed) < 0) {
            break;
        }
        if (!packed.keyed || !keyed) {
            made = make_row(loader, session, &packed, &packed.row);
        }
        load_exchange(loader, entry++, made, &packed.row);
    }
    return entry;
}

static void load_sealed(struct loader *loader)
{
    struct fe_library_cassette *cassette = loader->cassette;
    struct fe_library_entry *entry = cassette->entries;
    size_t number = 0;
    for (const struct fe_sealed_session *s = cassette->sealed; s; s = s->next) {
        loader->maker.options = &cassette->dialects[number++]->options;
        for (const struct fe_sealed_rows *rows = s->rows; rows; rows = rows->next) {
            entry = load_rows(loader, s, rows, entry);
        }
    }
}

/* ── one cassette ── */

static void load_exchanges(struct fe_library *library, struct fe_library_cassette *cassette)
{
    struct loader loader = {.library = library, .cassette = cassette};
    struct fe_slice bytes = fe_reader_bytes(cassette->reader);
    fe_row_maker_init(&loader.maker, cassette->reader, NULL, FE_LIBRARY_BODY_BYTES);
    if (cassette->sealed) {
        load_sealed(&loader);
    } else {
        load_scanned(&loader);
    }
    fe_row_maker_done(&loader.maker);
    fe_arena_done(&loader.scratch);
    /* The pages are the file's, and come back when they are looked at. */
    (void)madvise((void *)(uintptr_t)bytes.ptr, bytes.len, MADV_DONTNEED);
}

int fe_library_cassette_load(struct fe_library *library, struct fe_library_cassette *cassette,
                             struct fe_errors *errors)
{
    int r = learn_dialects(library, cassette, errors);
    if (r < 0) {
        return r;
    }
    load_exchanges(library, cassette);
    if (cassette->facts.exchanges == 0) {
        fe_errors_add(errors,
                      "%s: no exchange in it is whole: there is nothing to replay; record it again",
                      fe_reader_path(cassette->reader));
        return -EINVAL;
    }
    return 0;
}

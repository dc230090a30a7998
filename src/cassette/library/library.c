/* SPDX-License-Identifier: MIT */
#include "cassette/library/library_private.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/secret.h"

uint64_t fe_library_seq(const struct fe_library_entry *entry)
{
    const struct fe_library_cassette *cassette = entry->cassette;
    return cassette->base + (uint64_t)(entry - cassette->entries) + 1;
}

bool fe_library_is_poll(const struct fe_frame_head *head)
{
    return fe_row_class_of(head) == FE_ROW_POLL;
}

/* ── where an exchange is ── */

/* The session that the byte at an offset belongs to. */
static size_t session_at(const struct fe_index *index, uint64_t offset)
{
    size_t first = 0;
    size_t past = index->session_count;
    while (past - first > 1) {
        size_t middle = first + (past - first) / 2;
        if (index->session_offsets[middle] <= offset) {
            first = middle;
        } else {
            past = middle;
        }
    }
    return first;
}

/* Its row, taken apart; returns the session that it belongs to. */
static size_t unpack(const struct fe_library_entry *entry, struct fe_packed_row *packed_out)
{
    struct fe_slice all = fe_reader_bytes(entry->cassette->reader);
    uint64_t offset = (uint64_t)(entry->row - all.ptr);
    struct fe_slice rest = fe_slice_from(all, (size_t)offset);
    if (fe_row_unpack(&rest, packed_out) < 0) {
        *packed_out = (struct fe_packed_row){.ended = false}; /* somebody has written to the file */
    }
    return session_at(&entry->cassette->index, offset);
}

static const struct fe_recorded *make_recorded(const struct fe_library_entry *entry)
{
    struct fe_library_cassette *cassette = entry->cassette;
    struct fe_recorded *recorded = fe_arena_alloc(&cassette->arena, sizeof(*recorded));
    struct fe_packed_row packed;
    size_t session = unpack(entry, &packed);
    if (!packed.ended ||
        fe_row_recorded(&packed, cassette->reader, cassette->index.session_offsets[session],
                        &cassette->arena, recorded) < 0) {
        *recorded = (struct fe_recorded){
            .ended = true, .request = UINT64_MAX, .response = UINT64_MAX, .end = UINT64_MAX};
    }
    recorded->seq = (uint64_t)(entry - cassette->entries) + 1;
    recorded->session = session;
    return recorded;
}

const struct fe_recorded *fe_library_recorded(struct fe_library_entry *entry)
{
    if (entry->recorded == NULL) {
        entry->recorded = make_recorded(entry);
    }
    return entry->recorded;
}

void fe_library_read_request(const struct fe_library_entry *entry, struct fe_arena *arena,
                             struct fe_frame *frame_out)
{
    const struct fe_library_cassette *cassette = entry->cassette;
    struct fe_packed_row packed;
    uint64_t offset = 0;
    if (entry->recorded) {
        offset = entry->recorded->request;
    } else {
        size_t session = unpack(entry, &packed);
        offset = cassette->index.session_offsets[session] + packed.first;
    }
    fe_reader_frame_at(cassette->reader, offset, arena, frame_out);
    if (frame_out->kind != FE_FRAME_REQUEST) {
        *frame_out = (struct fe_frame){.kind = FE_FRAME_KINDS};
    }
}

struct fe_library_queue *fe_library_queue_of(const struct fe_library *library,
                                             const struct fe_library_dialect *dialect,
                                             const struct fe_frame_head *head, struct fe_slice body,
                                             struct fe_arena *arena)
{
    struct fe_canonical canonical;
    unsigned char key[FE_CANONICAL_KEY_BYTES];
    fe_canonical_make(&dialect->options, head, body, arena, &canonical);
    fe_canonical_key(&canonical, library->hasher, key);
    return fe_digest_table_get(&library->queues, key);
}

/* ── opening ── */

/* Every cassette is tried, so that a person reads all that is wrong at once. */
static int open_all(struct fe_library *library, const struct fe_library_options *options,
                    struct fe_errors *errors)
{
    uint64_t verified_bytes_max =
        options->verified_bytes_max > 0 ? options->verified_bytes_max : FE_LIBRARY_VERIFIED_BYTES;
    int r = 0;
    for (size_t i = 0; i < options->path_count; i++) {
        struct fe_library_cassette *cassette = &library->cassettes[i];
        library->cassette_count = i + 1;
        if (fe_library_cassette_open(library, options->paths[i], verified_bytes_max, cassette,
                                     errors) < 0) {
            r = -EINVAL;
        }
        cassette->base = library->entry_count;
        library->entry_count += cassette->index.count;
    }
    return r;
}

static int load_all(struct fe_library *library, struct fe_errors *errors)
{
    size_t size = (library->entry_count + 1) * sizeof(*library->entries);
    int r = 0;
    library->entries = fe_alloc(size);
    if (library->entries == NULL) {
        fe_errors_add(errors, "not enough memory for all exchanges of the cassettes");
        return -EINVAL;
    }
    memset(library->entries, 0, size);
    for (size_t i = 0; i < library->cassette_count; i++) {
        library->cassettes[i].entries = library->entries + library->cassettes[i].base;
        if (fe_library_cassette_load(library, &library->cassettes[i], errors) < 0) {
            r = -EINVAL;
        }
    }
    return r;
}

int fe_library_open(const struct fe_library_options *options, struct fe_random *random,
                    struct fe_library **library_out, struct fe_errors *errors)
{
    struct fe_library *library = fe_xalloc(sizeof(*library));
    *library_out = NULL;
    library->options = (struct fe_match_options){
        .profile = options->profile,
        .rules = options->rules,
        .rule_count = options->rule_count,
    };
    library->at_end = options->at_end;
    library->hasher = fe_hasher_new();
    library->cassettes = fe_xalloc((options->path_count + 1) * sizeof(*library->cassettes));
    fe_digest_table_init(&library->queues, FE_CANONICAL_KEY_BYTES, random);
    fe_digest_table_init(&library->lanes, FE_ROW_PATH_BYTES, random);
    int r = open_all(library, options, errors);
    if (r == 0 && !options->profile_given) {
        r = fe_library_agree_on_profile(library, errors);
    }
    if (r == 0) {
        r = load_all(library, errors);
    }
    if (r < 0) {
        fe_library_free(library);
        return r;
    }
    fe_library_rewind(library);
    *library_out = library;
    return 0;
}

void fe_library_free(struct fe_library *library)
{
    if (library == NULL) {
        return;
    }
    fe_digest_table_done(&library->queues);
    fe_digest_table_done(&library->lanes);
    fe_hasher_free(library->hasher);
    fe_arena_done(&library->arena);
    free(library->entries);
    for (size_t i = 0; i < library->dialect_count; i++) {
        fe_rules_free(library->dialects[i].rules);
    }
    for (size_t i = 0; i < library->cassette_count; i++) {
        fe_library_cassette_done(&library->cassettes[i]);
    }
    free(library->cassettes);
    free(library);
}

void fe_library_rewind(struct fe_library *library)
{
    struct fe_library_queue *queue = NULL;
    struct fe_library_lane *lane = NULL;
    size_t cursor = 0;
    for (uint64_t i = 0; i < library->entry_count; i++) {
        library->entries[i].played = false;
    }
    while ((queue = fe_digest_table_next(&library->queues, &cursor)) != NULL) {
        queue->next = queue->first;
        queue->shown = NULL;
    }
    cursor = 0;
    while ((lane = fe_digest_table_next(&library->lanes, &cursor)) != NULL) {
        lane->waiting = lane->first_write;
        lane->done = 0;
        lane->written = 0;
    }
    for (size_t i = 0; i < library->cassette_count; i++) {
        library->cassettes[i].facts.used = 0;
    }
}

/* ── what there is to tell ── */

void fe_library_facts(const struct fe_library *library, size_t cassette,
                      struct fe_library_facts *facts_out)
{
    *facts_out = library->cassettes[cassette].facts;
}

size_t fe_library_cassettes(const struct fe_library *library)
{
    return library->cassette_count;
}

uint64_t fe_library_size(const struct fe_library *library)
{
    return library->entry_count;
}

const char *fe_library_path(const struct fe_library *library, size_t cassette)
{
    return fe_reader_path(library->cassettes[cassette].reader);
}

const struct fe_recorded *fe_library_unused(const struct fe_library *library, uint64_t *cursor,
                                            uint64_t *seq_out)
{
    while (*cursor < library->entry_count) {
        struct fe_library_entry *entry = &library->entries[(*cursor)++];
        if (entry->queue && !entry->played && !entry->folded) {
            *seq_out = fe_library_seq(entry);
            return fe_library_recorded(entry);
        }
    }
    return NULL;
}

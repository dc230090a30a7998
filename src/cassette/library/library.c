/* SPDX-License-Identifier: MIT */
#include "cassette/library/library_private.h"

#include <errno.h>
#include <stdlib.h>

#include "message/method.h"
#include "util/alloc.h"

uint64_t fe_library_seq(const struct fe_library_entry *entry)
{
    return entry->cassette->base + entry->recorded->seq;
}

/* ── what a request is ── */

static struct fe_slice target_path(struct fe_slice target)
{
    for (size_t i = 0; i < target.len; i++) {
        if (target.ptr[i] == '?' || target.ptr[i] == '#') {
            target.len = i;
        }
    }
    return target;
}

/* Takes the segment behind the last slash off *path. */
static struct fe_slice last_segment(struct fe_slice *path)
{
    size_t begin = path->len;
    while (begin > 0 && path->ptr[begin - 1] != '/') {
        begin--;
    }
    struct fe_slice segment = fe_slice_from(*path, begin);
    path->len = begin > 0 ? begin - 1 : 0;
    return segment;
}

bool fe_library_is_poll(const struct fe_frame_head *head)
{
    struct fe_slice path = target_path(head->target);
    if (fe_method_parse(head->method) != FE_GET) {
        return false;
    }
    if (fe_slice_eq(path, FE_SLICE("/job"))) {
        return true;
    }
    if (!fe_slice_eq(last_segment(&path), FE_SLICE("job"))) {
        return false;
    }
    struct fe_slice parent = last_segment(&path);
    return fe_slice_eq(parent, FE_SLICE("internal-query")) ||
           (parent.len > 0 && fe_slice_eq(last_segment(&path), FE_SLICE("runtimes")));
}

enum fe_library_class fe_library_class_of(const struct fe_frame_head *head)
{
    switch (fe_method_parse(head->method)) {
    case FE_GET:
        return fe_library_is_poll(head) ? FE_LIBRARY_POLL : FE_LIBRARY_READ;
    case FE_HEAD:
    case FE_OPTIONS:
        return FE_LIBRARY_READ;
    default:
        return FE_LIBRARY_WRITE;
    }
}

struct fe_slice fe_library_path_of(const struct fe_canonical *canonical)
{
    for (size_t i = 0; i < canonical->count; i++) {
        if (canonical->parts[i].kind == FE_PART_PATH) {
            return canonical->parts[i].value;
        }
    }
    return FE_SLICE("");
}

struct fe_library_queue *fe_library_queue_of(const struct fe_library *library,
                                             const struct fe_library_dialect *dialect,
                                             const struct fe_frame_head *head, struct fe_slice body,
                                             struct fe_arena *arena)
{
    struct fe_canonical canonical;
    unsigned char key[FE_CANONICAL_KEY_BYTES];
    fe_canonical_make(&dialect->options, head, body, arena, &canonical);
    fe_canonical_key(&canonical, key);
    return fe_map_get(&library->queues, (struct fe_slice){(const char *)key, sizeof(key)});
}

/* ── opening ── */

/* Every cassette is tried, so that a person reads all that is wrong at once. */
static int open_all(struct fe_library *library, const struct fe_library_options *options,
                    struct fe_errors *errors)
{
    int r = 0;
    for (size_t i = 0; i < options->path_count; i++) {
        struct fe_library_cassette *cassette = &library->cassettes[i];
        library->cassette_count = i + 1;
        if (fe_library_cassette_open(library, options->paths[i], cassette, errors) < 0) {
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
    library->cassettes = fe_xalloc((options->path_count + 1) * sizeof(*library->cassettes));
    fe_map_init(&library->queues, random);
    fe_map_init(&library->lanes, random);
    int r = open_all(library, options, errors);
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
    fe_map_done(&library->queues);
    fe_map_done(&library->lanes);
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
    while ((queue = fe_map_next(&library->queues, &cursor)) != NULL) {
        queue->next = queue->first;
        queue->shown = NULL;
    }
    cursor = 0;
    while ((lane = fe_map_next(&library->lanes, &cursor)) != NULL) {
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
        const struct fe_library_entry *entry = &library->entries[(*cursor)++];
        if (entry->queue && !entry->played && !entry->folded) {
            *seq_out = fe_library_seq(entry);
            return entry->recorded;
        }
    }
    return NULL;
}

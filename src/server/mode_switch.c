/* SPDX-License-Identifier: MIT */
#include "server/mode_switch.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cassette/recording.h"
#include "server/emulator_private.h"
#include "util/alloc.h"

/* ── replay ── */

/* The file that is being written may have another name than it will have. */
static const char *file_of(const struct fe_emulator *emulator, size_t cassette)
{
    const struct fe_recording *recording = emulator->record.recording;
    return recording && cassette == 0
               ? fe_recording_file(recording)
               : fe_options_value(emulator->options, FE_OPT_CASSETTE, cassette);
}

static uint64_t recorded_so_far(const struct fe_emulator *emulator)
{
    struct fe_recording_facts facts = {.exchanges = 0};
    if (emulator->record.recording) {
        fe_recording_settle(emulator->record.recording);
        fe_recording_facts(emulator->record.recording, &facts);
    }
    return facts.exchanges;
}

static int open_replay(struct fe_emulator *emulator, struct fe_replay_mode *mode,
                       struct fe_errors *errors)
{
    const char *cassettes[FE_LIMIT_OPTION_VALUES];
    size_t count = fe_options_count(emulator->options, FE_OPT_CASSETTE);
    for (size_t i = 0; i < count; i++) {
        cassettes[i] = file_of(emulator, i);
    }
    const struct fe_replay_mode_parts parts = {
        .options = emulator->options,
        .rules = &emulator->seeds.rules,
        .cassettes = cassettes,
        .cassette_count = count,
        .env = &emulator->env,
        .emulate = emulator->emulate,
        .redaction = emulator->rules,
        .on_miss = emulator->plan.on_miss,
        .fallbacks = fe_mode_fallbacks(&emulator->mode),
    };
    return fe_replay_mode_open(mode, &parts, errors);
}

/* Exchanges may still be answered from the one before. */
static struct fe_replay_mode *new_replay(struct fe_emulator *emulator)
{
    struct fe_replays *replays = fe_xalloc(sizeof(*replays));
    replays->older = emulator->replays;
    emulator->replays = replays;
    return &replays->mode;
}

static void drop_newest(struct fe_emulator *emulator)
{
    struct fe_replays *newest = emulator->replays;
    emulator->replays = newest->older;
    free(newest);
}

/* But for the newest, whoever has ended what it had begun. */
static void close_idle(struct fe_emulator *emulator)
{
    struct fe_replays **link = &emulator->replays->older;
    while (*link) {
        struct fe_replays *older = *link;
        if (older->mode.under_way > 0) {
            link = &older->older;
        } else {
            *link = older->older;
            fe_replay_mode_close(&older->mode);
            free(older);
        }
    }
}

int fe_mode_open_replay(struct fe_emulator *emulator, struct fe_errors *errors)
{
    uint64_t recorded = recorded_so_far(emulator);
    struct fe_replay_mode *mode = new_replay(emulator);
    if (open_replay(emulator, mode, errors) < 0) {
        drop_newest(emulator);
        return -EINVAL;
    }
    emulator->replays->recorded = recorded;
    emulator->mode.replay = mode;
    close_idle(emulator);
    return 0;
}

void fe_mode_stop_replay(struct fe_emulator *emulator)
{
    for (struct fe_replays *one = emulator->replays; one; one = one->older) {
        fe_replay_mode_stop(&one->mode);
    }
}

void fe_mode_close_replay(struct fe_emulator *emulator)
{
    emulator->mode.replay = NULL;
    while (emulator->replays) {
        fe_replay_mode_close(&emulator->replays->mode);
        drop_newest(emulator);
    }
}

/* What was recorded since it was opened would not be found. */
static bool is_current(const struct fe_emulator *emulator)
{
    return emulator->mode.replay && emulator->replays->recorded == recorded_so_far(emulator);
}

/* ── upstream ── */

static int open_upstreams(struct fe_emulator *emulator, const struct fe_needs *needs,
                          enum fe_writer_mode writer, struct fe_errors *errors)
{
    struct fe_record_mode *record = &emulator->record;
    int r = 0;
    if (needs->record && record->record == NULL) {
        r = fe_record_mode_open(record, emulator->options, writer, errors);
    }
    if (r == 0 && needs->upstream && record->upstream == NULL) {
        r = fe_record_mode_open_upstream(record, emulator->options, errors);
    }
    emulator->mode.record = record->record;
    emulator->mode.upstream = record->upstream;
    return r;
}

int fe_mode_open_upstreams(struct fe_emulator *emulator, struct fe_errors *errors)
{
    const struct fe_needs needs = fe_plan_needs(&emulator->plan, &emulator->mode.table);
    enum fe_writer_mode writer = needs.replay ? FE_WRITER_APPEND : emulator->plan.writer;
    return open_upstreams(emulator, &needs, writer, errors);
}

/* ── switching ── */

static struct fe_mode_table copy_table(const struct fe_mode_table *table, struct fe_arena *arena)
{
    struct fe_mode_table copy = *table;
    struct fe_mode_route *routes =
        fe_arena_alloc(arena, (table->route_count + 1) * sizeof(*routes));
    for (size_t i = 0; i < table->route_count; i++) {
        routes[i] = table->routes[i];
        routes[i].path = fe_arena_copy(arena, table->routes[i].path);
    }
    copy.routes = routes;
    return copy;
}

int fe_mode_switch(struct fe_emulator *emulator, const struct fe_mode_table *table,
                   struct fe_errors *errors)
{
    const struct fe_needs needs = fe_plan_needs(&emulator->plan, table);
    struct fe_arena arena = {NULL};
    fe_plan_check(&emulator->plan, &needs, emulator->options, errors);
    if (errors->count > 0 || open_upstreams(emulator, &needs, FE_WRITER_APPEND, errors) < 0 ||
        (needs.replay && !is_current(emulator) && fe_mode_open_replay(emulator, errors) < 0)) {
        return -EINVAL;
    }
    emulator->mode.table = copy_table(table, &arena);
    fe_arena_done(&emulator->table_arena);
    emulator->table_arena = arena;
    emulator->app.source = fe_mode_name(&emulator->mode);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "server/replay_mode.h"

#include <errno.h>
#include <inttypes.h>

#include "emulate/adoption.h"
#include "http/reply.h"
#include "server/cors.h"

enum {
    MISSED_POLL_MS = 1000 /* real clients ask again at once */
};

/* ── options ── */

/* The last word on each kind counts. */
static struct fe_at_end at_end_of(const struct fe_options *options)
{
    struct fe_at_end at_end = {false, false, false};
    for (size_t i = 0; i < fe_options_count(options, FE_OPT_AT_END); i++) {
        const char *value = fe_options_value(options, FE_OPT_AT_END, i);
        bool misses = strstr(value, "=miss") != NULL;
        if (value[0] == 'r') {
            at_end.reads_miss = misses;
        } else if (value[0] == 'w') {
            at_end.writes_repeat = !misses;
        } else {
            at_end.polls_miss = misses;
        }
    }
    return at_end;
}

/* ── misses ── */

struct missed {
    struct fe_replay_mode *mode;
    const struct fe_miss *miss;
};

/* RFC 9457. */
static int reply_miss(void *self, struct fe_exchange *x)
{
    const struct missed *missed = self;
    struct fe_json_writer writer;
    fe_json_writer_init(&writer, fe_exchange_out(x));
    fe_exchange_header(x, FE_SLICE("Content-Type"), FE_SLICE("application/problem+json"));
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "type", FE_SLICE("about:blank"));
    fe_json_member_string(&writer, "title", FE_SLICE("No recording answers this request"));
    fe_json_member_int(&writer, "status", 501);
    fe_miss_write(missed->miss, &writer);
    fe_json_end_object(&writer);
    return 501;
}

static void fail(struct fe_replay_mode *mode, struct fe_exchange *x,
                 const struct fe_replay_request *request, const struct fe_miss *miss)
{
    struct missed *missed = fe_arena_alloc(fe_exchange_arena(x), sizeof(*missed));
    *missed = (struct missed){mode, miss};
    if (fe_library_is_poll(request->head)) {
        fe_hold(&mode->holds, x, MISSED_POLL_MS, reply_miss, missed);
    } else {
        fe_exchange_answer(x, reply_miss(missed, x));
    }
}

/* What emulation has no route for is missed loudly: it could only say that there is no such thing.
 * Whoever asks for a token gets one: without it, nothing else could be tried. */
static enum fe_on_miss answer_by(const struct fe_replay_mode *mode, const struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    bool emulated = fe_emulate_has_route(mode->emulate, request->method, request->path);
    if (mode->on_miss == FE_ON_MISS_FAIL && emulated && fe_handover_is_token_call(x)) {
        return FE_ON_MISS_EMULATE;
    }
    return mode->on_miss == FE_ON_MISS_EMULATE && !emulated ? FE_ON_MISS_FAIL : mode->on_miss;
}

static int emulate_later(void *self, struct fe_exchange *x)
{
    const struct fe_replay_mode *mode = self;
    mode->fallbacks.emulate(mode->fallbacks.self, x);
    return FE_LATER;
}

/* A module that emulation does not know would be told so at once, and ask again at once. */
static void emulate(struct fe_replay_mode *mode, struct fe_exchange *x,
                    const struct fe_replay_request *request)
{
    fe_handover_prepare(mode->handover, x, request);
    if (fe_library_is_poll(request->head) && !fe_handover_knows_module(mode->handover, x)) {
        fe_hold(&mode->holds, x, MISSED_POLL_MS, emulate_later, mode);
    } else {
        mode->fallbacks.emulate(mode->fallbacks.self, x);
    }
}

static void on_miss(void *self, struct fe_exchange *x, const struct fe_replay_request *request,
                    enum fe_find find)
{
    struct fe_replay_mode *mode = self;
    const struct fe_fallbacks *fallbacks = &mode->fallbacks;
    if (fe_cors_is_preflight(x)) {
        fe_exchange_set_source(x, FE_SLICE("emulate"));
        fe_exchange_answer(x, fe_cors_preflight(x));
        return;
    }
    if (fe_handover_on_miss(mode->handover, x, request, find)) {
        return;
    }
    enum fe_on_miss by = answer_by(mode, x);
    const struct fe_miss *miss = fe_misses_add(mode->misses, x, request, find, fe_on_miss_name(by));
    fe_exchange_set_source(x, fe_arena_printf(fe_exchange_arena(x), "%s;miss=%" PRIu64,
                                              fe_on_miss_name(by), miss->id));
    switch (by) {
    case FE_ON_MISS_EMULATE:
        emulate(mode, x, request);
        break;
    case FE_ON_MISS_FAIL:
        fail(mode, x, request, miss);
        break;
    case FE_ON_MISS_UPSTREAM:
        fallbacks->upstream(fallbacks->self, x);
        break;
    case FE_ON_MISS_RECORD:
        fallbacks->record(fallbacks->self, x);
        break;
    }
}

/* ── what replay asks ── */

static bool on_request(void *self, struct fe_exchange *x, const struct fe_replay_request *request)
{
    const struct fe_replay_mode *mode = self;
    return fe_handover_on_request(mode->handover, x, request);
}

static bool on_repeat(void *self, struct fe_exchange *x, const struct fe_replay_request *request,
                      const struct fe_take *take)
{
    const struct fe_replay_mode *mode = self;
    if (!fe_handover_on_repeat(mode->handover, x, request, take)) {
        return false;
    }
    on_miss(self, x, request, FE_MISS_USED_UP);
    return true;
}

static bool on_idle(void *self, struct fe_exchange *x)
{
    const struct fe_replay_mode *mode = self;
    return fe_handover_on_idle(mode->handover, x);
}

static bool on_play(void *self, struct fe_exchange *x, const struct fe_take *take,
                    const struct fe_frame_head *recorded)
{
    const struct fe_replay_mode *mode = self;
    return fe_handover_on_play(mode->handover, x, take, recorded);
}

static struct fe_slice on_body(void *self, struct fe_exchange *x, const struct fe_take *take,
                               const struct fe_frame_head *answer, struct fe_slice body,
                               struct fe_arena *arena)
{
    const struct fe_replay_mode *mode = self;
    return fe_handover_on_body(mode->handover, x, take, answer, body, arena);
}

/* ── its life ── */

static struct fe_replay_options replay_options_of(const struct fe_replay_mode_parts *parts)
{
    const struct fe_options *options = parts->options;
    const char *match = fe_options_value(options, FE_OPT_MATCH, 0);
    struct fe_replay_options replay = {
        .library = {.paths = parts->cassettes,
                    .path_count = parts->cassette_count,
                    .profile_given = fe_options_count(options, FE_OPT_MATCH) > 0,
                    .rules = parts->rules->items,
                    .rule_count = parts->rules->count,
                    .at_end = at_end_of(options)},
        .rebase = fe_options_bool(options, FE_OPT_REBASE),
        .idle_ms = fe_options_ms(options, FE_OPT_POLL_TIMEOUT),
    };
    (void)fe_match_profile_parse(fe_slice_cstr(match), &replay.library.profile);
    (void)fe_pace_parse(fe_slice_cstr(fe_options_value(options, FE_OPT_PACE, 0)), &replay.pace);
    return replay;
}

int fe_replay_mode_open(struct fe_replay_mode *mode, const struct fe_replay_mode_parts *parts,
                        struct fe_errors *errors)
{
    const struct fe_replay_options options = replay_options_of(parts);
    const struct fe_replay_hooks hooks = {mode,    on_request, on_repeat, on_idle,
                                          on_play, on_body,    on_miss};
    if (fe_replay_new(&options, parts->env, &hooks, &mode->replay, errors) < 0) {
        return -EINVAL;
    }
    mode->env = parts->env;
    mode->emulate = parts->emulate;
    mode->on_miss = parts->on_miss;
    mode->fallbacks = parts->fallbacks;
    fe_holds_init(&mode->holds);
    const struct fe_handover_ops ops = {parts->fallbacks.self, parts->fallbacks.emulate,
                                        mode->on_miss == FE_ON_MISS_EMULATE};
    mode->handover = fe_handover_new(parts->env, mode->replay, parts->emulate, &ops);
    mode->misses = fe_misses_new(parts->env, fe_replay_library(mode->replay), parts->redaction);
    return 0;
}

void fe_replay_mode_close(struct fe_replay_mode *mode)
{
    fe_misses_free(mode->misses);
    fe_handover_free(mode->handover);
    fe_replay_free(mode->replay);
    *mode = (struct fe_replay_mode){.replay = NULL};
}

void fe_replay_mode_handle(struct fe_replay_mode *mode, struct fe_exchange *x)
{
    mode->under_way++;
    fe_exchange_set_server(x, mode);
    fe_replay_handle(mode->replay, x);
}

void fe_replay_mode_on_end(struct fe_exchange *x)
{
    struct fe_replay_mode *mode = fe_exchange_server(x);
    if (mode) {
        mode->under_way--;
    }
}

void fe_replay_mode_stop(struct fe_replay_mode *mode)
{
    if (mode->replay) {
        fe_replay_stop(mode->replay);
        fe_holds_release(&mode->holds);
    }
}

void fe_replay_mode_reset(struct fe_replay_mode *mode)
{
    if (mode->replay) {
        fe_replay_mode_stop(mode); /* who waits is told of what is forgotten now */
        fe_replay_rewind(mode->replay);
        fe_handover_clear(mode->handover);
        fe_misses_clear(mode->misses);
    }
}

/* ── the end ── */

static void tell_missed(const struct fe_replay_mode *mode)
{
    const struct fe_miss *miss = NULL;
    for (size_t i = 0; (miss = fe_misses_at(mode->misses, i)) != NULL; i++) {
        fe_log_printf(&mode->env->log, FE_LOG_ERROR,
                      "missed (%" PRIu64 "x): " FE_PRI " " FE_PRI ". " FE_PRI, miss->count,
                      FE_ARG(miss->method), FE_ARG(miss->target), FE_ARG(miss->advice));
    }
}

static uint64_t tell_unused(const struct fe_replay_mode *mode)
{
    struct fe_library *library = fe_replay_library(mode->replay);
    uint64_t cursor = 0;
    uint64_t count = 0;
    uint64_t seq = 0;
    while (fe_library_unused(library, &cursor, &seq)) {
        struct fe_arena arena = {NULL};
        struct fe_take take;
        struct fe_frame frame;
        count++;
        if (fe_library_at(library, seq, &take)) {
            fe_reader_frame_at(take.reader, take.recorded->request, &arena, &frame);
            fe_log_printf(&mode->env->log, FE_LOG_ERROR,
                          "never used: %" PRIu64 " " FE_PRI " " FE_PRI, seq,
                          FE_ARG(frame.head.method), FE_ARG(frame.head.target));
        }
        fe_arena_done(&arena);
    }
    return count;
}

bool fe_replay_mode_verdict(const struct fe_replay_mode *mode, struct fe_strictness *verdict_out)
{
    *verdict_out = (struct fe_strictness){0, 0};
    if (mode->replay) {
        tell_missed(mode);
        verdict_out->missed = fe_misses_total(mode->misses);
        verdict_out->unused = tell_unused(mode);
    }
    return verdict_out->missed + verdict_out->unused > 0;
}

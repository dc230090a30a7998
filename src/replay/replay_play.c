/* SPDX-License-Identifier: MIT */
/* A recording on its way to a client of today: what was bound, what tells the time, and what the
 * client said of itself, is put in place of what was recorded. */
#include <inttypes.h>

#include "replay/bindings.h"
#include "replay/play.h"
#include "replay/rebase.h"
#include "replay/replay_private.h"
#include "util/time_text.h"

struct playing {
    struct fe_replay *replay;
    struct fe_exchange *x;
    struct fe_take take;
    struct fe_frame request; /* as it was recorded */
    bool wanted;             /* the body, by the hook */
    int64_t by_ns;           /* from recorded times to now */
};

/* ── fields ── */

static bool is(const struct fe_header *field, struct fe_slice name)
{
    return fe_slice_eq_nocase(field->name, name);
}

/* A page may come from another port than at recording; who was allowed then is allowed now. */
static struct fe_slice allowed_origin(const struct playing *playing, struct fe_slice allowed)
{
    struct fe_slice then = FE_SLICE("");
    struct fe_slice now = FE_SLICE("");
    bool asked =
        fe_headers_get(&playing->request.head.headers, FE_SLICE("Origin"), &then) &&
        fe_headers_get(&fe_exchange_request(playing->x)->headers, FE_SLICE("Origin"), &now);
    return asked && fe_slice_eq(then, allowed) ? now : allowed;
}

static bool on_field(void *arg, struct fe_header *field, struct fe_arena *arena)
{
    const struct playing *playing = arg;
    const struct fe_replay *replay = playing->replay;
    if (fe_slice_index(field->value, '~') >= 0) {
        field->value = fe_bindings_to_live(replay->bindings, field->value, arena);
    }
    if (is(field, FE_SLICE("Access-Control-Allow-Origin"))) {
        field->value = allowed_origin(playing, field->value);
    }
    if (replay->options.rebase) {
        field->value = fe_rebase_field(field, playing->by_ns, arena);
    }
    return true;
}

/* ── bodies ── */

static struct fe_slice rebase_body(const struct playing *playing, struct fe_slice body,
                                   struct fe_arena *arena)
{
    const struct fe_library_options *options = &playing->replay->options.library;
    struct fe_slice path = fe_canonical_path(playing->request.head.target, arena);
    for (size_t i = 0; i < options->rule_count; i++) {
        const struct fe_match_rule *rule = &options->rules[i];
        if (rule->rebase.count > 0 && fe_match_path(rule->path, path)) {
            body = fe_rebase_json(body, &rule->rebase, playing->by_ns, arena);
        }
    }
    return body;
}

static struct fe_slice on_body(void *arg, const struct fe_frame_head *head, struct fe_slice body,
                               struct fe_arena *arena)
{
    const struct playing *playing = arg;
    const struct fe_replay *replay = playing->replay;
    const struct fe_replay_hooks *hooks = &replay->hooks;
    if (playing->wanted) {
        body = hooks->on_body(hooks->self, playing->x, &playing->take, head, body, arena);
    }
    body = fe_bindings_to_live(replay->bindings, body, arena);
    return replay->options.rebase ? rebase_body(playing, body, arena) : body;
}

/* Whether "fe~" is in it, or may be, across its beginning. */
static bool may_hold_placeholder(struct fe_slice bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        const char *found = memchr(bytes.ptr + at, '~', bytes.len - at);
        if (found == NULL) {
            return false;
        }
        at = (size_t)(found - bytes.ptr);
        if (at < 2 || memcmp(found - 2, "fe", 2) == 0) {
            return true;
        }
        at++;
    }
    return false;
}

static bool holds_placeholders(const struct fe_replay *replay, const struct fe_take *take)
{
    const struct fe_recorded *recorded = take->recorded;
    unsigned char *mark = &replay->marks[take->seq];
    struct fe_arena arena = {NULL};
    for (size_t i = 0; i < recorded->frame_count && *mark == FE_MARK_UNKNOWN; i++) {
        struct fe_frame frame;
        uint64_t offset = recorded->frames[i];
        if (offset == recorded->request || offset == recorded->response ||
            offset == recorded->end) {
            continue;
        }
        fe_reader_frame_at(take->reader, offset, &arena, &frame);
        if (frame.kind == FE_FRAME_RESPONSE_BODY && may_hold_placeholder(frame.body.bytes)) {
            *mark = FE_MARK_PLACEHOLDERS;
        }
    }
    *mark = *mark == FE_MARK_UNKNOWN ? FE_MARK_PLAIN : *mark;
    fe_arena_done(&arena);
    return *mark == FE_MARK_PLACEHOLDERS;
}

/* Only what may be changed is looked at: the rest goes from the file to the client. */
static bool touches_body(const struct playing *playing)
{
    const struct fe_replay *replay = playing->replay;
    return playing->wanted || (replay->options.rebase && replay->options.library.rule_count > 0) ||
           holds_placeholders(replay, &playing->take);
}

/* ── all together ── */

static int64_t time_since(const struct fe_replay *replay, const struct fe_take *take, int64_t t_us)
{
    int64_t session_ns = 0;
    (void)fe_time_parse(take->time, &session_ns);
    return fe_clock_now_ns(&replay->env->clock) - session_ns - t_us * FE_NS_PER_US;
}

static struct playing *prepare(struct fe_replay *replay, struct fe_exchange *x,
                               const struct fe_take *take)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    const struct fe_replay_hooks *hooks = &replay->hooks;
    struct playing *playing = fe_arena_alloc(arena, sizeof(*playing));
    *playing = (struct playing){.replay = replay, .x = x, .take = *take};
    fe_reader_frame_at(take->reader, take->recorded->request, arena, &playing->request);
    if (replay->options.rebase) {
        playing->by_ns = time_since(replay, take, playing->request.head.t_us);
    }
    playing->wanted =
        hooks->on_play && hooks->on_play(hooks->self, x, take, &playing->request.head);
    return playing;
}

void fe_replay_play(struct fe_replay *replay, struct fe_exchange *x, const struct fe_take *take)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    struct playing *playing = prepare(replay, x, take);
    const struct fe_play_source source = {
        .reader = take->reader,
        .recorded = take->recorded,
        .request = &playing->request,
        .upstream = take->upstream,
    };
    const struct fe_play_hooks hooks = {
        .on_field = on_field,
        .on_body = touches_body(playing) ? on_body : NULL,
        .arg = playing,
    };
    fe_exchange_set_source(x, fe_arena_printf(arena, "replay;seq=%" PRIu64, take->seq));
    fe_play(x, &source, &replay->options.pace, &hooks);
}

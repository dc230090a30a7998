/* SPDX-License-Identifier: MIT */
#include "replay/replay.h"

#include <stdlib.h>

#include "http/framing.h"
#include "replay/bindings.h"
#include "replay/play.h"
#include "replay/replay_private.h"
#include "util/alloc.h"
#include "util/limits.h"

enum {
    IDLE_MS_MIN = 100, /* real clients ask again at once */
    IDLE_MS_MAX = 5000 /* recorded time is not to be waited for */
};

/* ── its life ── */

int fe_replay_new(const struct fe_replay_options *options, struct fe_env *env,
                  const struct fe_replay_hooks *hooks, struct fe_replay **replay_out,
                  struct fe_errors *errors)
{
    struct fe_library *library = NULL;
    int r = fe_library_open(&options->library, &env->random, &library, errors);
    if (r < 0) {
        return r;
    }
    struct fe_replay *replay = fe_xalloc(sizeof(*replay));
    replay->options = *options;
    replay->env = env;
    replay->hooks = *hooks;
    replay->library = library;
    replay->bindings = fe_bindings_new(&env->random);
    replay->marks = fe_xalloc((size_t)fe_library_size(library) + 1);
    fe_holds_init(&replay->holds);
    *replay_out = replay;
    return 0;
}

void fe_replay_free(struct fe_replay *replay)
{
    if (replay) {
        fe_bindings_free(replay->bindings);
        free(replay->marks);
        fe_library_free(replay->library);
        free(replay);
    }
}

struct fe_library *fe_replay_library(struct fe_replay *replay)
{
    return replay->library;
}

void fe_replay_stop(struct fe_replay *replay)
{
    fe_holds_release(&replay->holds);
}

void fe_replay_rewind(struct fe_replay *replay)
{
    fe_library_rewind(replay->library);
    fe_bindings_clear(replay->bindings);
}

void fe_replay_bind(struct fe_replay *replay, struct fe_slice recorded, struct fe_slice live)
{
    fe_bindings_bind(replay->bindings, recorded, live);
}

struct fe_slice fe_replay_live(const struct fe_replay *replay, struct fe_slice recorded)
{
    return fe_bindings_live(replay->bindings, recorded);
}

/* ── the request ── */

/* As it may have been recorded. */
static struct fe_frame_head *recorded_head(const struct fe_replay *replay, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_frame_head *head = fe_arena_alloc(arena, sizeof(*head));
    struct fe_headers headers = {NULL, 0, 0};
    for (size_t i = 0; i < request->headers.count; i++) {
        const struct fe_header *field = &request->headers.items[i];
        (void)fe_headers_add(&headers, arena, field->name,
                             fe_bindings_to_recorded(replay->bindings, field->value, arena));
    }
    *head = (struct fe_frame_head){
        .method = request->method_text,
        .target = fe_bindings_to_recorded(replay->bindings, request->target, arena),
        .minor_version = request->minor_version,
        .headers = headers,
    };
    return head;
}

static bool has_body(const struct fe_exchange *x)
{
    struct fe_framing framing = {FE_FRAMING_NONE, 0};
    const char *why = NULL;
    return fe_framing_decide(fe_exchange_request(x), &framing, &why) == 0 &&
           framing.kind != FE_FRAMING_NONE;
}

/* ── polls ── */

struct idle {
    struct fe_replay *replay;
    struct fe_take take; /* its reader is NULL: none was recorded */
};

/* The recorded 204, or whatever it was that said nothing new. */
static int answer_idle(void *self, struct fe_exchange *x)
{
    const struct idle *idle = self;
    if (idle->take.reader) {
        fe_replay_play(idle->replay, x, &idle->take);
        return FE_LATER;
    }
    fe_exchange_set_source(x, FE_SLICE("replay"));
    return 204;
}

/* As long as the recorded one was, in recorded time. */
static int64_t idle_ms(const struct fe_replay *replay, const struct fe_take *take)
{
    const struct fe_pace_options *pace = &replay->options.pace;
    int64_t held_us = take->reader ? fe_play_latency_us(take) : replay->options.idle_ms * 1000;
    int64_t held_ms = pace->fast ? held_us / 1000 : fe_pace_wait_ms(pace, (uint64_t)held_us, 0);
    held_ms = held_ms < IDLE_MS_MIN ? IDLE_MS_MIN : held_ms;
    return pace->fast && held_ms > IDLE_MS_MAX ? IDLE_MS_MAX : held_ms;
}

static void idle(struct fe_replay *replay, struct fe_exchange *x, const struct fe_take *take)
{
    if (replay->hooks.on_idle && replay->hooks.on_idle(replay->hooks.self, x)) {
        return;
    }
    struct idle *held = fe_arena_alloc(fe_exchange_arena(x), sizeof(*held));
    *held = (struct idle){replay, *take};
    fe_hold(&replay->holds, x, idle_ms(replay, take), answer_idle, held);
}

/* ── looking it up ── */

static void look_up(struct fe_replay *replay, struct fe_exchange *x,
                    const struct fe_replay_request *request)
{
    const struct fe_replay_hooks *hooks = &replay->hooks;
    struct fe_take take;
    if (hooks->on_request && hooks->on_request(hooks->self, x, request)) {
        return;
    }
    if (request->body == NULL) {
        hooks->on_miss(hooks->self, x, request, FE_MISS_UNKNOWN);
        return;
    }
    enum fe_find find = fe_library_take(replay->library, request->head, *request->body, &take);
    if (find == FE_FOUND_IDLE) {
        idle(replay, x, &take);
    } else if (find != FE_FOUND) {
        hooks->on_miss(hooks->self, x, request, find);
    } else if (!take.repeated || hooks->on_repeat == NULL ||
               !hooks->on_repeat(hooks->self, x, request, &take)) {
        fe_replay_play(replay, x, &take);
    }
}

static int on_whole(void *self, struct fe_exchange *x)
{
    const struct fe_replay *replay = self;
    struct fe_slice body =
        fe_bindings_to_recorded(replay->bindings, fe_exchange_body(x), fe_exchange_arena(x));
    const struct fe_replay_request request = {recorded_head(replay, x), &body};
    look_up(self, x, &request);
    return FE_LATER;
}

/* The whole request is kept where its body tells what it is, and where somebody else may have to
 * answer later: polls are held first. */
void fe_replay_handle(struct fe_replay *replay, struct fe_exchange *x)
{
    const struct fe_slice nothing = FE_SLICE("");
    const struct fe_frame_head *head = recorded_head(replay, x);
    bool known = fe_library_knows_path(replay->library, head->target);
    if ((known && has_body(x)) || fe_library_is_poll(head)) {
        fe_exchange_keep_body(x, FE_LIMIT_KEPT_BODY_BYTES, on_whole, replay);
        return;
    }
    const struct fe_replay_request request = {head, known ? &nothing : NULL};
    look_up(replay, x, &request);
}

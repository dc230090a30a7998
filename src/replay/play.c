/* SPDX-License-Identifier: MIT */
/* Frame by frame: each is looked at when the one before it has been played, waits until its time
 * has come and the client has room, and is played. Nothing of a body is kept in between. */
#include "replay/play.h"

#include <assert.h>

#include "cassette/library/library.h"
#include "cassette/outcome_answer.h"
#include "http/hop.h"
#include "http/loop.h"
#include "http/reply.h"
#include "replay/play_private.h"

enum {
    TURN_BYTES = 1 << 20, /* then the others have theirs */
    CONTINUE = 100,
    SETTLE_MS = 20, /* so long a client has to read what comes before a reset */
    SWITCHING_PROTOCOLS = 101,
    FINAL = 200
};

static void go_on(struct fe_player *p);

/* ── an answer of our own ── */

static void answer_error(struct fe_player *p, const struct fe_outcome_answer *answer,
                         struct fe_slice reason)
{
    struct fe_arena *arena = fe_exchange_arena(p->x);
    const struct fe_api_error error = {answer->status, answer->code, answer->name, NULL};
    struct fe_slice upstream = fe_arena_copy(arena, p->source.upstream);
    struct fe_slice text = fe_arena_copy(arena, reason);
    p->over = true;
    fe_exchange_answer(
        p->x, fe_reply_error(p->x, &error, "upstream", upstream.ptr, "reason", text.ptr, NULL));
}

static void refuse(struct fe_player *p, const char *name, const char *reason)
{
    const struct fe_outcome_answer answer = {502, "INTERNAL", name};
    answer_error(p, &answer, fe_slice_cstr(reason));
}

static void refuse_dropped(struct fe_player *p)
{
    struct fe_slice why = p->end.response.dropped;
    const char *reason = "The answer's body was not kept when it was recorded.";
    if (fe_slice_eq(why, FE_SLICE("coding"))) {
        reason =
            "The answer's body was not kept when it was recorded: it has a content coding that "
            "secrets cannot be looked for in.";
    } else if (fe_slice_eq(why, FE_SLICE("limit"))) {
        reason = "The answer's body was not kept when it was recorded: it is too large to look for "
                 "secrets in.";
    } else if (fe_slice_eq(why, FE_SLICE("archive"))) {
        reason = "The archive that the answer was imported from does not have its body.";
    }
    refuse(p, "Emulator:BodyNotRecorded", reason);
}

/* ── the frames ── */

static void play_interim(struct fe_player *p)
{
    const struct fe_frame_head *head = &p->frame.head;
    bool waited = head->status == CONTINUE && fe_exchange_expects_continue(p->x);
    if (head->status < CONTINUE || head->status == SWITCHING_PROTOCOLS || head->status >= FINAL ||
        waited) {
        return;
    }
    struct fe_headers fields = fe_relay_fields(&head->headers, p->rewrites ? &p->rewrite : NULL,
                                               true, fe_exchange_arena(p->x));
    fe_play_fields(p, &fields);
    fe_exchange_interim(p->x, head->status, fe_play_reason(head->reason), &fields);
}

static void play_head(struct fe_player *p)
{
    const struct fe_frame_head *head = &p->frame.head;
    struct fe_relay_head relay;
    bool has_body = fe_play_has_body(p, head);
    if (head->status < FINAL) {
        refuse(p, "Emulator:NotPlayable", "What was recorded as the answer is not a final one.");
    } else if (has_body && p->end.response.dropped.len > 0) {
        refuse_dropped(p);
    } else if (has_body && fe_play_body_hook(p, head) < 0) {
        refuse(p, "Emulator:NotPlayable", "There is no memory to read the recorded body into.");
    } else {
        fe_play_head_make(p, head, &relay);
        fe_exchange_relay(p->x, &relay);
    }
}

static bool is_reset(const struct fe_player *p)
{
    enum fe_recorded_outcome outcome = p->end.outcome;
    return outcome != FE_RECORDED_OK && outcome != FE_RECORDED_TRUNCATED &&
           outcome != FE_RECORDED_CLIENT_ABORT;
}

/* As the client met it then; who left then has its answer now, as far as there is one. */
static void break_off(struct fe_player *p)
{
    const struct fe_outcome_answer answer = fe_outcome_answer(p->end.outcome);
    if (!fe_exchange_answered(p->x)) {
        answer_error(p, &answer, p->end.note);
    } else if (is_reset(p)) {
        fe_exchange_abort(p->x);
    } else {
        fe_exchange_truncate(p->x);
    }
}

static void play_end(struct fe_player *p)
{
    if (fe_play_body_is_left(p)) {
        fe_play_body_rest(p);
        return;
    }
    p->over = true;
    if (p->end.outcome != FE_RECORDED_OK || !fe_exchange_answered(p->x)) {
        break_off(p);
    } else {
        fe_play_body_end(p);
        fe_exchange_finish(p->x);
    }
}

/* Whether it has been played to its end. */
static bool play_frame(struct fe_player *p)
{
    switch (p->frame.kind) {
    case FE_FRAME_INTERIM:
        play_interim(p);
        return true;
    case FE_FRAME_RESPONSE:
        play_head(p);
        return true;
    case FE_FRAME_RESPONSE_BODY:
        if (!fe_play_body_at_end(p)) {
            fe_play_body_piece(p);
        }
        return fe_play_body_at_end(p);
    default:
        play_end(p);
        return p->over;
    }
}

static bool is_played(const struct fe_player *p)
{
    switch (p->frame.kind) {
    case FE_FRAME_RESPONSE_BODY:
        return p->framing != FE_RELAY_NONE && !p->resized;
    case FE_FRAME_REQUEST:
    case FE_FRAME_REQUEST_BODY:
        return false;
    default:
        return true;
    }
}

/* Each frame is decoded once: the first and the last of them were needed before. */
static void read_frame(struct fe_player *p, uint64_t offset)
{
    const struct fe_play_source *source = &p->source;
    if (offset == source->recorded->request) {
        p->frame = *source->request;
    } else if (offset == source->recorded->end) {
        p->frame = (struct fe_frame){.kind = p->end_kind, .end = p->end};
    } else {
        fe_arena_done(&p->frame_arena);
        fe_reader_frame_at(source->reader, offset, &p->frame_arena, &p->frame);
    }
}

/* The next frame that is to be played. */
static void load(struct fe_player *p)
{
    const struct fe_recorded *recorded = p->source.recorded;
    while (!p->loaded && !p->over) {
        if (p->next == recorded->frame_count) {
            p->frame.kind = FE_FRAME_KINDS;
        } else {
            read_frame(p, recorded->frames[p->next++]);
        }
        p->offset = 0;
        p->loaded = is_played(p);
        if (p->frame.kind >= FE_FRAME_KINDS) {
            p->over = true; /* somebody has written to the file */
            fe_exchange_abort(p->x);
        }
    }
}

/* ── time ── */

/* The end of a body that says its length is its last byte; of others, and of what broke off,
 * nothing else tells when it was. */
static int64_t due_us(const struct fe_player *p)
{
    bool measured = p->framing == FE_RELAY_LENGTH || p->framing == FE_RELAY_NONE;
    switch (p->frame.kind) {
    case FE_FRAME_INTERIM:
    case FE_FRAME_RESPONSE:
        return p->frame.head.t_us;
    case FE_FRAME_RESPONSE_BODY:
        return fe_play_body_time(p);
    default:
        return p->end.outcome == FE_RECORDED_OK && measured && !p->resized ? INT64_MIN
                                                                           : p->end.t_us;
    }
}

static int64_t wait_ms(const struct fe_player *p)
{
    struct fe_exchange_facts facts;
    int64_t at_us = due_us(p);
    if (at_us <= p->source.request->head.t_us) {
        return 0;
    }
    uint64_t since_us = (uint64_t)at_us - (uint64_t)p->source.request->head.t_us;
    fe_exchange_facts(p->x, &facts);
    return fe_pace_wait_ms(&p->pace, since_us, facts.duration_ns);
}

static void on_timer(void *arg)
{
    go_on(arg);
}

static void come_back(struct fe_player *p, int64_t delay_ms)
{
    if (p->timer == NULL) {
        p->timer = fe_timer_new(fe_exchange_loop(p->x), on_timer, p);
    }
    fe_timer_start(p->timer, delay_ms);
}

/* A reset takes with it what its client has not read yet, which was there to be read, then. */
static bool must_settle(struct fe_player *p)
{
    bool resets = p->frame.kind == FE_FRAME_END && is_reset(p) && fe_exchange_answered(p->x) &&
                  !fe_play_body_is_left(p);
    bool first = resets && !p->settled;
    p->settled = p->settled || resets;
    return first;
}

/* Whether the frame may be played now. If not, we come back. */
static bool is_due(struct fe_player *p)
{
    int64_t delay_ms = wait_ms(p);
    if (delay_ms < SETTLE_MS && must_settle(p)) {
        delay_ms = SETTLE_MS;
    }
    if (delay_ms > 0 || p->turn_bytes >= TURN_BYTES) {
        come_back(p, delay_ms);
        return false;
    }
    return true;
}

static void go_on(struct fe_player *p)
{
    p->turn_bytes = 0;
    fe_exchange_cork(p->x);
    for (load(p); !p->over && !p->choked && is_due(p); load(p)) {
        p->loaded = !play_frame(p);
    }
    fe_exchange_uncork(p->x);
}

static void on_drain(void *arg, struct fe_exchange *x)
{
    struct fe_player *p = arg;
    (void)x;
    p->choked = false;
    if (!p->over) {
        go_on(p);
    }
}

/* ── its beginning and its end ── */

static void on_end(void *arg, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fe_player *p = arg;
    (void)x;
    (void)outcome;
    p->over = true;
    fe_timer_free(p->timer);
    fe_play_body_done(p);
}

static void use_upstream(struct fe_player *p)
{
    struct fe_slice rest = p->source.upstream;
    struct fe_rewrite *rewrite = &p->rewrite;
    if (fe_origin_take(&rest, NULL, &rewrite->upstream) == 0) {
        rewrite->upstream_text = p->source.upstream;
        rewrite->client = fe_exchange_origin(p->x);
        rewrite->client_tls = fe_exchange_request(p->x)->tls;
        p->rewrites = true;
    }
}

void fe_play(struct fe_exchange *x, const struct fe_play_source *source,
             const struct fe_pace_options *pace, const struct fe_play_hooks *hooks)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_player *p = fe_arena_alloc(arena, sizeof(*p));
    struct fe_frame frame;
    assert(source->recorded->ended);
    p->x = x;
    p->source = *source;
    p->pace = *pace;
    if (hooks) {
        p->hooks = *hooks;
    }
    fe_buf_init(&p->gathered, 0);
    use_upstream(p);
    fe_reader_frame_at(source->reader, source->recorded->end, arena, &frame);
    p->end = frame.end;
    p->end_kind = frame.kind == FE_FRAME_END ? FE_FRAME_END : FE_FRAME_KINDS;
    fe_exchange_on_end(x, on_end, p);
    fe_exchange_on_drain(x, on_drain, p);
    go_on(p);
}

int64_t fe_play_latency_us(const struct fe_take *take)
{
    const struct fe_recorded *recorded = take->recorded;
    struct fe_arena arena = {NULL};
    struct fe_frame request;
    struct fe_frame answer;
    bool answered = recorded->response != UINT64_MAX;
    fe_reader_frame_at(take->reader, recorded->request, &arena, &request);
    fe_reader_frame_at(take->reader, answered ? recorded->response : recorded->end, &arena,
                       &answer);
    int64_t from_us = request.head.t_us;
    int64_t to_us = answered ? answer.head.t_us : answer.end.t_us;
    fe_arena_done(&arena);
    return from_us >= 0 && to_us > from_us ? to_us - from_us : 0;
}

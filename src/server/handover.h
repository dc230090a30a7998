/* SPDX-License-Identifier: MIT */
/* From replay to emulation without a seam. What a replayed answer has brought about is noted, and
 * emulation is told of it when it is to go on from there: tokens are really issued, jobs are known.
 * What emulation has changed is its own from then on, and never told from an older recording. */
#ifndef FE_SERVER_HANDOVER_H
#define FE_SERVER_HANDOVER_H

#include "emulate/emulate.h"
#include "replay/replay.h"

struct fe_handover;

/* Whose the other exchanges are. */
struct fe_handover_ops {
    void *self;
    void (*emulate)(void *self, struct fe_exchange *x); /* lets emulation have it */
    bool falls_back; /* what no recording answers is emulated (--on-miss emulate) */
};

/* All are borrowed. */
struct fe_handover *fe_handover_new(struct fe_env *env, struct fe_replay *replay,
                                    struct fe_emulate *emulate, const struct fe_handover_ops *ops);
void fe_handover_free(struct fe_handover *handover); /* NULL is fine */

/* As if nothing had been played. Then, and at the start: users that were recorded become known. */
void fe_handover_clear(struct fe_handover *handover);

/* ── what replay asks (replay/replay.h) ────────────────────────────────────────────────────── */

/* Logins, and what emulation has changed, are emulated. */
bool fe_handover_on_request(struct fe_handover *handover, struct fe_exchange *x,
                            const struct fe_replay_request *request);
/* Whether the last answer must not be given again: a job would never end. */
bool fe_handover_on_repeat(struct fe_handover *handover, struct fe_exchange *x,
                           const struct fe_replay_request *request, const struct fe_take *take);
/* A module that emulation knows waits there for a job. */
bool fe_handover_on_idle(struct fe_handover *handover, struct fe_exchange *x);
bool fe_handover_on_play(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_take *take, const struct fe_frame_head *recorded);
struct fe_slice fe_handover_on_body(struct fe_handover *handover, struct fe_exchange *x,
                                    const struct fe_take *take, const struct fe_frame_head *answer,
                                    struct fe_slice body, struct fe_arena *arena);
/* Whether it comes from a module that emulation knows. */
bool fe_handover_knows_module(const struct fe_handover *handover, const struct fe_exchange *x);
/* Whether it asks for tokens. */
bool fe_handover_is_token_call(const struct fe_exchange *x);
/* Whether it has an answer all the same: calls for more tokens do. */
bool fe_handover_on_miss(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request, enum fe_find find);

/* Emulation is about to be asked: what it has to know of it, it is told. */
void fe_handover_prepare(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request);

/* ── what emulation does ───────────────────────────────────────────────────────────────────── */

/* It is answering: what it changes is noted. */
void fe_handover_on_emulated(struct fe_handover *handover, struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* Replay mode: answers exchanges from a library of recordings (cassette/library/library.h), in
 * their turn, byte for byte. It knows HTTP and recordings. What it does not know, Foundry, it asks
 * of whoever opened it: whose an exchange is, what an answer means for what comes later, and what
 * becomes of a miss. Never does anything here open a connection. */
#ifndef FE_REPLAY_REPLAY_H
#define FE_REPLAY_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "cassette/library/library.h"
#include "http/exchange.h"
#include "replay/pace.h"
#include "util/env.h"

struct fe_loop;
struct fe_replay;

/* A request as the recordings would have it: live values that are bound stand as recorded. */
struct fe_replay_request {
    const struct fe_frame_head *head;
    const struct fe_slice *body; /* NULL: nothing was recorded on its path, so it was not read */
};

/* Answers to what replay asks; each may be NULL. An exchange that a hook takes is its own from then
 * on: it answers it, or dispatches it. */
struct fe_replay_hooks {
    void *self;
    /* Before it is looked up. True: taken. */
    bool (*on_request)(void *self, struct fe_exchange *x, const struct fe_replay_request *request);
    /* The recording was given before, and would be given again. True: taken. */
    bool (*on_repeat)(void *self, struct fe_exchange *x, const struct fe_replay_request *request,
                      const struct fe_take *take);
    /* A poll with nothing to tell, which is otherwise held, and then told so. True: taken. */
    bool (*on_idle)(void *self, struct fe_exchange *x);
    /* A recording is about to be played, and this was its request. Whether on_body is wanted. */
    bool (*on_play)(void *self, struct fe_exchange *x, const struct fe_take *take,
                    const struct fe_frame_head *recorded);
    /* The answer's body, decoded, if on_play wanted it: what it gives back goes on. */
    struct fe_slice (*on_body)(void *self, struct fe_exchange *x, const struct fe_take *take,
                               const struct fe_frame_head *answer, struct fe_slice body,
                               struct fe_arena *arena);
    /* No recording answers it. Taken, always; must not be NULL. */
    void (*on_miss)(void *self, struct fe_exchange *x, const struct fe_replay_request *request,
                    enum fe_find find);
};

struct fe_replay_options {
    struct fe_library_options library;
    struct fe_pace_options pace;
    bool rebase;     /* times are moved to now (replay/rebase.h), by the rules' pointers too */
    int64_t idle_ms; /* how long a poll is held that was never seen idle */
};

/* Opens the cassettes: failures as fe_library_open(). Options and hooks are copied, what they point
 * to is borrowed. */
int fe_replay_new(const struct fe_replay_options *options, struct fe_env *env,
                  const struct fe_replay_hooks *hooks, struct fe_replay **replay_out,
                  struct fe_errors *errors);

/* After the server has ended every exchange. NULL is fine. */
void fe_replay_free(struct fe_replay *replay);

/* Takes an exchange. */
void fe_replay_handle(struct fe_replay *replay, struct fe_exchange *x);

/* Plays a recording to it, whosever turn it is. */
void fe_replay_play(struct fe_replay *replay, struct fe_exchange *x, const struct fe_take *take);

/* From now on the two go together, in both directions (replay/bindings.h). */
void fe_replay_bind(struct fe_replay *replay, struct fe_slice recorded, struct fe_slice live);
/* What goes with it; empty if nothing does. */
struct fe_slice fe_replay_live(const struct fe_replay *replay, struct fe_slice recorded);

/* Of the recordings, to look at. */
struct fe_library *fe_replay_library(struct fe_replay *replay);

/* The process ends: polls that are held are answered at once. */
void fe_replay_stop(struct fe_replay *replay);

/* As if nothing had been played, and nothing were bound. */
void fe_replay_rewind(struct fe_replay *replay);

#endif

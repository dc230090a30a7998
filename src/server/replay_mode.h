/* SPDX-License-Identifier: MIT */
/* Replay mode as a whole: the cassettes that answer, and what becomes of what they do not. */
#ifndef FE_SERVER_REPLAY_MODE_H
#define FE_SERVER_REPLAY_MODE_H

#include "http/hold.h"
#include "server/handover.h"
#include "server/match_rules.h"
#include "server/misses.h"
#include "server/options.h"
#include "server/plan.h"

/* Who else may answer; each takes the exchange. */
struct fe_fallbacks {
    void *self;
    void (*emulate)(void *self, struct fe_exchange *x);
    void (*upstream)(void *self, struct fe_exchange *x); /* without recording it */
    void (*record)(void *self, struct fe_exchange *x);
};

struct fe_replay_mode {
    struct fe_replay *replay; /* NULL: not open */
    struct fe_handover *handover;
    struct fe_misses *misses;
    struct fe_holds holds; /* polls that were missed */
    size_t under_way;      /* exchanges that it was given, and that have not ended */
    struct fe_env *env;
    struct fe_emulate *emulate;
    enum fe_on_miss on_miss;
    struct fe_fallbacks fallbacks;
};

/* What it is opened with. All is borrowed, and outlives it. */
struct fe_replay_mode_parts {
    const struct fe_options *options;
    const struct fe_match_rules *rules;
    const char *const *cassettes;
    size_t cassette_count;
    struct fe_env *env;
    struct fe_emulate *emulate;
    const struct fe_rules *redaction; /* of what is shown */
    enum fe_on_miss on_miss;
    struct fe_fallbacks fallbacks;
};

/* Opens the cassettes. -EINVAL and a line each of what a person has to change. */
int fe_replay_mode_open(struct fe_replay_mode *mode, const struct fe_replay_mode_parts *parts,
                        struct fe_errors *errors);

/* When none that it was given is under way. */
void fe_replay_mode_close(struct fe_replay_mode *mode);

/* Takes an exchange, of whose end it must be told. */
void fe_replay_mode_handle(struct fe_replay_mode *mode, struct fe_exchange *x);
void fe_replay_mode_on_end(struct fe_exchange *x);

/* The process ends: what is held is answered now. */
void fe_replay_mode_stop(struct fe_replay_mode *mode);

/* Cassettes are rewound, misses forgotten. */
void fe_replay_mode_reset(struct fe_replay_mode *mode);

/* --strict: logs what was missed and what was never used. Whether there is any. */
struct fe_strictness {
    uint64_t missed;
    uint64_t unused;
};
bool fe_replay_mode_verdict(const struct fe_replay_mode *mode, struct fe_strictness *verdict_out);

#endif

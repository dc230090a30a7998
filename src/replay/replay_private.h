/* SPDX-License-Identifier: MIT */
/* What replay.c and replay_play.c share. */
#ifndef FE_REPLAY_REPLAY_PRIVATE_H
#define FE_REPLAY_REPLAY_PRIVATE_H

#include "http/hold.h"
#include "replay/replay.h"

struct fe_bindings;

/* Whether a recorded answer holds placeholders; found out when it is played first. */
enum fe_replay_mark {
    FE_MARK_UNKNOWN,
    FE_MARK_PLAIN,
    FE_MARK_PLACEHOLDERS
};

struct fe_replay {
    struct fe_replay_options options;
    struct fe_env *env;
    struct fe_replay_hooks hooks;
    struct fe_library *library;
    struct fe_bindings *bindings;
    unsigned char *marks; /* by seq, enum fe_replay_mark */
    struct fe_holds holds;
};

#endif

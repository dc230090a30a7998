/* SPDX-License-Identifier: MIT */
/* The mode switch: which requests are the emulator's own, which the mode's, and what every answer
 * carries. Also the place where an exchange is logged, once, at its end. */
#ifndef FE_SERVER_MODE_H
#define FE_SERVER_MODE_H

#include "cassette/redact/rules.h"
#include "emulate/emulate.h"
#include "http/exchange.h"
#include "http/router.h"
#include "record/record.h"
#include "server/faults.h"
#include "server/guard.h"
#include "server/inject.h"
#include "server/journal.h"
#include "server/mode_table.h"
#include "server/replay_mode.h"
#include "util/env.h"

/* Everything is borrowed. */
struct fe_mode {
    struct fe_env *env;
    struct fe_emulate *emulate;
    struct fe_router *control; /* /_emulate routes that are no feature's */
    struct fe_journal *journal;
    struct fe_faults *faults;
    struct fe_injector injector; /* fe_mode_init_injector() */
    struct fe_mode_table table;
    struct fe_record *record;      /* open if the table, or what is missed, needs it; else NULL */
    struct fe_record *upstream;    /* likewise: for what is passed on and not recorded */
    struct fe_replay_mode *replay; /* likewise */
    const struct fe_rules *rules;  /* what is struck out of log and journal */
    struct fe_guard guard;
    uint64_t exchange_count; /* since the start or the last reset */
};

/* Of the mode that serves everything that has none of its own. */
const char *fe_mode_name(const struct fe_mode *mode);

/* Who else may answer what no recording does. */
struct fe_fallbacks fe_mode_fallbacks(struct fe_mode *mode);

/* Where requests go on that a fault has hit. */
void fe_mode_init_injector(struct fe_mode *mode);

/* The app that the listeners serve; `mode` is its self. */
struct fe_app fe_mode_app(struct fe_mode *mode);

#endif

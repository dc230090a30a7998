/* SPDX-License-Identifier: MIT */
/* The emulator from the inside, for src/server only. */
#ifndef FE_SERVER_EMULATOR_PRIVATE_H
#define FE_SERVER_EMULATOR_PRIVATE_H

#include <pthread.h>

#include "emulate/emulate.h"
#include "foundry_emulator/emulator.h"
#include "http/loop.h"
#include "http/server.h"
#include "server/mailbox.h"
#include "server/mode.h"
#include "server/plan.h"
#include "server/record_mode.h"
#include "server/seeds.h"
#include "server/signals.h"

/* The newest one answers; the others end what they have begun. */
struct fe_replays {
    struct fe_replay_mode mode;
    uint64_t recorded; /* how many exchanges had been recorded when it was opened */
    struct fe_replays *older;
};

struct fe_emulator {
    struct fe_options *options;
    struct fe_env env;
    struct fe_seeds seeds;
    struct fe_loop *loop;
    struct fe_mailbox *mailbox;
    struct fe_signals *signals;
    struct fe_emulate *emulate;
    struct fe_router *control;
    struct fe_journal *journal;
    struct fe_faults *faults;
    struct fe_rules *rules; /* of redaction, the built-in ones */
    struct fe_plan plan;
    struct fe_mode mode;
    struct fe_arena table_arena; /* of the mode's table, once it has been switched */
    struct fe_record_mode record;
    struct fe_replays *replays; /* NULL: none has been opened */
    struct fe_app app;
    struct fe_http_server *http;
    char *ca_file; /* NULL: the https listeners, if there are any, have the user's certificate */
    bool listening;
    bool has_thread;
    pthread_t thread;
    int64_t started_monotonic_ns;
    char problem[512];
};

/* A listener that others could reach must be asked for twice. */
void fe_emulator_check_listeners(const struct fe_emulator *emulator, struct fe_errors *errors);

/* Back to the seed, on the loop's thread. */
void fe_emulator_reset_here(struct fe_emulator *emulator);

#endif

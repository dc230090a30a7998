/* SPDX-License-Identifier: MIT */
/* Opens what a mode needs when it is needed: at the start, or when somebody switches modes while
 * the emulator runs. Exchanges under way keep what they began with. */
#ifndef FE_SERVER_MODE_SWITCH_H
#define FE_SERVER_MODE_SWITCH_H

#include "server/mode_table.h"
#include "util/errors.h"

struct fe_emulator;

/* Cassettes that answer: before the listeners, so that a bad one is known at once. -EINVAL and a
 * line each of what a person has to change. */
int fe_mode_open_replay(struct fe_emulator *emulator, struct fe_errors *errors);

/* Whatever else goes upstream: behind the listeners, so that a port that is taken leaves no empty
 * cassette behind. The same. */
int fe_mode_open_upstreams(struct fe_emulator *emulator, struct fe_errors *errors);

/* Serves by another table from now on, whose texts are copied. What is recorded is appended to the
 * first cassette; replay answers from all that has been recorded by now. The same: then nothing has
 * changed. */
int fe_mode_switch(struct fe_emulator *emulator, const struct fe_mode_table *table,
                   struct fe_errors *errors);

/* The process ends: what is held is answered now. */
void fe_mode_stop_replay(struct fe_emulator *emulator);

/* After every exchange has ended. */
void fe_mode_close_replay(struct fe_emulator *emulator);

#endif

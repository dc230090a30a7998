/* SPDX-License-Identifier: MIT */
/* What the command line decides for the emulated stack. Times are milliseconds. */
#ifndef FE_EMULATE_STATE_SETTINGS_H
#define FE_EMULATE_STATE_SETTINGS_H

#include <stdint.h>

#include "util/slice.h"

struct fe_settings {
    struct fe_slice public_url; /* what people and apps are given; empty: the origin they used */
    struct fe_slice module_url; /* what compute modules are given; empty: the same */
    int64_t poll_timeout_ms;    /* a module's poll is held so long */
    int64_t status_timeout_ms;  /* a job's unchanged status */
    int64_t execute_timeout_ms; /* a synchronous execute */
};

#endif

/* SPDX-License-Identifier: MIT */
/* What the outside world injects: time, randomness and the log. Every module that needs one is
 * given this at construction; nobody asks the system behind its back. */
#ifndef FE_UTIL_ENV_H
#define FE_UTIL_ENV_H

#include "util/clock.h"
#include "util/log.h"
#include "util/random.h"

struct fe_env {
    struct fe_clock clock;
    struct fe_random random;
    struct fe_log log;
};

#endif

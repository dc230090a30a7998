/* SPDX-License-Identifier: MIT */
/* What the outside world injects: time, randomness, the log, and what room there is in memory
 * and on the disk. Every module that needs one is given this at construction; nobody asks the
 * system behind its back. */
#ifndef FE_UTIL_ENV_H
#define FE_UTIL_ENV_H

#include <stdint.h>

#include "util/clock.h"
#include "util/log.h"
#include "util/random.h"
#include "util/spool.h"

struct fe_env {
    struct fe_clock clock;
    struct fe_random random;
    struct fe_log log;
    struct fe_spill spill;
    uint64_t body_bytes; /* of requests, in memory at this moment: FE_LIMIT_BODIES_BYTES at most */
};

#endif

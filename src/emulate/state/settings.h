/* SPDX-License-Identifier: MIT */
/* What the command line decides for the emulated stack. Times are milliseconds. */
#ifndef FE_EMULATE_STATE_SETTINGS_H
#define FE_EMULATE_STATE_SETTINGS_H

#include <stdint.h>

#include "util/slice.h"

struct fe_settings {
    struct fe_slice public_url; /* what people and apps are given; empty: the origin they used */
    struct fe_slice module_url; /* what compute modules are given; empty: the same */
    struct fe_slice ca_file; /* the CA that a client of the TLS listeners trusts; empty: none is */
    unsigned short tls_port; /* of the first TLS listener, once it listens; 0: there is none */
    int64_t poll_timeout_ms; /* a module's poll is held so long */
    int64_t status_timeout_ms;  /* a job's unchanged status */
    int64_t execute_timeout_ms; /* a synchronous execute */
    int64_t job_timeout_ms;     /* a job that was handed out fails after this; 0: never */
    int64_t queue_timeout_ms;   /* a job that nobody takes is canceled after this; 0: never */
};

#endif

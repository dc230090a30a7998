/* SPDX-License-Identifier: MIT */
/* How an upstream fails, as the recording has it and as the client hears it. */
#ifndef FE_RECORD_FAILURE_H
#define FE_RECORD_FAILURE_H

#include "cassette/frame.h"
#include "util/slice.h"

struct fe_exchange;

enum {
    FE_FAILURE_REASON_BYTES = 320
};

struct fe_failure {
    enum fe_recorded_outcome outcome; /* not OK */
    int status;                       /* of the answer, if there can be one: 502, 503, 504, 431 */
    char reason[FE_FAILURE_REASON_BYTES]; /* a sentence */
};

/* With the status that goes with the outcome. A reason that is too long is cut. */
struct fe_failure fe_failure_make(enum fe_recorded_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The error body of Foundry's APIs, with the upstream and the reason as parameters: its status. */
int fe_failure_reply(const struct fe_failure *failure, struct fe_slice upstream,
                     struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* What a client is told when there is no answer to pass on, by how that came about: the same when
 * it happens and when it is played from a cassette. */
#ifndef FE_CASSETTE_OUTCOME_ANSWER_H
#define FE_CASSETTE_OUTCOME_ANSWER_H

#include "cassette/frame.h"

struct fe_outcome_answer {
    int status;       /* 500, 502, 503, 504 */
    const char *code; /* of the error body of Foundry's APIs: "INTERNAL", "TIMEOUT" */
    const char *name; /* "Emulator:UpstreamRefused" */
};

struct fe_outcome_answer fe_outcome_answer(enum fe_recorded_outcome outcome);

#endif

/* SPDX-License-Identifier: MIT */
#include "cassette/outcome_answer.h"

struct fe_outcome_answer fe_outcome_answer(enum fe_recorded_outcome outcome)
{
    static const struct fe_outcome_answer answers[] = {
        [FE_RECORDED_OK] = {500, "INTERNAL", "Default:Internal"},
        [FE_RECORDED_REFUSED] = {502, "INTERNAL", "Emulator:UpstreamRefused"},
        [FE_RECORDED_RESET] = {502, "INTERNAL", "Emulator:UpstreamReset"},
        [FE_RECORDED_TIMEOUT] = {504, "TIMEOUT", "Emulator:UpstreamTimeout"},
        [FE_RECORDED_TLS] = {502, "INTERNAL", "Emulator:UpstreamTls"},
        [FE_RECORDED_TRUNCATED] = {502, "INTERNAL", "Emulator:UpstreamTruncated"},
        /* Nobody asked the upstream: it is we who do not go on. */
        [FE_RECORDED_CLIENT_ABORT] = {503, "INTERNAL", "Emulator:NotForwarded"},
    };
    return answers[outcome];
}

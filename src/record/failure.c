/* SPDX-License-Identifier: MIT */
#include "record/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "http/reply.h"

static const struct {
    int status;
    const char *code;
    const char *name;
} kinds[] = {
    [FE_RECORDED_OK] = {500, "INTERNAL", "Default:Internal"},
    [FE_RECORDED_REFUSED] = {502, "INTERNAL", "Emulator:UpstreamRefused"},
    [FE_RECORDED_RESET] = {502, "INTERNAL", "Emulator:UpstreamReset"},
    [FE_RECORDED_TIMEOUT] = {504, "TIMEOUT", "Emulator:UpstreamTimeout"},
    [FE_RECORDED_TLS] = {502, "INTERNAL", "Emulator:UpstreamTls"},
    [FE_RECORDED_TRUNCATED] = {502, "INTERNAL", "Emulator:UpstreamTruncated"},
    /* Nobody asked the upstream: it is we who do not go on. */
    [FE_RECORDED_CLIENT_ABORT] = {503, "INTERNAL", "Emulator:NotForwarded"},
};

struct fe_failure fe_failure_make(enum fe_recorded_outcome outcome, const char *format, ...)
{
    struct fe_failure failure;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure.reason, sizeof(failure.reason), format, args);
    va_end(args);
    failure.outcome = outcome;
    failure.status = kinds[outcome].status;
    return failure;
}

int fe_failure_reply(const struct fe_failure *failure, struct fe_slice upstream,
                     struct fe_exchange *x)
{
    const struct fe_api_error error = {failure->status, kinds[failure->outcome].code,
                                       kinds[failure->outcome].name, NULL};
    struct fe_slice text = fe_arena_copy(fe_exchange_arena(x), upstream);
    return fe_reply_error(x, &error, "upstream", text.ptr, "reason", failure->reason, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "record/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "cassette/outcome_answer.h"
#include "http/reply.h"

struct fe_failure fe_failure_make(enum fe_recorded_outcome outcome, const char *format, ...)
{
    struct fe_failure failure;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure.reason, sizeof(failure.reason), format, args);
    va_end(args);
    failure.outcome = outcome;
    failure.status = fe_outcome_answer(outcome).status;
    return failure;
}

int fe_failure_reply(const struct fe_failure *failure, struct fe_slice upstream,
                     struct fe_exchange *x)
{
    const struct fe_outcome_answer answer = fe_outcome_answer(failure->outcome);
    const struct fe_api_error error = {failure->status, answer.code, answer.name, NULL};
    struct fe_slice text = fe_arena_copy(fe_exchange_arena(x), upstream);
    return fe_reply_error(x, &error, "upstream", text.ptr, "reason", failure->reason, NULL);
}

/* SPDX-License-Identifier: MIT */
/* How `why` tells its decision. What it prints holds no secret of the request. */
#ifndef FE_TOOL_WHY_REPORT_H
#define FE_TOOL_WHY_REPORT_H

#include "cassette/library/explain.h"
#include "cassette/redact/redactor.h"
#include "foundry-cassette/raw_request.h"

struct fe_decision {
    struct fe_library *library; /* which has just decided */
    const struct fe_raw_request *request;
    uint64_t nth; /* equal requests there were, this one too */
    enum fe_find find;
    struct fe_take take;
    struct fe_redactor *redactor;
    struct fe_arena *arena;
};

/* Both play the library again from its beginning. */
void fe_why_report(const struct fe_tool *tool, const struct fe_decision *decision);
void fe_why_report_json(const struct fe_tool *tool, const struct fe_decision *decision);

#endif

/* SPDX-License-Identifier: MIT */
/* What `diff` has found, in the form that is asked for. */
#ifndef FE_TOOL_DIFF_REPORT_H
#define FE_TOOL_DIFF_REPORT_H

#include "foundry-cassette/drift.h"
#include "foundry-cassette/reissue.h"

struct fe_diff_report {
    const char *cassette;
    const char *against;
    struct fe_drifts drifts;
    uint64_t compared;
    uint64_t skipped[FE_SKIPS];
    struct fe_slice failure; /* why the server could not be asked; empty */
};

/* "3 compared: 1 error, 2 warnings". */
void fe_diff_sum_append(const struct fe_diff_report *report, struct fe_buf *out);

void fe_diff_report_text(const struct fe_tool *tool, const struct fe_diff_report *report);
void fe_diff_report_json(const struct fe_tool *tool, const struct fe_diff_report *report);
/* Fit for a comment on a pull request: what is too much for one is counted. */
void fe_diff_report_markdown(const struct fe_tool *tool, const struct fe_diff_report *report);

#endif

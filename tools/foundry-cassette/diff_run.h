/* SPDX-License-Identifier: MIT */
/* Sends what was recorded to a server, one request after the other in the recorded order, and
 * compares the answers. */
#ifndef FE_TOOL_DIFF_RUN_H
#define FE_TOOL_DIFF_RUN_H

#include "foundry-cassette/diff_report.h"

struct fe_diff {
    const struct fe_tool *tool;
    const struct fe_input *input;
    struct fe_fetcher_options server;
    struct fe_slice token; /* empty: there is none */
    struct fe_words writes;
    struct fe_words values;
};

/* Fills the report's findings and counts. FE_TOOL_OK; or complains, and returns FE_TOOL_FAILED: the
 * server could not be asked, or not to the end. */
int fe_diff_run(const struct fe_diff *diff, struct fe_diff_report *report);

#endif

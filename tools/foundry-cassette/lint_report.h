/* SPDX-License-Identifier: MIT */
/* What lint has found in one file: in its order, nothing twice, never the value itself. */
#ifndef FE_TOOL_LINT_REPORT_H
#define FE_TOOL_LINT_REPORT_H

#include "foundry-cassette/commands.h"
#include "foundry-cassette/lint_view.h"
#include "util/arena.h"

enum {
    FE_LINT_FINDINGS_MAX = 10000 /* of one file; more are counted */
};

struct fe_lint_finding {
    uint64_t seq;          /* 0: the file's own */
    struct fe_slice place; /* "response body", "request field Authorization" */
    unsigned rank;         /* of the place within its exchange */
    bool in_text;          /* the rest says where within the place */
    uint64_t start;
    uint64_t end;
    struct fe_slice name;
    const char *rule;
    size_t number;
};

struct fe_lint_report {
    struct fe_arena arena;
    struct fe_lint_finding *items;
    size_t count;
    size_t more;
};

/* Texts are copied. */
void fe_lint_report_add(struct fe_lint_report *report, const struct fe_lint_finding *finding);
void fe_lint_report_print(const struct fe_tool *tool, const char *file, bool json,
                          struct fe_lint_report *report);
void fe_lint_report_done(struct fe_lint_report *report);

#endif

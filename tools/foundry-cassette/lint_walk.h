/* SPDX-License-Identifier: MIT */
/* Takes lint through the exchanges of a cassette: heads, bodies without their codings, trailers. */
#ifndef FE_TOOL_LINT_WALK_H
#define FE_TOOL_LINT_WALK_H

#include "foundry-cassette/input.h"
#include "foundry-cassette/lint_report.h"

struct fe_secrets;

struct fe_lint_walk {
    const struct fe_input *input;
    struct fe_lint_report *report;
    struct fe_secrets *secrets;
    uint64_t body_bytes_max;
    bool known_only; /* the second time: only for what was learned in the first */
};

void fe_lint_walk(const struct fe_lint_walk *walk);

#endif

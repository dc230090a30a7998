/* SPDX-License-Identifier: MIT */
/* What the files behind explain.h share. */
#ifndef FE_CASSETTE_LIBRARY_EXPLAIN_PRIVATE_H
#define FE_CASSETTE_LIBRARY_EXPLAIN_PRIVATE_H

#include "cassette/library/explain.h"
#include "cassette/library/library_private.h"

struct fe_explaining {
    struct fe_library *library;
    const struct fe_missed *missed;
    struct fe_redactor *redactor;
    struct fe_arena *arena;
    struct fe_near near[FE_EXPLAIN_NEAR];
    struct fe_standing standing;
    struct fe_explanation *out;
};

/* Made safe, and cut. */
struct fe_slice fe_explain_shown(const struct fe_explaining *e, struct fe_slice text);

/* A part's name made safe: the same text if there was nothing to hide. */
struct fe_slice fe_explain_name(const struct fe_explaining *e, const struct fe_part *part);

/* Fills in advice, and rule or command, when everything else is there. */
void fe_explain_advise(const struct fe_explaining *e);

/* The rule that ignores all differences from near[0], as YAML; absent if no rule can do that, or
 * none that a person would want to read, or it would have to tell a secret. */
struct fe_slice fe_explain_rule(const struct fe_explaining *e);

#endif

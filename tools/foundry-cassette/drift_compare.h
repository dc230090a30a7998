/* SPDX-License-Identifier: MIT */
/* Compares two answers to one request: status, media type, the shape of JSON; values where asked.
 */
#ifndef FE_TOOL_DRIFT_COMPARE_H
#define FE_TOOL_DRIFT_COMPARE_H

#include "cassette/redact/redactor.h"
#include "cassette/redact/rules.h"
#include "foundry-cassette/drift.h"

struct fe_drift_side {
    int status;
    struct fe_slice content_type; /* empty: there is none */
    struct fe_slice body;         /* content codings taken off */
};

struct fe_comparison {
    uint64_t seq;
    struct fe_slice method; /* safe to be shown, as the target is */
    struct fe_slice target;
    /* Pointers to values that are compared, with all below them; "*" in one is any index. "all" is
     * all of them. */
    const char *const *values;
    size_t value_count;
    struct fe_redactor *redactor; /* has seen both */
    const struct fe_rules *rules; /* what it goes by */
    struct fe_random *random;
    struct fe_drifts *drifts; /* where findings go */
};

void fe_drift_compare(const struct fe_comparison *comparison, const struct fe_drift_side *recorded,
                      const struct fe_drift_side *live);

#endif

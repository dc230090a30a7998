/* SPDX-License-Identifier: MIT */
/* How an answer of today differs from the recorded one: what it is shaped like first. */
#ifndef FE_TOOL_DRIFT_H
#define FE_TOOL_DRIFT_H

#include <stdint.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/map.h"

enum fe_drift_kind {
    FE_DRIFT_STATUS,
    FE_DRIFT_MEDIA_TYPE,
    FE_DRIFT_GONE,
    FE_DRIFT_TYPE,
    FE_DRIFT_NULLABLE, /* it was never null, or never anything else */
    FE_DRIFT_OPTIONAL, /* it was always there, and now is sometimes */
    FE_DRIFT_NEW,
    FE_DRIFT_VALUE,
    FE_DRIFT_EMPTY,  /* a list is, so that its elements cannot be compared */
    FE_DRIFT_ABSENT, /* it was there sometimes, and is not now */
    FE_DRIFT_KINDS
};

enum fe_drift_tier {
    FE_DRIFT_ERROR,   /* who reads the answer breaks */
    FE_DRIFT_WARNING, /* who reads it strictly may */
    FE_DRIFT_INFO,
    FE_DRIFT_TIERS
};

enum {
    FE_DRIFTS_MAX = 10000 /* that are kept; more are counted */
};

/* The same of the same request is one. Texts are safe to be shown. */
struct fe_drift {
    enum fe_drift_kind kind;
    uint64_t seq; /* of the first */
    struct fe_slice method;
    struct fe_slice target;
    struct fe_slice pointer;  /* empty: of the body as a whole, or of none */
    struct fe_slice recorded; /* ptr NULL: nothing was */
    struct fe_slice live;
    uint64_t times;
};

struct fe_drifts {
    struct fe_arena arena;
    struct fe_map map;
    struct fe_drift **items; /* in their order */
    size_t count;
    size_t capacity;
    uint64_t tiers[FE_DRIFT_TIERS]; /* all there are, those that are not kept too */
};

void fe_drifts_init(struct fe_drifts *drifts, struct fe_random *random);
void fe_drifts_done(struct fe_drifts *drifts);

/* Texts are copied; `times` is the list's own. */
void fe_drifts_add(struct fe_drifts *drifts, const struct fe_drift *drift);

/* All there are. */
uint64_t fe_drifts_all(const struct fe_drifts *drifts);

enum fe_drift_tier fe_drift_tier_of(enum fe_drift_kind kind);
const char *fe_drift_tier_text(enum fe_drift_tier tier); /* "error", "warning", "info" */
const char *fe_drift_kind_text(enum fe_drift_kind kind); /* "gone", "media_type" and so on */

/* Writes a pointer or a value, so that what holds it cannot be misread. */
typedef void fe_drift_put_fn(struct fe_buf *out, struct fe_slice text);

/* What happened, as half a sentence. */
void fe_drift_say(const struct fe_drift *drift, fe_drift_put_fn *put, struct fe_buf *out);

#endif

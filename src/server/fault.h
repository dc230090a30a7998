/* SPDX-License-Identifier: MIT */
/* One fault that somebody's test asks for: which requests it is for, and what goes wrong with them.
 * Said in JSON or in a seed file, by the same members. */
#ifndef FE_SERVER_FAULT_H
#define FE_SERVER_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/node.h"
#include "http/impair.h"
#include "message/method.h"
#include "util/arena.h"
#include "util/json_writer.h"

enum fe_fault_reset {
    FE_FAULT_RESET_NONE,
    FE_FAULT_RESET_REQUEST, /* before it is handled */
    FE_FAULT_RESET_ANSWER   /* after it was: the answer is lost */
};

struct fe_fault {
    /* which: of those that fit, the first `after` are let through, and then `count` are hit */
    struct fe_slice path;  /* a pattern, as rules have it (cassette/match/canonical.h) */
    enum fe_method method; /* FE_METHOD_OTHER: any */
    double probability;    /* 0 to 1 */
    int64_t after;
    int64_t count; /* -1: without end */
    int64_t seed;  /* of its draws; -1: to be drawn */
    /* what */
    int64_t latency_ms;
    int64_t jitter_ms;          /* up to so much more */
    int64_t status;             /* 0: whoever serves the path answers */
    struct fe_slice error_code; /* empty: what goes with the status */
    struct fe_slice error_name;
    int64_t retry_after_s; /* -1: not said */
    enum fe_fault_reset reset;
    bool expired_token;
    struct fe_impairment impairment; /* truncate and drip; `lost` is `reset` above */
};

/* How the members are spelled. */
enum fe_fault_style {
    FE_FAULT_JSON, /* "errorName" */
    FE_FAULT_YAML  /* error_name */
};

/* Reads a mapping. Texts are borrowed from the config. Every mistake is reported where it is; with
 * any, *fault_out is of no use. */
void fe_fault_read(const struct fe_config *config, const struct fe_node *node,
                   enum fe_fault_style style, struct fe_fault *fault_out, struct fe_errors *errors);

/* Its members, in JSON's style, into an object that is open. */
void fe_fault_write(const struct fe_fault *fault, struct fe_json_writer *writer);

/* With texts in `arena`. */
struct fe_fault fe_fault_copy(const struct fe_fault *fault, struct fe_arena *arena);

#endif

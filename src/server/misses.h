/* SPDX-License-Identifier: MIT */
/* The requests that no recording answered, with what was nearest and what would help. Equal ones
 * are one miss that is counted; FE_LIMIT_MISSES are told apart. Nothing secret is kept. */
#ifndef FE_SERVER_MISSES_H
#define FE_SERVER_MISSES_H

#include "cassette/library/library.h"
#include "http/exchange.h"
#include "replay/replay.h"
#include "util/env.h"
#include "util/json_writer.h"

struct fe_misses;

struct fe_miss {
    uint64_t id; /* from 1 */
    uint64_t count;
    int64_t time_ns; /* of the first one */
    struct fe_slice method;
    struct fe_slice target;
    const char *answered;   /* by whom: "emulate", "fail", "upstream", "record" */
    struct fe_slice json;   /* the explanation: members of an object, without braces */
    struct fe_slice text;   /* the same in lines */
    struct fe_slice reason; /* two sentences of it */
    struct fe_slice advice;
};

/* All are borrowed; `rules` strike secrets out of targets. */
struct fe_misses *fe_misses_new(struct fe_env *env, struct fe_library *library,
                                const struct fe_rules *rules);
void fe_misses_free(struct fe_misses *misses); /* NULL is fine */
void fe_misses_clear(struct fe_misses *misses);

/* One more: what it is, new or known. A new one is explained and logged. Past FE_LIMIT_MISSES of
 * them, one that stands for all others, unexplained. Valid until the next clear. */
const struct fe_miss *fe_misses_add(struct fe_misses *misses, struct fe_exchange *x,
                                    const struct fe_replay_request *request, enum fe_find find,
                                    const char *answered);

/* How often requests were missed in all, and how many different ones. */
uint64_t fe_misses_total(const struct fe_misses *misses);
size_t fe_misses_count(const struct fe_misses *misses);
/* By index; NULL past the last. */
const struct fe_miss *fe_misses_at(const struct fe_misses *misses, size_t index);

/* One as an object, and all of them as a list. */
void fe_miss_write(const struct fe_miss *miss, struct fe_json_writer *writer);
void fe_misses_write(const struct fe_misses *misses, struct fe_json_writer *writer);

#endif

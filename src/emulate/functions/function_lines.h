/* SPDX-License-Identifier: MIT */
/* A function's results as NDJSON (contract §5.7): its module posts JSON values one behind the
 * other, and each goes out as a line as soon as it is whole. */
#ifndef FE_EMULATE_FUNCTIONS_FUNCTION_LINES_H
#define FE_EMULATE_FUNCTIONS_FUNCTION_LINES_H

#include <stdbool.h>

#include "http/exchange.h"
#include "http/reply.h"
#include "util/buf.h"
#include "util/json_split.h"

/* Lives in the exchange's arena; done at its end. */
struct fe_function_lines {
    struct fe_exchange *x;
    struct fe_json_split split;
    struct fe_buf value; /* at hand */
    bool begun;          /* the head is out */
    bool failed;         /* the last line was an error: nothing comes behind it */
};

void fe_function_lines_init(struct fe_function_lines *lines, struct fe_exchange *x);
void fe_function_lines_done(struct fe_function_lines *lines);

/* Whether the client keeps up. */
bool fe_function_lines_put(struct fe_function_lines *lines, struct fe_slice data);

/* Each ends the answer: the last value is whole; or why there is none. */
void fe_function_lines_finish(struct fe_function_lines *lines);
void fe_function_lines_fail(struct fe_function_lines *lines, const struct fe_api_error *error);

#endif

/* SPDX-License-Identifier: MIT */
/* Cuts JSON values that follow one another, with space or nothing between them, out of bytes that
 * come piece by piece. It only looks for where each value ends, and reads every byte once; whether
 * what was cut is a value at all, fe_json_parse() says. */
#ifndef FE_UTIL_JSON_SPLIT_H
#define FE_UTIL_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/slice.h"

/* Zeroed: between two values. */
struct fe_json_split {
    size_t depth; /* of open containers */
    bool in_string;
    bool escaped; /* behind a backslash */
    bool in_word; /* in a number or a name that stands by itself */
};

/* How many bytes of `data` belong to the value at hand, and whether it ends with the last of them;
 * if not, all do. Space before a value counts as its own. */
size_t fe_json_split(struct fe_json_split *split, struct fe_slice data, bool *ended_out);

/* Whether a value has begun and not ended: at the end of the bytes, a number or a name is one. */
bool fe_json_split_inside(const struct fe_json_split *split);

#endif

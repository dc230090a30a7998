/* SPDX-License-Identifier: MIT */
/* Secrets that are known by what they look like: tokens and keys that their makers begin with a
 * word of their own, private keys, JSON web tokens, credentials in front of a host. */
#ifndef FE_TOOL_SHAPES_H
#define FE_TOOL_SHAPES_H

#include <stdbool.h>

#include "util/slice.h"

/* Whether one begins at `at`: its length, and what it is ("a GitHub token"; static text). */
bool fe_shape_at(struct fe_slice text, size_t at, size_t *len_out, const char **rule_out);

/* The length of a placeholder ("fe~KIND~…") at the front, or 0. */
size_t fe_shape_placeholder(struct fe_slice text);

#endif

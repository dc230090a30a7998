/* SPDX-License-Identifier: MIT */
/* What a person did wrong, line by line: every mistake of a file is reported, not only the first.
 */
#ifndef FE_UTIL_ERRORS_H
#define FE_UTIL_ERRORS_H

#include <stddef.h>

#include "util/buf.h"

struct fe_errors {
    struct fe_buf text; /* one line each, "\n" behind every one */
    size_t count;
};

void fe_errors_init(struct fe_errors *errors);
void fe_errors_done(struct fe_errors *errors);

/* Adds one line: control characters in it, and bytes that are not UTF-8, become \xNN. Past
 * FE_LIMIT_ERRORS the lines are counted and not kept; the last line kept says so. */
void fe_errors_add(struct fe_errors *errors, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

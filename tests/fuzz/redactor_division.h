/* SPDX-License-Identifier: MIT */
/* How a text is divided into what is plain and values that a name marks, whatever is known of them.
 */
#ifndef FE_TESTS_FUZZ_REDACTOR_DIVISION_H
#define FE_TESTS_FUZZ_REDACTOR_DIVISION_H

#include <stdbool.h>

#include "util/slice.h"

struct span {
    size_t begin;
    size_t end;
};

struct division {
    bool pii;
    const char *content_type; /* of a body; NULL: the text is none */
    struct fe_slice text;
    const struct span *spans;
    size_t span_count;
};

/* Whether a value begins or ends within one of the spans. */
bool division_cuts(const struct division *division);

#endif

/* SPDX-License-Identifier: MIT */
/* Escapes in text that comes piece by piece, for the machines of values.h. */
#ifndef FE_CASSETTE_REDACT_ESCAPES_H
#define FE_CASSETTE_REDACT_ESCAPES_H

#include "util/slice.h"

enum {
    FE_VALUES_RAW_BYTES = 1024 /* an escape, itself escaped as often as machines are nested */
};

/* Raw text of an escape that is not complete. */
struct fe_values_raw {
    struct fe_slice raw;
    char copy[FE_VALUES_RAW_BYTES];
};
void fe_values_raw_add(struct fe_values_raw *raw, struct fe_slice more);
/* Makes it last beyond what was pushed. */
void fe_values_raw_keep(struct fe_values_raw *raw);

/* One character from a run: which, and its own raw text. */
static inline struct fe_slice fe_values_raw_of(struct fe_slice text, struct fe_slice raw, size_t i)
{
    if (text.ptr == raw.ptr) {
        return (struct fe_slice){raw.ptr + i, 1};
    }
    return i == 0 ? raw : (struct fe_slice){raw.ptr + raw.len, 0};
}

/* ── percent-encoding, as it comes ── */

struct fe_percent {
    char digits[2];
    size_t have; /* 0: no escape is open; else "%" and have - 1 digits */
    bool plus_is_space;
    struct fe_values_raw raw;
};

typedef void fe_percent_fn(void *arg, struct fe_slice text, struct fe_slice raw);

/* Calls fn with what `c` completes: nothing, one character, or, where an escape turns out to be
 * none, several. */
void fe_percent_step(struct fe_percent *percent, char c, struct fe_slice raw, fe_percent_fn *fn,
                     void *arg);
/* The input is over: what is left of an escape stands for itself. */
void fe_percent_end(struct fe_percent *percent, fe_percent_fn *fn, void *arg);

#endif

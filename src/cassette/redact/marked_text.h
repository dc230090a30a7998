/* SPDX-License-Identifier: MIT */
/* A text, divided into plain runs and values that a name marks, on its way into a scan. A name
 * marks what the text's own form makes of it: of a known secret with a quotation mark in it, which
 * somebody has put into JSON as it is, only the beginning. So known secrets are looked for in the
 * text as it stands, too, and of one that lies half within a value, the other half is struck out.
 *
 * Runs wait until the search has got as far as they reach; it is spared where nothing is marked. */
#ifndef FE_CASSETTE_REDACT_MARKED_TEXT_H
#define FE_CASSETTE_REDACT_MARKED_TEXT_H

#include "cassette/redact/secrets.h"

struct fe_marked_run;
struct fe_marked_span;

struct fe_marked_text {
    struct fe_secrets *secrets;
    struct fe_secrets_scan *out;
    struct fe_secrets_scan *finder; /* NULL until one is needed */
    bool finding;
    bool has_values;
    struct fe_marked_run *runs; /* in order, from `given` on, without a gap */
    size_t run_count;
    size_t run_capacity;
    struct fe_buf bytes;          /* what the runs give */
    struct fe_marked_span *spans; /* in order: those that end behind `given` */
    size_t span_count;
    size_t span_capacity;
    /* In the text: */
    uint64_t given;
    uint64_t told;
    uint64_t searched;
};

/* All are borrowed; what comes of the text is pushed into `out`. */
void fe_marked_text_init(struct fe_marked_text *marked, struct fe_secrets *secrets,
                         struct fe_secrets_scan *out);
void fe_marked_text_done(struct fe_marked_text *marked);

/* The next bytes are plain. */
void fe_marked_text_plain(struct fe_marked_text *marked, struct fe_slice bytes);
/* The next `input_len` bytes are a value: `stand_in` is pushed in their place. */
void fe_marked_text_value(struct fe_marked_text *marked, uint64_t input_len,
                          struct fe_slice stand_in);

/* The next bytes of the text itself, of which as much as can be has been told by these two, so that
 * what they have learned is known. `last`: nothing that is marked will come behind them, and all
 * has been told; then everything is given, and what comes next is another text. */
void fe_marked_text_push(struct fe_marked_text *marked, struct fe_slice text, bool last);

#endif

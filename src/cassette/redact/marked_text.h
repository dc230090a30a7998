/* SPDX-License-Identifier: MIT */
/* A text that is there whole, divided into plain runs and values that a name marks, on its way into
 * a scan. A name marks what the text's own form makes of it: of a known secret with a quotation
 * mark in it, which somebody has put into JSON as it is, only the beginning. So known secrets are
 * looked for in the whole first, and of one that stands half within a value, the other half is
 * struck out, too. */
#ifndef FE_CASSETTE_REDACT_MARKED_TEXT_H
#define FE_CASSETTE_REDACT_MARKED_TEXT_H

#include "cassette/redact/secrets.h"

struct fe_secret_span {
    size_t begin;
    size_t end;
};

struct fe_marked_text {
    struct fe_slice text;
    struct fe_secrets *secrets;
    struct fe_secrets_scan *scan;
    bool searched;
    struct fe_secret_span *spans; /* in order, none within another */
    size_t span_count;
    size_t span_capacity;
    size_t span_next; /* those before end before `at` */
    size_t at;        /* where the plain run begins that is not given yet */
    size_t plain_len;
};

/* All is borrowed; every secret that is to be found is known by now. */
void fe_marked_text_begin(struct fe_marked_text *marked, struct fe_secrets *secrets,
                          struct fe_slice text, struct fe_secrets_scan *scan);

/* The next `len` bytes are plain: they are pushed into the scan, at the latest at the end. */
void fe_marked_text_plain(struct fe_marked_text *marked, size_t len);

/* The next `len` bytes are a value: `stand_in` is pushed in their place. */
void fe_marked_text_value(struct fe_marked_text *marked, size_t len, struct fe_slice stand_in);

/* Whatever is left of the text is plain. It may begin again. */
void fe_marked_text_end(struct fe_marked_text *marked);

#endif

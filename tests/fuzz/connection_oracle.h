/* SPDX-License-Identifier: MIT */
/* What was said on a connection, read as naively as can be, to be held against what the gate made
 * of it. */
#ifndef FE_TESTS_FUZZ_CONNECTION_ORACLE_H
#define FE_TESTS_FUZZ_CONNECTION_ORACLE_H

#include "connection_app.h"

/* The requests that the app saw are the bytes that the client sent: each one's first line, its body
 * and the next one's first line follow upon one another, and no head holds what two parsers could
 * read differently. */
void oracle_check_requests(const struct app *app, struct fe_slice sent);

struct oracle_answers {
    size_t marked;  /* whole ones of the app's */
    size_t refused; /* whole ones of the gate's own, which is the last one then */
    bool cut;       /* the last one is not whole */
};

/* Takes the answers apart: those of the app come in the order of its requests. */
void oracle_read_answers(const struct app *app, struct fe_slice received,
                         struct oracle_answers *answers_out);

#endif

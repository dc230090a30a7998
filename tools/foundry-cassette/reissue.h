/* SPDX-License-Identifier: MIT */
/* A recorded request, to be sent again to a server: if that does no harm, and if all that it needs
 * is known. */
#ifndef FE_TOOL_REISSUE_H
#define FE_TOOL_REISSUE_H

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "record/fetch.h"

/* Why one is not sent. */
enum fe_skip {
    FE_SKIP_WRITE,
    FE_SKIP_POLL,
    FE_SKIP_UNANSWERED, /* the recording has no whole answer, or not the whole request */
    FE_SKIP_TOKEN,      /* it had a bearer token, and there is none to send */
    FE_SKIP_SECRET,     /* it had another secret, which the recording replaced */
    FE_SKIP_KEPT,       /* it may hold real secrets */
    FE_SKIPS
};

/* What is known. */
struct fe_reissue {
    const struct fe_input *input;
    const struct fe_words *writes; /* "METHOD:PATTERN": writes that may be sent */
    struct fe_slice token;         /* empty: there is none */
};

/* NULL, or what was expected of such a word. */
const char *fe_reissue_check_write(const char *word);

/* Fills *request_out, whose headers and body lie in the arena; or returns why not, in *skip_out.
 * The bearer token is replaced by ours; where it was answered 401, by one that nobody has: the
 * placeholder. */
bool fe_reissue_make(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                     struct fe_arena *arena, struct fe_fetch_request *request_out,
                     enum fe_skip *skip_out);

/* "write" and so on; and what to do about it, as a sentence. */
const char *fe_skip_text(enum fe_skip skip);
const char *fe_skip_advice(enum fe_skip skip);

#endif

/* SPDX-License-Identifier: MIT */
/* An answer that does not reach its client as it was given: cut short, drop by drop, or not at all.
 * Whoever gives it does not notice: what he says is taken to its end, at most as slowly as a slow
 * client would, and only the client is cut off. */
#ifndef FE_HTTP_IMPAIR_H
#define FE_HTTP_IMPAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"

struct fe_impairment {
    /* The answer is taken, and nothing of it is sent; when it has come to its end, the connection
     * is reset. */
    bool lost;
    /* -1; or so many bytes of the body are sent, and if it has more, the connection is then closed.
     * The head is what it would be, and the framing of a chunked body does not count. A body that
     * ends with the connection is whole to all appearance, so that one is reset, at its end. */
    int64_t truncate_bytes;
    /* 0; or the body leaves in pieces of so many bytes, as it is framed, one every so often. */
    int64_t drip_bytes;
    int64_t drip_every_ms;
};

/* For an exchange that has not been answered, once. Interim answers pass, and so does one that has
 * no body, unless it is lost. The exchange ends as FE_GONE if its answer is lost or cut short. */
void fe_exchange_impair(struct fe_exchange *x, const struct fe_impairment *how);

#endif

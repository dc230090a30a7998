/* SPDX-License-Identifier: MIT */
/* One request to a server, and its whole answer: for programs that have no loop and pass nothing
 * on. Waits. Bytes are as they crossed the wire, chunked framing taken off; content codings stay.
 * No redirect is followed, and nothing is kept but the connection. Proxies are those of the
 * environment (HTTPS_PROXY, NO_PROXY), and tunnel. */
#ifndef FE_RECORD_FETCH_H
#define FE_RECORD_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "message/headers.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/errors.h"

struct fe_fetcher;

enum {
    FE_FETCH_BODY_BYTES = 64 << 20, /* of an answer */
    FE_FETCH_WHY_BYTES = 320
};

struct fe_fetcher_options {
    const char *origin;  /* "https://HOST[:PORT]" */
    const char *ca_file; /* NULL: the system's */
    bool insecure;       /* its certificate is not verified */
    int64_t timeout_ms;  /* for one answer, from the first step to the last byte */
};

/* Options are copied. Opens libcurl: -ENOENT and an error line when it is not there. */
int fe_fetcher_new(const struct fe_fetcher_options *options, struct fe_fetcher **fetcher_out,
                   struct fe_errors *errors);
void fe_fetcher_free(struct fe_fetcher *fetcher); /* NULL is fine */

struct fe_fetch_request {
    struct fe_slice method;
    struct fe_slice target; /* sent as it is: path and query */
    /* Sent in their order and spelling, but for Host and those about framing and the connection,
     * which are made. Nothing else is added. */
    const struct fe_headers *headers;
    struct fe_slice body;
};

struct fe_fetch_answer {
    int status;                /* of the final answer */
    struct fe_headers headers; /* in the arena */
    struct fe_slice body;      /* the fetcher's, until it fetches again */
};

/* 0; -ECONNREFUSED: no connection; -ETIMEDOUT; -EPROTO: no handshake, or a certificate that does
 * not hold; -E2BIG: a body that is too large; -EINVAL: libcurl cannot send such a request; else
 * -ECONNRESET. why[] (FE_FETCH_WHY_BYTES) is then a sentence. */
int fe_fetch(struct fe_fetcher *fetcher, const struct fe_fetch_request *request,
             struct fe_arena *arena, struct fe_fetch_answer *answer_out, char *why);

#endif

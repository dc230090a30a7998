/* SPDX-License-Identifier: MIT */
/* An answer that is somebody else's: passed on as it came, instead of one of our own
 * (http/exchange.h). Its body may be passed on with its framing on; a request is read like that
 * with fe_body_reader's `as_framed`. */
#ifndef FE_HTTP_RELAY_H
#define FE_HTTP_RELAY_H

#include "http/exchange.h"

enum fe_relay_framing {
    FE_RELAY_NONE,   /* a head alone: HEAD, 204, 304 */
    FE_RELAY_LENGTH, /* the fields have a Content-Length */
    FE_RELAY_FRAMED, /* chunked by whoever writes, sizes, trailers and all; the fields say so */
    FE_RELAY_CLOSE   /* until the connection is closed, by us when it is finished */
};

/* What the head says: sent in this order and spelling. The engine adds "Connection: close" where it
 * is going to close, a Date where there is none, and what on_answer adds. Fields that are for one
 * hop (RFC 9110 §7.6.1) have been left out, but for Content-Length and Transfer-Encoding. */
struct fe_relay_head {
    int status; /* 200 to 999 */
    struct fe_slice reason;
    const struct fe_headers *headers; /* copied */
    enum fe_relay_framing framing;
    int64_t length; /* for FE_RELAY_LENGTH */
    bool closes;    /* close behind it, whatever the request's body still has to say */
};

/* Sends the head, instead of fe_exchange_begin(). The body follows by fe_exchange_write(), whose
 * bytes go out as they are, and fe_exchange_finish(). A client of HTTP/1.0 takes no FE_RELAY_FRAMED
 * (asserted): take the framing off and let it be FE_RELAY_CLOSE. */
void fe_exchange_relay(struct fe_exchange *x, const struct fe_relay_head *head);

/* The relayed body ends here, short of its end: what was written is sent, then the connection is
 * closed in order, as it was on the other side. The exchange ends as FE_GONE. */
void fe_exchange_truncate(struct fe_exchange *x);

/* Sends an interim answer (1xx, not 101) before the answer; nothing for a client of HTTP/1.0. */
void fe_exchange_interim(struct fe_exchange *x, int status, struct fe_slice reason,
                         const struct fe_headers *headers);

/* In between, what is said in small pieces is gathered, and leaves in one call of the kernel
 * instead of one each. For whoever says several things in one turn of the loop: nothing leaves by
 * itself before it is uncorked, or the turn is over. */
void fe_exchange_cork(struct fe_exchange *x);
void fe_exchange_uncork(struct fe_exchange *x);

/* Whether the client waits to be told to go on before it sends the body ("Expect: 100-continue").
 */
bool fe_exchange_expects_continue(const struct fe_exchange *x);

#endif

/* SPDX-License-Identifier: MIT */
/* A request on its way to the upstream, and its answer on the way back: for record.c and the three
 * transfer*.c. It lives in its exchange's arena, and the exchange's end is its own.
 *
 * Bytes move when both sides have room: what comes from the client waits in the kernel while the
 * upstream takes none, and the other way round; both wait while the recording is full. Kept in
 * memory are a head that is not whole, and what was read from the client in one go and could not be
 * sent on whole. */
#ifndef FE_RECORD_TRANSFER_H
#define FE_RECORD_TRANSFER_H

#include "http/exchange.h"
#include "record/body_rewrite.h"
#include "record/record_private.h"
#include "record/relay_head.h"
#include "record/told.h"
#include "record/upstream_pool.h"
#include "record/wire_body.h"

struct fe_upload {
    bool has_body;
    struct fe_wire_body body;
    struct fe_buf out; /* not sent yet */
    size_t out_sent;
    bool started; /* bytes of the body have gone into `out` */
    bool whole;   /* the client has sent all */
    bool paused;  /* it is told to wait */
    bool broken;  /* the upstream takes no more; it may have an answer all the same */
    bool corked;  /* in record->corked */
};

struct fe_download {
    struct fe_buf head; /* of the answer, as long as it is not whole */
    struct fe_response_scan scan;
    struct fe_arena arena; /* of the head that was read last */
    size_t interim_bytes;
    bool heard; /* a byte of it */
    bool begun; /* its head has gone to the client */
    bool keeps_alive;
    bool choked; /* the client does not keep up */
    enum fe_body_change change;
    struct fe_wire_body body;
    struct fe_body_rewrite rewriting;
    bool chunks; /* of ours, around what was rewritten */
};

struct fe_transfer {
    struct fe_record *record;
    struct fe_exchange *x;
    struct fe_rewrite rewrite;
    struct fe_frame_head head; /* of the request, as the upstream gets it */
    struct fe_told told;
    struct fe_upstream_claim claim;
    bool readable; /* there may be bytes to read from the upstream */
    bool stalled;  /* the recording is full */
    bool repeated; /* it was sent once more already */
    bool whole;    /* the answer has come to its end */
    bool over;     /* the upstream has no more part in it */
    struct fe_aging_entry aging;
    TAILQ_ENTRY(fe_transfer) link;
    TAILQ_ENTRY(fe_transfer) cork_link;
    struct fe_upload up;
    struct fe_download down;
};

/* ── transfer.c ── */

/* From the route's handler. */
void fe_transfer_start(struct fe_record *record, struct fe_exchange *x);

/* It cannot go on: the client hears of it if it has had no answer yet, and is cut off if it has. */
void fe_transfer_fail(struct fe_transfer *t, const struct fe_failure *failure);

/* The answer has come whole and been passed on; `clean`: and nothing behind it. */
void fe_transfer_finish(struct fe_transfer *t, bool clean);

/* The connection has ended before the answer, and may just have been too old: tries a fresh one.
 * False if that is not to be done. */
bool fe_transfer_repeat(struct fe_transfer *t);

/* The recording has no room: waits until it has. Returns whether that is so. */
bool fe_transfer_stall(struct fe_transfer *t);

/* The recording has room again. */
void fe_transfer_unstall(struct fe_transfer *t);

/* After something has happened: whether we wait for the upstream, from now on (`moved`: it has just
 * done something), or for somebody else. */
void fe_transfer_settle(struct fe_transfer *t, bool moved);

/* ── transfer_up.c ── */

void fe_upload_init(struct fe_transfer *t);
/* Back to where no connection was there; for a request without a body. */
void fe_upload_rewind(struct fe_transfer *t);
/* Frees what is kept. */
void fe_upload_done(struct fe_transfer *t);
/* A connection is there: the head first, and then the body as it comes. */
void fe_upload_begin(struct fe_transfer *t);
/* Sends what is kept; asks for more when it is out. */
void fe_upload_push(struct fe_transfer *t);
/* All was sent, and the connection knows where the request ended. */
bool fe_upload_is_out(const struct fe_transfer *t);

/* ── transfer_down.c ── */

void fe_download_done(struct fe_transfer *t);
/* Reads what there is, as long as everybody has room. */
void fe_download_pull(struct fe_transfer *t);

#endif

/* SPDX-License-Identifier: MIT */
/* What all transfers share; for record.c and transfer*.c. */
#ifndef FE_RECORD_RECORD_PRIVATE_H
#define FE_RECORD_RECORD_PRIVATE_H

#include "http/origin.h"
#include "record/curl_library.h"
#include "record/upstream_pool.h"
#include "util/buf.h"
#include "util/env.h"

struct fe_recording;
struct fe_transfer;

enum {
    FE_TRANSFER_INPUT_BYTES = FE_DIAL_READ_BYTES
};

struct fe_record {
    struct fe_env *env;
    struct fe_loop *loop;
    struct fe_recording *recording;
    bool rewrite_bodies;
    bool stopping;
    struct fe_curl_library curl;
    struct fe_connector *connector;
    struct fe_upstream_pool pool;
    struct fe_arena arena; /* what `upstream` points to */
    struct fe_origin upstream;
    struct fe_slice upstream_text;

    char *input;             /* FE_TRANSFER_INPUT_BYTES, for whoever reads */
    struct fe_buf scratch;   /* for whoever writes */
    struct fe_aging waiting; /* for the upstream to move */
    struct fe_watch *room;   /* in the recording */
    struct fe_timer *cork_timer;
    TAILQ_HEAD(, fe_transfer) transfers;
    TAILQ_HEAD(, fe_transfer) corked;
};

#endif

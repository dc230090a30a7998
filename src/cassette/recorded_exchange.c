/* SPDX-License-Identifier: MIT */
/* The request goes before interim answers, these before the answer: equal traffic shall give equal
 * files, however its pieces were mixed. So the answer waits until the request is over, unless there
 * is so much of the answer that it cannot. */
#include "cassette/recorded_exchange_private.h"

#include <stdlib.h>

#include "cassette/encode.h"
#include "cassette/recording_item_private.h"
#include "cassette/redact/redactor.h"
#include "util/alloc.h"

enum {
    INTERIMS_MAX = 16 /* that wait */
};

struct fe_recorded_exchange {
    uint64_t number;
    struct fe_recorder *recorder;
    struct fe_arena arena;
    struct fe_recorded_message request;
    struct fe_recorded_message response;
    struct fe_safe_head *interims[INTERIMS_MAX];
    size_t interim_count;
};

static void write_interims(struct fe_recorded_exchange *x)
{
    struct fe_recorder *recorder = x->recorder;
    for (size_t i = 0; i < x->interim_count; i++) {
        fe_encode_head(FE_FRAME_INTERIM, x->interims[i], recorder->frame);
        recorder->put(recorder->arg, recorder->frame);
    }
    x->interim_count = 0;
}

static void write_request(void *arg)
{
    struct fe_recorded_exchange *x = arg;
    fe_recorded_message_write(&x->request);
}

static void write_response(void *arg)
{
    struct fe_recorded_exchange *x = arg;
    fe_recorded_message_write(&x->request);
    write_interims(x);
    fe_recorded_message_write(&x->response);
}

struct fe_recorded_exchange *fe_recorded_exchange_new(struct fe_recorder *recorder, uint64_t number)
{
    struct fe_recorded_exchange *x = fe_xalloc(sizeof(*x));
    x->number = number;
    x->recorder = recorder;
    fe_recorded_message_init(&x->request, recorder, &x->arena, number);
    x->request.head_kind = FE_FRAME_REQUEST;
    x->request.body_kind = FE_FRAME_REQUEST_BODY;
    x->request.on_much = write_request;
    x->request.arg = x;
    fe_recorded_message_init(&x->response, recorder, &x->arena, number);
    x->response.head_kind = FE_FRAME_RESPONSE;
    x->response.body_kind = FE_FRAME_RESPONSE_BODY;
    x->response.on_much = write_response;
    x->response.arg = x;
    return x;
}

void fe_recorded_exchange_free(struct fe_recorded_exchange *x)
{
    fe_recorded_message_done(&x->request);
    fe_recorded_message_done(&x->response);
    fe_arena_done(&x->arena);
    free(x);
}

struct fe_slice fe_recorded_exchange_key(const struct fe_recorded_exchange *x)
{
    return (struct fe_slice){(const char *)&x->number, sizeof(x->number)};
}

static void add_interim(struct fe_recorded_exchange *x, const struct fe_frame_head *head)
{
    if (x->interim_count == INTERIMS_MAX) {
        fe_recorded_message_write(&x->request);
        write_interims(x);
    }
    fe_recorder_lock(x->recorder);
    x->interims[x->interim_count++] = fe_redactor_head(x->recorder->redactor, head, &x->arena);
    fe_recorder_unlock(x->recorder);
}

void fe_recorded_exchange_head(struct fe_recorded_exchange *x, enum fe_frame_kind kind,
                               struct fe_slice item, int64_t t_us)
{
    struct fe_frame_head head;
    /* A body's redactor may want the fields again. */
    fe_item_take_head(fe_arena_copy(&x->arena, item), &x->arena, &head);
    head.exchange = x->number;
    head.t_us = t_us;
    if (kind == FE_FRAME_REQUEST) {
        fe_recorded_message_head(&x->request, &head);
        if (x->request.closed) {
            write_request(x);
        }
    } else if (kind == FE_FRAME_INTERIM) {
        add_interim(x, &head);
    } else {
        fe_recorded_message_head(&x->response, &head);
    }
}

void fe_recorded_exchange_body(struct fe_recorded_exchange *x, enum fe_frame_kind kind,
                               struct fe_slice bytes, bool cut, int64_t t_us)
{
    if (kind == FE_FRAME_REQUEST_BODY) {
        fe_recorded_message_body(&x->request, bytes, cut, t_us);
        if (x->request.passed || x->request.closed) {
            write_request(x);
        }
    } else {
        fe_recorded_message_body(&x->response, bytes, cut, t_us);
        if (x->response.passed) {
            write_response(x);
        }
    }
}

/* What is known of a body here, beside what was told of its framing. */
static void add_facts(struct fe_frame_body_end *end, const struct fe_frame_body_end *facts)
{
    end->bytes = facts->bytes;
    end->wire_bytes = facts->wire_bytes;
    end->decoded = facts->decoded;
    end->dropped = facts->dropped;
}

void fe_recorded_exchange_end(struct fe_recorded_exchange *x, struct fe_slice item, int64_t t_us)
{
    struct fe_recorder *recorder = x->recorder;
    struct fe_frame_end end;
    fe_recorded_message_close(&x->request);
    fe_recorded_message_close(&x->response);
    write_response(x);
    fe_item_take_end(item, &x->arena, &end);
    end.exchange = x->number;
    end.t_us = t_us;
    add_facts(&end.request, &x->request.facts);
    add_facts(&end.response, &x->response.facts);
    fe_recorder_lock(recorder);
    struct fe_safe_end *safe = fe_redactor_end(recorder->redactor, &end, &x->arena);
    fe_recorder_unlock(recorder);
    fe_encode_end(safe, recorder->frame);
    recorder->put(recorder->arg, recorder->frame);
}

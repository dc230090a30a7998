/* SPDX-License-Identifier: MIT */
#include "http/relay.h"

#include <assert.h>

#include "http/exchange_engine.h"

/* A head that is limited where it comes from. */
enum {
    INTERIM_BYTES_MAX = 128 << 10
};

void fe_exchange_relay(struct fe_exchange *x, const struct fe_relay_head *head)
{
    struct fe_response *response = &x->response;
    assert(response->headers.count == 0);
    assert(head->framing != FE_RELAY_FRAMED || x->request.minor_version > 0);
    response->relayed = true;
    response->closes = head->closes;
    response->framing = head->framing;
    response->reason = fe_arena_copy(&x->arena, head->reason);
    for (size_t i = 0; i < head->headers->count; i++) {
        const struct fe_header *field = &head->headers->items[i];
        fe_exchange_header(x, fe_arena_copy(&x->arena, field->name), field->value);
    }
    fe_exchange_begin(x, head->status, head->framing == FE_RELAY_LENGTH ? head->length : -1);
}

void fe_exchange_truncate(struct fe_exchange *x)
{
    x->truncated = true;
    fe_exchange_finish(x);
}

void fe_exchange_interim(struct fe_exchange *x, int status, struct fe_slice reason,
                         const struct fe_headers *headers)
{
    struct fe_buf head;
    assert(status >= 100 && status <= 199 && status != 101);
    if (x->request.minor_version == 0 || x->response.status != 0) {
        return;
    }
    fe_buf_init(&head, INTERIM_BYTES_MAX);
    (void)fe_buf_printf(&head, "HTTP/1.1 %d " FE_PRI "\r\n", status, FE_ARG(reason));
    for (size_t i = 0; i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        (void)fe_buf_printf(&head, FE_PRI ": " FE_PRI "\r\n", FE_ARG(field->name),
                            FE_ARG(field->value));
    }
    (void)fe_buf_puts(&head, "\r\n");
    if (head.error == 0) {
        x->engine->interim(x, fe_buf_slice(&head), status == 100);
    }
    fe_buf_done(&head);
}

void fe_exchange_cork(struct fe_exchange *x)
{
    x->engine->cork(x, true);
}

void fe_exchange_uncork(struct fe_exchange *x)
{
    x->engine->cork(x, false);
}

bool fe_exchange_expects_continue(const struct fe_exchange *x)
{
    return x->expects_continue;
}

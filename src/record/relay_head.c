/* SPDX-License-Identifier: MIT */
#include "record/relay_head.h"

#include "http/hop.h"

static enum fe_relay_framing framing_of(enum fe_recorded_framing framing)
{
    switch (framing) {
    case FE_RECORDED_NONE:
        return FE_RELAY_NONE;
    case FE_RECORDED_LENGTH:
        return FE_RELAY_LENGTH;
    case FE_RECORDED_CHUNKED:
        return FE_RELAY_FRAMED;
    case FE_RECORDED_CLOSE:
        break;
    }
    return FE_RELAY_CLOSE;
}

void fe_relay_head_make(const struct fe_response_head *head, const struct fe_rewrite *rewrite,
                        enum fe_body_change change, int client_minor_version,
                        struct fe_arena *arena, struct fe_relay_head *relay_out)
{
    const struct fe_frame_head *from = &head->head;
    struct fe_headers *fields = fe_arena_alloc(arena, sizeof(*fields));
    bool chunks = change == FE_BODY_REWRITTEN && client_minor_version > 0;
    *fields = fe_relay_fields(&from->headers, rewrite, change != FE_BODY_AS_IT_CAME, arena);
    if (chunks) {
        (void)fe_headers_add(fields, arena, FE_SLICE("Transfer-Encoding"), FE_SLICE("chunked"));
    }
    *relay_out = (struct fe_relay_head){
        .status = from->status,
        .reason = from->reason,
        .headers = fields,
        .framing = framing_of(from->framing),
        .length = (int64_t)head->length,
    };
    if (change != FE_BODY_AS_IT_CAME) {
        relay_out->framing = chunks ? FE_RELAY_FRAMED : FE_RELAY_CLOSE;
    }
}

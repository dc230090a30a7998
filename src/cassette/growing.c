/* SPDX-License-Identifier: MIT */
#include "cassette/growing_private.h"

static const char *check_body(const struct fe_frame_body *body, uint64_t *bytes)
{
    if (body->at != *bytes) {
        return "a body that does not go on where it was";
    }
    *bytes += body->bytes.len;
    return NULL;
}

static const char *check_end(const struct fe_growing *growing, const struct fe_frame_end *end)
{
    if (end->request.bytes != growing->request_bytes ||
        end->response.bytes != growing->response_bytes) {
        return "an end that counts other bytes than there are";
    }
    if (end->outcome == FE_RECORDED_OK && growing->recorded.response == UINT64_MAX) {
        return "an end that says ok without an answer";
    }
    return NULL;
}

const char *fe_growing_take(struct fe_growing *growing, const struct fe_frame *frame,
                            uint64_t offset)
{
    struct fe_recorded *recorded = &growing->recorded;
    const char *why = NULL;
    if (recorded->end != UINT64_MAX) {
        return "a frame behind its exchange's end";
    }
    switch (frame->kind) {
    case FE_FRAME_REQUEST_BODY:
        return check_body(&frame->body, &growing->request_bytes);
    case FE_FRAME_INTERIM:
        return recorded->response != UINT64_MAX ? "an interim answer behind the answer" : NULL;
    case FE_FRAME_RESPONSE:
        if (recorded->response != UINT64_MAX) {
            return "a second answer";
        }
        recorded->response = offset;
        recorded->status = frame->head.status;
        return NULL;
    case FE_FRAME_RESPONSE_BODY:
        return recorded->response == UINT64_MAX
                   ? "a body before its answer"
                   : check_body(&frame->body, &growing->response_bytes);
    default:
        why = check_end(growing, &frame->end);
        recorded->end = why ? UINT64_MAX : offset;
        recorded->ended = why == NULL;
        return why;
    }
}

uint64_t fe_growing_exchange_of(const struct fe_frame *frame)
{
    switch (frame->kind) {
    case FE_FRAME_REQUEST_BODY:
    case FE_FRAME_RESPONSE_BODY:
        return frame->body.exchange;
    case FE_FRAME_END:
        return frame->end.exchange;
    default:
        return frame->head.exchange;
    }
}

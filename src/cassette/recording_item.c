/* SPDX-License-Identifier: MIT */
#include "cassette/recording_item_private.h"

#include "cassette/recording.h"

/* The fixed part of a head, in front of its texts. */
struct flat_head {
    int status;
    int minor_version;
    enum fe_recorded_framing framing;
};

/* ── putting: a text is its length and its bytes, a list its count and its texts ── */

static size_t text_bytes(struct fe_slice text)
{
    return sizeof(text.len) + text.len;
}

static size_t list_bytes(const struct fe_headers *headers)
{
    size_t bytes = sizeof(size_t);
    for (size_t i = 0; i < headers->count; i++) {
        bytes += text_bytes(headers->items[i].name) + text_bytes(headers->items[i].value);
    }
    return bytes;
}

static char *put(char *at, const void *bytes, size_t len)
{
    if (len > 0) {
        memcpy(at, bytes, len);
    }
    return at + len;
}

static char *put_text(char *at, struct fe_slice text)
{
    return put(put(at, &text.len, sizeof(text.len)), text.ptr, text.len);
}

static char *put_list(char *at, const struct fe_headers *headers)
{
    at = put(at, &headers->count, sizeof(headers->count));
    for (size_t i = 0; i < headers->count; i++) {
        at = put_text(put_text(at, headers->items[i].name), headers->items[i].value);
    }
    return at;
}

size_t fe_item_head_bytes(const struct fe_frame_head *head)
{
    return sizeof(struct flat_head) + text_bytes(head->method) + text_bytes(head->target) +
           text_bytes(head->reason) + list_bytes(&head->headers);
}

void fe_item_put_head(char *room, const struct fe_frame_head *head)
{
    const struct flat_head flat = {head->status, head->minor_version, head->framing};
    char *at = put(room, &flat, sizeof(flat));
    at = put_text(at, head->method);
    at = put_text(at, head->target);
    at = put_text(at, head->reason);
    (void)put_list(at, &head->headers);
}

static size_t tail_bytes(const struct fe_recording_tail *tail)
{
    return sizeof(tail->open) + list_bytes(&tail->trailers);
}

static char *put_tail(char *at, const struct fe_recording_tail *tail)
{
    return put_list(put(at, &tail->open, sizeof(tail->open)), &tail->trailers);
}

size_t fe_item_end_bytes(const struct fe_recording_end *end)
{
    return sizeof(end->outcome) + text_bytes(end->note) + tail_bytes(&end->request) +
           tail_bytes(&end->response);
}

void fe_item_put_end(char *room, const struct fe_recording_end *end)
{
    char *at = put(room, &end->outcome, sizeof(end->outcome));
    at = put_text(at, end->note);
    at = put_tail(at, &end->request);
    (void)put_tail(at, &end->response);
}

/* ── taking: what this program has put there itself ── */

static const char *take(const char *at, void *value_out, size_t len)
{
    memcpy(value_out, at, len);
    return at + len;
}

static const char *take_text(const char *at, struct fe_slice *text_out)
{
    at = take(at, &text_out->len, sizeof(text_out->len));
    text_out->ptr = at;
    return at + text_out->len;
}

static const char *take_list(const char *at, struct fe_arena *arena, struct fe_headers *headers_out)
{
    size_t count = 0;
    at = take(at, &count, sizeof(count));
    *headers_out = (struct fe_headers){NULL, count, count};
    if (count > 0) {
        headers_out->items = fe_arena_alloc(arena, count * sizeof(*headers_out->items));
    }
    for (size_t i = 0; i < count; i++) {
        at = take_text(at, &headers_out->items[i].name);
        at = take_text(at, &headers_out->items[i].value);
    }
    return at;
}

void fe_item_take_head(struct fe_slice bytes, struct fe_arena *arena,
                       struct fe_frame_head *head_out)
{
    struct flat_head flat;
    const char *at = take(bytes.ptr, &flat, sizeof(flat));
    *head_out = (struct fe_frame_head){
        .status = flat.status, .minor_version = flat.minor_version, .framing = flat.framing};
    at = take_text(at, &head_out->method);
    at = take_text(at, &head_out->target);
    at = take_text(at, &head_out->reason);
    (void)take_list(at, arena, &head_out->headers);
}

static const char *take_tail(const char *at, struct fe_arena *arena,
                             struct fe_frame_body_end *body_out)
{
    at = take(at, &body_out->open, sizeof(body_out->open));
    return take_list(at, arena, &body_out->trailers);
}

void fe_item_take_end(struct fe_slice bytes, struct fe_arena *arena, struct fe_frame_end *end_out)
{
    *end_out = (struct fe_frame_end){0};
    const char *at = take(bytes.ptr, &end_out->outcome, sizeof(end_out->outcome));
    at = take_text(at, &end_out->note);
    at = take_tail(at, arena, &end_out->request);
    (void)take_tail(at, arena, &end_out->response);
}

/* SPDX-License-Identifier: MIT */
/* A cassette may have been written by anybody, by way of JSON: what would not be a field on the
 * wire is left out. */
#include <inttypes.h>

#include "http/hop.h"
#include "message/status.h"
#include "replay/play_private.h"
#include "util/limits.h"

static bool is(const struct fe_header *field, struct fe_slice name)
{
    return fe_slice_eq_nocase(field->name, name);
}

static bool is_line(struct fe_slice text)
{
    return fe_slice_index(text, '\r') < 0 && fe_slice_index(text, '\n') < 0 &&
           fe_slice_index(text, '\0') < 0;
}

static bool is_sendable(const struct fe_header *field)
{
    return field->name.len > 0 && is_line(field->name) && is_line(field->value) &&
           fe_slice_index(field->name, ':') < 0 && fe_slice_index(field->name, ' ') < 0;
}

struct fe_slice fe_play_reason(struct fe_slice reason)
{
    return is_line(reason) ? reason : FE_SLICE("");
}

void fe_play_fields(struct fe_player *p, struct fe_headers *fields)
{
    struct fe_arena *arena = fe_exchange_arena(p->x);
    size_t count = fields->count;
    fields->count = 0;
    for (size_t i = 0; i < count && fields->count < FE_LIMIT_UPSTREAM_FIELDS; i++) {
        struct fe_header field = fields->items[i];
        bool stays = p->hooks.on_field == NULL || p->hooks.on_field(p->hooks.arg, &field, arena);
        if (stays && is_sendable(&field)) {
            fields->items[fields->count++] = field;
        }
    }
}

/* ── its framing ── */

bool fe_play_has_body(const struct fe_player *p, const struct fe_frame_head *head)
{
    return fe_exchange_request(p->x)->method != FE_HEAD && fe_status_has_body(head->status) &&
           head->framing != FE_RECORDED_NONE;
}

static enum fe_relay_framing framing_of(const struct fe_player *p, const struct fe_frame_head *head)
{
    const struct fe_request *request = fe_exchange_request(p->x);
    if (request->method == FE_HEAD || !fe_status_has_body(head->status)) {
        return FE_RELAY_NONE;
    }
    switch (head->framing) {
    case FE_RECORDED_CHUNKED:
        return request->minor_version > 0 ? FE_RELAY_FRAMED : FE_RELAY_CLOSE;
    case FE_RECORDED_CLOSE:
        return FE_RELAY_CLOSE;
    case FE_RECORDED_LENGTH:
    case FE_RECORDED_NONE: /* what was asked with HEAD, and is now asked otherwise: it is empty */
        break;
    }
    return FE_RELAY_LENGTH;
}

static uint64_t declared_length(const struct fe_headers *headers)
{
    struct fe_slice list = FE_SLICE("");
    struct fe_slice first = {NULL, 0};
    uint64_t length = 0;
    if (!fe_headers_get(headers, FE_SLICE("Content-Length"), &list) ||
        !fe_slice_split(&list, ',', &first) || fe_slice_u64(fe_slice_trim(first), &length) < 0 ||
        length > INT64_MAX) {
        return 0;
    }
    return length;
}

/* Of what is sent; and of what was missing, where the body did not come to its end. */
static uint64_t length_of(const struct fe_player *p, const struct fe_frame_head *head)
{
    const struct fe_frame_body_end *end = &p->end.response;
    uint64_t declared = declared_length(&head->headers);
    uint64_t length = p->replaced ? p->body.len : end->bytes;
    bool broken = p->end.outcome != FE_RECORDED_OK && declared > end->wire_bytes;
    return broken ? length + (declared - end->wire_bytes) : length;
}

/* Whether a field that tells where the body ends is true of the body that is sent. */
static bool fits(const struct fe_player *p, const struct fe_header *field)
{
    if (p->framing == FE_RELAY_NONE) {
        return true;
    }
    if (is(field, FE_SLICE("Content-Length"))) {
        return p->framing == FE_RELAY_LENGTH;
    }
    if (is(field, FE_SLICE("Transfer-Encoding")) || is(field, FE_SLICE("Trailer"))) {
        return p->framing == FE_RELAY_FRAMED;
    }
    return !is(field, FE_SLICE("Content-Encoding")) ||
           (p->end.response.decoded.len == 0 && !p->replaced);
}

static void fit(const struct fe_player *p, struct fe_headers *fields, uint64_t length)
{
    struct fe_arena *arena = fe_exchange_arena(p->x);
    const struct fe_slice length_name = FE_SLICE("Content-Length");
    struct fe_slice length_text = fe_arena_printf(arena, "%" PRIu64, length);
    size_t count = fields->count;
    bool has_length = false;
    bool has_coding = false;
    fields->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct fe_header field = fields->items[i];
        if (!fits(p, &field)) {
            continue;
        }
        if (p->framing == FE_RELAY_LENGTH && is(&field, length_name)) {
            field.value = length_text;
            has_length = true;
        }
        has_coding = has_coding || is(&field, FE_SLICE("Transfer-Encoding"));
        fields->items[fields->count++] = field;
    }
    if (p->framing == FE_RELAY_LENGTH && !has_length) {
        (void)fe_headers_add(fields, arena, length_name, length_text);
    }
    if (p->framing == FE_RELAY_FRAMED && !has_coding) {
        (void)fe_headers_add(fields, arena, FE_SLICE("Transfer-Encoding"), FE_SLICE("chunked"));
    }
}

/* An upstream that answered before it had read everything, and left: so did we. */
static bool left_early(const struct fe_player *p, const struct fe_frame_head *head)
{
    const struct fe_frame_head *request = &p->source.request->head;
    bool left = head->minor_version == 0 ||
                fe_headers_has_token(&head->headers, FE_SLICE("Connection"), FE_SLICE("close"));
    return left && request->framing == FE_RECORDED_LENGTH &&
           p->end.request.wire_bytes < declared_length(&request->headers);
}

void fe_play_head_make(struct fe_player *p, const struct fe_frame_head *head,
                       struct fe_relay_head *relay_out)
{
    struct fe_arena *arena = fe_exchange_arena(p->x);
    struct fe_headers *fields = fe_arena_alloc(arena, sizeof(*fields));
    uint64_t length = length_of(p, head);
    p->framing = framing_of(p, head);
    *fields = fe_relay_fields(&head->headers, p->rewrites ? &p->rewrite : NULL, false, arena);
    fe_play_fields(p, fields);
    fit(p, fields, length);
    *relay_out = (struct fe_relay_head){
        .status = head->status,
        .reason = fe_play_reason(head->reason),
        .headers = fields,
        .framing = p->framing,
        .length = (int64_t)length,
        .closes = left_early(p, head),
    };
}

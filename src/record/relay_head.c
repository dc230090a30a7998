/* SPDX-License-Identifier: MIT */
#include "record/relay_head.h"

#include "record/request_head.h"

static bool is(const struct fe_header *field, struct fe_slice name)
{
    return fe_slice_eq_nocase(field->name, name);
}

/* One length said twice is said once: clients differ in what they make of two. */
static struct fe_slice first_length(struct fe_slice list)
{
    struct fe_slice first = {NULL, 0};
    (void)fe_slice_split(&list, ',', &first);
    return fe_slice_trim(first);
}

static bool is_framing(const struct fe_header *field)
{
    return is(field, FE_SLICE("Content-Length")) || is(field, FE_SLICE("Transfer-Encoding")) ||
           is(field, FE_SLICE("Trailer"));
}

static struct fe_slice value_of(const struct fe_header *field, const struct fe_rewrite *rewrite,
                                struct fe_arena *arena)
{
    if (is(field, FE_SLICE("Location")) || is(field, FE_SLICE("Content-Location"))) {
        return fe_rewrite_location(rewrite, field->value, arena);
    }
    if (is(field, FE_SLICE("Set-Cookie"))) {
        return fe_rewrite_set_cookie(rewrite, field->value, arena);
    }
    return is(field, FE_SLICE("Content-Length")) ? first_length(field->value) : field->value;
}

struct fe_headers fe_relay_fields(const struct fe_frame_head *head,
                                  const struct fe_rewrite *rewrite, bool reframed,
                                  struct fe_arena *arena)
{
    struct fe_headers fields = {NULL, 0, 0};
    bool has_length = false;
    for (size_t i = 0; i < head->headers.count; i++) {
        const struct fe_header *field = &head->headers.items[i];
        bool is_length = is(field, FE_SLICE("Content-Length"));
        if (fe_is_for_one_hop(&head->headers, field->name) || (reframed && is_framing(field)) ||
            (is_length && has_length) || is(field, FE_SLICE("X-Foundry-Emulator"))) {
            continue;
        }
        has_length |= is_length;
        (void)fe_headers_add(&fields, arena, field->name, value_of(field, rewrite, arena));
    }
    return fields;
}

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
    *fields = fe_relay_fields(from, rewrite, change != FE_BODY_AS_IT_CAME, arena);
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

/* SPDX-License-Identifier: MIT */
/* Transfer-Encoding stays, because the body goes up chunk by chunk as it came; it can only be
 * "chunked" here. Expect goes up too: whether to go on is the upstream's to say. */
#include "record/request_head.h"

#include "http/hop.h"

/* Without scheme and authority. A URL may do without a path, a request line not (RFC 9112 §3.2.1).
 */
static struct fe_slice origin_form(const struct fe_request *request, struct fe_arena *arena)
{
    struct fe_slice target = request->target;
    struct fe_origin named;
    if (fe_origin_take(&target, NULL, &named) < 0 || (target.len > 0 && target.ptr[0] == '/')) {
        return target;
    }
    return fe_arena_printf(arena, "/" FE_PRI, FE_ARG(target));
}

static enum fe_recorded_framing framing_of(const struct fe_headers *headers)
{
    if (fe_headers_count(headers, FE_SLICE("Transfer-Encoding")) > 0) {
        return FE_RECORDED_CHUNKED;
    }
    return fe_headers_count(headers, FE_SLICE("Content-Length")) > 0 ? FE_RECORDED_LENGTH
                                                                     : FE_RECORDED_NONE;
}

struct making {
    const struct fe_rewrite *rewrite;
    struct fe_arena *arena;
    struct fe_slice host;
    bool identity;
    struct fe_headers made;
};

static int put_field(struct making *m, struct fe_slice name, struct fe_slice value)
{
    if (fe_slice_eq_nocase(name, FE_SLICE("Host"))) {
        value = m->host;
    } else if (fe_slice_eq_nocase(name, FE_SLICE("Origin")) ||
               fe_slice_eq_nocase(name, FE_SLICE("Referer"))) {
        value = fe_rewrite_to_upstream(m->rewrite, value, m->arena);
    } else if (m->identity && fe_slice_eq_nocase(name, FE_SLICE("Accept-Encoding"))) {
        if (fe_headers_count(&m->made, name) > 0) {
            return 0;
        }
        value = FE_SLICE("identity");
    }
    return fe_headers_add(&m->made, m->arena, name, value);
}

int fe_request_head_make(const struct fe_request *request, const struct fe_rewrite *rewrite,
                         bool identity, struct fe_arena *arena, struct fe_frame_head *head_out)
{
    const struct fe_headers *headers = &request->headers;
    bool has_connection = fe_headers_count(headers, FE_SLICE("Connection")) > 0;
    const struct fe_headers none = {NULL, 0, 0};
    struct making m = {.rewrite = rewrite,
                       .arena = arena,
                       .host = fe_origin_authority(&rewrite->upstream, arena),
                       .identity = identity};
    int r = 0;
    if (fe_headers_count(headers, FE_SLICE("Host")) == 0) {
        r = put_field(&m, FE_SLICE("Host"), m.host);
    }
    for (size_t i = 0; r == 0 && i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        if (!fe_is_for_one_hop(has_connection ? headers : &none, field->name)) {
            r = put_field(&m, field->name, field->value);
        }
    }
    *head_out = (struct fe_frame_head){
        .method = request->method_text,
        .target = origin_form(request, arena),
        .minor_version = 1,
        .headers = m.made,
        .framing = framing_of(headers),
    };
    return r;
}

void fe_request_head_write(const struct fe_frame_head *head, struct fe_buf *out)
{
    (void)fe_buf_put(out, head->method);
    (void)fe_buf_putc(out, ' ');
    (void)fe_buf_put(out, head->target);
    (void)fe_buf_puts(out, " HTTP/1.1\r\n");
    for (size_t i = 0; i < head->headers.count; i++) {
        (void)fe_buf_put(out, head->headers.items[i].name);
        (void)fe_buf_append(out, ": ", 2);
        (void)fe_buf_put(out, head->headers.items[i].value);
        (void)fe_buf_append(out, "\r\n", 2);
    }
    (void)fe_buf_append(out, "\r\n", 2);
}

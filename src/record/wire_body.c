/* SPDX-License-Identifier: MIT */
#include "record/wire_body.h"

#include "util/limits.h"

void fe_wire_body_init(struct fe_wire_body *body, enum fe_recorded_framing framing, uint64_t length)
{
    struct fe_framing decided = {FE_FRAMING_NONE, 0};
    if (framing == FE_RECORDED_CHUNKED) {
        decided.kind = FE_FRAMING_CHUNKED;
    } else if (framing == FE_RECORDED_LENGTH && length > 0) {
        decided = (struct fe_framing){FE_FRAMING_LENGTH, length};
    }
    *body = (struct fe_wire_body){.until_close = framing == FE_RECORDED_CLOSE};
    fe_body_decoder_init(&body->decoder, &decided);
    fe_buf_init_firm(&body->trailers, FE_LIMIT_HEAD_BYTES);
}

void fe_wire_body_done(struct fe_wire_body *body)
{
    fe_buf_done(&body->trailers);
}

bool fe_wire_body_is_whole(const struct fe_wire_body *body)
{
    return !body->until_close && fe_body_done(&body->decoder);
}

/* The decoder counts the bytes of all trailers, the empty line behind them included; those that are
 * new are the last of what it has just read. */
static void keep_trailers(struct fe_wire_body *body, struct fe_slice read)
{
    const struct fe_body_decoder *decoder = &body->decoder;
    bool in_trailers = decoder->chunked && decoder->step >= FE_BODY_TRAILER;
    if (!in_trailers || decoder->line_bytes == body->trailer_bytes) {
        return;
    }
    size_t fresh = decoder->line_bytes - body->trailer_bytes;
    body->trailer_bytes = decoder->line_bytes;
    (void)fe_buf_put(&body->trailers, fe_slice_from(read, read.len - fresh));
}

static bool is_behind_data(const struct fe_wire_body *body)
{
    return body->decoder.step == FE_BODY_DATA_CR || body->decoder.step == FE_BODY_DATA_LF;
}

/* Reads what stands behind a chunk's data. 1: the chunk has ended; 0: not yet, or there is none. */
static int end_chunk(struct fe_wire_body *body, struct fe_slice *rest)
{
    bool was_behind = is_behind_data(body);
    while (rest->len > 0 && is_behind_data(body)) {
        struct fe_slice byte = {rest->ptr, 1};
        struct fe_slice data = {NULL, 0};
        *rest = fe_slice_from(*rest, 1);
        int r = fe_body_decode(&body->decoder, &byte, &data);
        if (r < 0) {
            return r;
        }
    }
    if (!was_behind || is_behind_data(body)) {
        return 0;
    }
    body->chunk_bytes = 0;
    return 1;
}

/* Reads on, up to the end of the data that comes first. */
static int decode(struct fe_wire_body *body, struct fe_slice *rest, struct fe_slice *data_out)
{
    struct fe_slice before = *rest;
    int r = fe_body_decode(&body->decoder, rest, data_out);
    body->chunk_bytes += data_out->len;
    if (data_out->len == 0) {
        keep_trailers(body, (struct fe_slice){before.ptr, before.len - rest->len});
    }
    return r;
}

/* How much of it is lines that have their end; framing consists of them. */
static size_t whole_lines(struct fe_slice text)
{
    size_t len = text.len;
    while (len > 0 && text.ptr[len - 1] != '\n') {
        len--;
    }
    return len;
}

static int feed_coded(struct fe_wire_body *body, struct fe_slice raw, fe_wire_data_fn *fn,
                      void *arg, size_t *used_out)
{
    struct fe_slice rest = raw;
    size_t data_end = 0;
    int r = end_chunk(body, &rest);
    if (r > 0) {
        fn(arg, FE_SLICE(""), true);
    }
    while (r >= 0 && rest.len > 0 && !fe_body_done(&body->decoder)) {
        struct fe_slice data = {NULL, 0};
        r = decode(body, &rest, &data);
        if (data.len > 0) {
            data_end = raw.len - rest.len;
            r = end_chunk(body, &rest);
            fn(arg, data, r > 0);
        }
    }
    *used_out = raw.len - rest.len;
    if (r < 0) {
        size_t bad_at = *used_out - 1;
        *used_out =
            data_end + whole_lines((struct fe_slice){raw.ptr + data_end, bad_at - data_end});
    }
    return r < 0 ? r : 0;
}

int fe_wire_body_feed(struct fe_wire_body *body, struct fe_slice raw, fe_wire_data_fn *fn,
                      void *arg, size_t *used_out)
{
    if (!body->until_close) {
        return feed_coded(body, raw, fn, arg, used_out);
    }
    if (raw.len > 0) {
        fn(arg, raw, false);
    }
    *used_out = raw.len;
    return 0;
}

struct fe_headers fe_wire_body_trailers(const struct fe_wire_body *body, struct fe_arena *arena)
{
    struct fe_headers trailers = {NULL, 0, 0};
    struct fe_slice rest = fe_arena_copy(arena, fe_buf_slice(&body->trailers));
    rest.len = whole_lines(rest);
    struct fe_slice line = {NULL, 0};
    while (fe_slice_split(&rest, '\n', &line)) {
        ptrdiff_t colon = fe_slice_index(line, ':');
        if (colon > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
            (void)fe_headers_add(&trailers, arena, (struct fe_slice){line.ptr, (size_t)colon},
                                 fe_slice_trim(fe_slice_from(line, (size_t)colon + 1)));
        }
    }
    return trailers;
}

struct fe_frame_open_chunk fe_wire_body_open(const struct fe_wire_body *body)
{
    const struct fe_body_decoder *decoder = &body->decoder;
    if (!decoder->chunked || decoder->step < FE_BODY_DATA || fe_body_done(decoder)) {
        return (struct fe_frame_open_chunk){0};
    }
    return (struct fe_frame_open_chunk){true, body->chunk_bytes + decoder->left, body->chunk_bytes};
}

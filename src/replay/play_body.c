/* SPDX-License-Identifier: MIT */
/* Bodies go from the mapped file to the connection, piece by piece. Where there are chunks, they
 * are made anew, in the sizes that they had. */
#include <errno.h>
#include <inttypes.h>

#include "cassette/match/canonical.h"
#include "replay/play_private.h"

enum {
    PIECE_BYTES = 64 << 10,
    CHUNK_BYTES_MAX = PIECE_BYTES + 64, /* with its size and its end */
    TRAILER_BYTES_MAX = 256 << 10,
    WRITE_COST_BYTES = 512 /* a write is work, however little is written */
};

static void send(struct fe_player *p, struct fe_slice bytes)
{
    p->turn_bytes += bytes.len + WRITE_COST_BYTES;
    if (bytes.len > 0 && !fe_exchange_write(p->x, bytes)) {
        p->choked = true;
    }
}

/* ── the hook ── */

/* Without a copy where it is one frame. */
static int gather(struct fe_player *p, struct fe_slice *body_out)
{
    const struct fe_recorded *recorded = p->source.recorded;
    uint64_t bytes = p->end.response.bytes;
    struct fe_slice body = {NULL, 0};
    fe_buf_init(&p->gathered, (size_t)bytes);
    for (size_t i = p->next; i < recorded->frame_count; i++) {
        struct fe_arena arena = {NULL};
        struct fe_frame frame;
        fe_reader_frame_at(p->source.reader, recorded->frames[i], &arena, &frame);
        fe_arena_done(&arena);
        if (frame.kind != FE_FRAME_RESPONSE_BODY || frame.body.bytes.len == 0) {
            continue;
        }
        body = frame.body.bytes;
        if (body.len != bytes) {
            (void)fe_buf_put(&p->gathered, body);
            body = fe_buf_slice(&p->gathered);
        }
    }
    *body_out = body;
    return p->gathered.error == 0 && body.len == bytes ? 0 : -ENOMEM;
}

int fe_play_body_hook(struct fe_player *p, const struct fe_frame_head *head)
{
    struct fe_arena *arena = fe_exchange_arena(p->x);
    uint64_t bytes = p->end.response.bytes;
    struct fe_slice body = {NULL, 0};
    if (p->hooks.on_body == NULL || bytes == 0 || bytes > FE_PLAY_HOOKED_BYTES) {
        return 0;
    }
    if (gather(p, &body) < 0) {
        return -ENOMEM;
    }
    struct fe_slice decoded = fe_canonical_decoded(&head->headers, body, arena);
    p->body = p->hooks.on_body(p->hooks.arg, head, decoded, arena);
    p->replaced = p->body.ptr != decoded.ptr || p->body.len != decoded.len;
    p->resized = p->replaced && p->body.len != body.len;
    if (!p->replaced) {
        fe_buf_done(&p->gathered);
    }
    return 0;
}

/* ── pieces ── */

bool fe_play_body_at_end(const struct fe_player *p)
{
    return p->offset >= p->frame.body.bytes.len;
}

/* How many marks there are for bytes up to the one at p->offset. */
static size_t marks_so_far(const struct fe_player *p)
{
    const struct fe_frame_body *body = &p->frame.body;
    size_t low = 0;
    size_t high = body->pace_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (body->pace[middle].at > p->offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

int64_t fe_play_body_time(const struct fe_player *p)
{
    size_t marks = marks_so_far(p);
    return marks > 0 ? p->frame.body.pace[marks - 1].t_us : INT64_MIN;
}

/* Where the chunk ends that the byte at `offset` is in; UINT64_MAX if that is behind the frame.
 * There may be as many as there are bytes. */
static uint64_t next_cut(const struct fe_frame_body *body, uint64_t offset)
{
    size_t low = 0;
    size_t high = body->cut_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (body->cuts[middle] > offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low < body->cut_count ? body->cuts[low] : UINT64_MAX;
}

/* How much there is of the chunk at p->offset, and whether it ends there. Its size stands before a
 * chunk, so where it ends is looked for ahead. */
static uint64_t chunk_length(const struct fe_player *p, bool *ends_out)
{
    const struct fe_recorded *recorded = p->source.recorded;
    uint64_t end = next_cut(&p->frame.body, p->offset);
    uint64_t length = (end != UINT64_MAX ? end : p->frame.body.bytes.len) - p->offset;
    for (size_t i = p->next; end == UINT64_MAX && i < recorded->frame_count; i++) {
        struct fe_arena arena = {NULL};
        struct fe_frame frame;
        fe_reader_frame_at(p->source.reader, recorded->frames[i], &arena, &frame);
        if (frame.kind == FE_FRAME_RESPONSE_BODY) {
            end = next_cut(&frame.body, 0);
            length += end != UINT64_MAX ? end : frame.body.bytes.len;
        }
        fe_arena_done(&arena);
    }
    *ends_out = end != UINT64_MAX;
    return length;
}

/* The chunk that never ended; NULL if there is none, or nobody gets chunks. */
static const struct fe_frame_open_chunk *open_chunk(const struct fe_player *p)
{
    const struct fe_frame_open_chunk *open = &p->end.response.open;
    bool broken = p->end.outcome != FE_RECORDED_OK && p->framing == FE_RELAY_FRAMED;
    return broken && open->is_open ? open : NULL;
}

/* There are `length` bytes of it. One that never ended lacks as many as it did then, whatever has
 * become of those that came: a placeholder, a coding taken off and a hook have changed how many
 * they are, and its client shall miss no more and no fewer. */
static void begin_chunk(struct fe_player *p, uint64_t length, bool ends)
{
    const struct fe_frame_open_chunk *open = open_chunk(p);
    p->chunk_open = !ends && open && open->size > 0;
    p->chunk_size = p->chunk_open ? length + (open->size - open->came) : length;
    p->chunk_left = length;
}

static uint64_t piece_end(const struct fe_player *p)
{
    const struct fe_frame_body *body = &p->frame.body;
    uint64_t end = body->bytes.len;
    if (end - p->offset > PIECE_BYTES) {
        end = p->offset + PIECE_BYTES;
    }
    size_t marks = marks_so_far(p);
    if (!p->pace.fast && marks < body->pace_count && body->pace[marks].at < end) {
        end = body->pace[marks].at;
    }
    if (p->framing == FE_RELAY_FRAMED && end - p->offset > p->chunk_left) {
        end = p->offset + p->chunk_left;
    }
    return end;
}

static void send_framed(struct fe_player *p, struct fe_slice bytes, bool first)
{
    struct fe_buf text;
    fe_buf_init_firm(&text, CHUNK_BYTES_MAX);
    if (first) {
        (void)fe_buf_printf(&text, "%" PRIx64 "\r\n", p->chunk_size);
    }
    (void)fe_buf_put(&text, bytes);
    p->chunk_left -= bytes.len;
    if (p->chunk_left == 0 && !p->chunk_open) {
        (void)fe_buf_puts(&text, "\r\n");
    }
    send(p, fe_buf_slice(&text));
    fe_buf_done(&text);
}

static void send_piece(struct fe_player *p, struct fe_slice bytes, bool first)
{
    p->offset += bytes.len;
    if (p->framing == FE_RELAY_FRAMED) {
        send_framed(p, bytes, first);
    } else {
        send(p, bytes);
    }
}

void fe_play_body_piece(struct fe_player *p)
{
    const struct fe_frame_body *body = &p->frame.body;
    bool first = p->framing == FE_RELAY_FRAMED && p->chunk_left == 0;
    if (first) {
        bool ends = false;
        uint64_t length = chunk_length(p, &ends);
        begin_chunk(p, length, ends);
    }
    size_t len = (size_t)(piece_end(p) - p->offset);
    struct fe_slice bytes = p->replaced ? fe_slice_from(p->body, (size_t)body->at) : body->bytes;
    send_piece(p, (struct fe_slice){bytes.ptr + p->offset, len}, first);
}

/* ── the end ── */

/* There is more of a body that has taken the place of one of another length: behind the last frame
 * of that one, p->offset counts in it. */
static bool is_resized_left(const struct fe_player *p)
{
    return p->resized && p->offset < p->body.len;
}

static void send_resized(struct fe_player *p)
{
    struct fe_slice bytes = fe_slice_from(p->body, (size_t)p->offset);
    bool first = p->offset == 0;
    if (first) {
        begin_chunk(p, bytes.len, false);
    }
    bytes.len = bytes.len < PIECE_BYTES ? bytes.len : PIECE_BYTES;
    send_piece(p, bytes, first);
}

/* Its line, and trailers, but not the empty line behind them. Said once. */
static void put_last_chunk(struct fe_player *p, struct fe_buf *text)
{
    struct fe_headers *trailers = &p->end.response.trailers;
    fe_play_fields(p, trailers);
    (void)fe_buf_puts(text, "0\r\n");
    for (size_t i = 0; i < trailers->count && text->error == 0; i++) {
        (void)fe_buf_printf(text, FE_PRI ": " FE_PRI "\r\n", FE_ARG(trailers->items[i].name),
                            FE_ARG(trailers->items[i].value));
    }
}

/* Of a chunk that never ended nothing has been sent, as nothing but its line had come. */
static bool is_line_left(const struct fe_player *p)
{
    return open_chunk(p) && !p->chunk_open;
}

static void send_line(struct fe_player *p)
{
    struct fe_buf text;
    fe_buf_init_firm(&text, TRAILER_BYTES_MAX);
    if (open_chunk(p)->size > 0) {
        (void)fe_buf_printf(&text, "%" PRIx64 "\r\n", open_chunk(p)->size);
    } else {
        put_last_chunk(p, &text);
    }
    p->chunk_open = true;
    send(p, fe_buf_slice(&text));
    fe_buf_done(&text);
}

bool fe_play_body_is_left(const struct fe_player *p)
{
    return is_resized_left(p) || is_line_left(p);
}

void fe_play_body_rest(struct fe_player *p)
{
    if (is_resized_left(p)) {
        send_resized(p);
    } else {
        send_line(p);
    }
}

void fe_play_body_end(struct fe_player *p)
{
    struct fe_buf text;
    if (p->framing != FE_RELAY_FRAMED) {
        return;
    }
    fe_buf_init_firm(&text, TRAILER_BYTES_MAX);
    put_last_chunk(p, &text);
    (void)fe_buf_puts(&text, "\r\n");
    send(p, fe_buf_slice(&text));
    fe_buf_done(&text);
}

void fe_play_body_done(struct fe_player *p)
{
    fe_buf_done(&p->gathered);
    fe_arena_done(&p->frame_arena);
}

/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/body_view.h"

#include <errno.h>
#include <inttypes.h>

#include "cassette/redact/coding.h"
#include "foundry-cassette/json_view.h"
#include "foundry-cassette/text.h"
#include "foundry_emulator/out_of_memory.h"
#include "util/json.h"
#include "util/utf8.h"

enum {
    STORED_BYTES_MAX = 64 << 20, /* what is more is not read by eye */
    VIEW_BYTES_MAX = 256 << 20,  /* after decoding and indenting */
    TERMINAL_LINES_MAX = 200,
    TERMINAL_BYTES_MAX = 64 << 10,
    HEX_BYTES_MAX = 256,
    HEX_LINE_BYTES = 16
};

struct view {
    const struct fe_tool *tool;
    const struct fe_input *input;
    const struct fe_exchange *exchange;
    enum fe_body_side side;
    const struct fe_frame_body_end *end;
    struct fe_slice codings; /* that the stored bytes have; empty: none */
};

static uint64_t kind_of(enum fe_body_side side)
{
    return side == FE_BODY_REQUEST ? FE_FRAME_REQUEST_BODY : FE_FRAME_RESPONSE_BODY;
}

/* Goes through the frames of one body. */
struct pieces {
    const struct fe_input *input;
    const struct fe_recorded *recorded;
    enum fe_body_side side;
    struct fe_arena arena; /* what the piece at hand needs */
    size_t at;
    uint64_t forgotten; /* of the file: see fe_input_forget() */
};

/* False at the end, when all is freed. */
static bool next_piece(struct pieces *pieces, struct fe_frame_body *piece_out)
{
    while (pieces->at < pieces->recorded->frame_count) {
        struct fe_frame frame;
        uint64_t offset = pieces->recorded->frames[pieces->at++];
        fe_arena_done(&pieces->arena);
        fe_input_forget(pieces->input, &pieces->forgotten, offset);
        fe_reader_frame_at(pieces->input->reader, offset, &pieces->arena, &frame);
        if (frame.kind == kind_of(pieces->side)) {
            *piece_out = frame.body;
            return true;
        }
    }
    fe_arena_done(&pieces->arena);
    return false;
}

void fe_body_write(const struct fe_tool *tool, const struct fe_input *input,
                   const struct fe_recorded *recorded, enum fe_body_side side)
{
    struct pieces pieces = {.input = input, .recorded = recorded, .side = side};
    struct fe_frame_body piece;
    while (next_piece(&pieces, &piece)) {
        if (!fe_tool_out_failed(tool)) {
            (void)fwrite(piece.bytes.ptr, 1, piece.bytes.len, tool->out);
        }
    }
}

static struct pieces pieces_of(const struct view *view)
{
    return (struct pieces){
        .input = view->input, .recorded = view->exchange->recorded, .side = view->side};
}

/* ── the line before it ────────────────────────────────────────────────────────────────────── */

struct timing {
    uint64_t chunks;
    bool has_time;
    int64_t first_us;
    int64_t last_us;
};

static struct timing read_timing(const struct view *view)
{
    struct timing timing = {0};
    struct pieces pieces = pieces_of(view);
    struct fe_frame_body piece;
    while (next_piece(&pieces, &piece)) {
        timing.chunks += piece.cut_count;
        if (piece.pace_count > 0 && !timing.has_time) {
            timing.has_time = true;
            timing.first_us = fe_sane_us(piece.pace[0].t_us);
        }
        if (piece.pace_count > 0) {
            timing.last_us = fe_sane_us(piece.pace[piece.pace_count - 1].t_us);
        }
    }
    return timing;
}

static void put_open(const struct view *view)
{
    const struct fe_frame_open_chunk *open = &view->end->open;
    char number[FE_NUMBER_TEXT_BYTES];
    fe_bytes_text(open->size, number);
    if (open->is_open && open->size > 0) {
        (void)fprintf(view->tool->out, ", broke off within a chunk of %s", number);
    } else if (open->is_open) {
        (void)fprintf(view->tool->out, ", broke off behind the size of the last chunk");
    }
}

static void put_summary(const struct view *view)
{
    FILE *out = view->tool->out;
    const struct fe_frame_body_end *end = view->end;
    struct timing timing = read_timing(view);
    char number[FE_NUMBER_TEXT_BYTES];
    fe_bytes_text(end->wire_bytes, number);
    (void)fprintf(out, "%s-- %s", fe_style(view->tool, FE_STYLE_DIM), number);
    if (view->codings.len > 0) {
        (void)fprintf(out, ", " FE_PRI " taken off for the eye", FE_ARG(view->codings));
    }
    if (end->decoded.len > 0) {
        (void)fprintf(out, ", stored without " FE_PRI, FE_ARG(end->decoded));
    }
    if (end->bytes != end->wire_bytes) {
        fe_bytes_text(end->bytes, number);
        (void)fprintf(out, ", %s stored", number);
    }
    if (timing.chunks > 0) {
        (void)fprintf(out, ", %" PRIu64 " chunk%s", timing.chunks, timing.chunks == 1 ? "" : "s");
    }
    put_open(view);
    if (timing.last_us > timing.first_us) {
        fe_duration_text(timing.last_us - timing.first_us, number);
        (void)fprintf(out, ", in %s", number);
    }
    (void)fprintf(out, "%s\n", fe_style(view->tool, FE_STYLE_PLAIN));
}

/* ── the text ──────────────────────────────────────────────────────────────────────────────── */

/* Half a body must not be shown as the whole. */
static void need_memory(const struct fe_buf *buf)
{
    if (buf->error == -ENOMEM) {
        fe_out_of_memory();
    }
}

/* Reads the body, and takes its codings off; what cannot be, stays. */
static void read_body(struct view *view, struct fe_buf *body)
{
    struct pieces pieces = pieces_of(view);
    struct fe_frame_body piece;
    while (next_piece(&pieces, &piece)) {
        (void)fe_buf_put(body, piece.bytes);
    }
    need_memory(body);
    if (view->codings.len == 0) {
        return;
    }
    struct fe_buf decoded;
    fe_buf_init(&decoded, body->bytes_max);
    if (fe_decode_content(view->codings, fe_buf_slice(body), &decoded) == 0) {
        struct fe_buf coded = *body;
        *body = decoded;
        decoded = coded;
    } else {
        need_memory(&decoded);
        view->codings = (struct fe_slice){0};
    }
    fe_buf_done(&decoded);
}

/* Text as people have it: UTF-8, and no controls but those that text has. */
static bool is_text(struct fe_slice body)
{
    for (size_t i = 0; i < body.len; i++) {
        unsigned char c = (unsigned char)body.ptr[i];
        if ((c < 0x20 && strchr("\t\n\f\r\033", c) == NULL) || c == '\0') {
            return false;
        }
    }
    return fe_utf8_valid(body);
}

static void put_hex_line(FILE *out, struct fe_slice body, size_t at)
{
    (void)fprintf(out, "%08zx ", at);
    for (size_t i = at; i < at + HEX_LINE_BYTES; i++) {
        const char *gap = i % 8 == 0 ? " " : "";
        if (i < body.len) {
            (void)fprintf(out, "%s%02x ", gap, (unsigned char)body.ptr[i]);
        } else {
            (void)fprintf(out, "%s   ", gap);
        }
    }
    (void)fputs(" |", out);
    for (size_t i = at; i < at + HEX_LINE_BYTES && i < body.len; i++) {
        char c = body.ptr[i];
        (void)fputc(c >= 0x20 && c < 0x7f ? c : '.', out);
    }
    (void)fputs("|\n", out);
}

/* "-- 34 kB more; all of it: foundry-cassette show demo.cassette 3" and what has to follow. */
static void put_how_to_get_all(const struct view *view, uint64_t bytes, const char *rest)
{
    char number[FE_NUMBER_TEXT_BYTES];
    fe_bytes_text(bytes, number);
    (void)fprintf(view->tool->out,
                  "%s-- %s more; all of it: foundry-cassette show %s %" PRIu64 " %s%s\n",
                  fe_style(view->tool, FE_STYLE_DIM), number, view->input->name,
                  view->exchange->recorded->seq, rest, fe_style(view->tool, FE_STYLE_PLAIN));
}

static void put_how_to_get_bytes(const struct view *view, uint64_t bytes)
{
    put_how_to_get_all(view, bytes,
                       view->side == FE_BODY_REQUEST ? "--body request" : "--body response");
}

static void put_binary(const struct view *view, struct fe_slice body)
{
    size_t shown = body.len < HEX_BYTES_MAX ? body.len : HEX_BYTES_MAX;
    for (size_t at = 0; at < shown; at += HEX_LINE_BYTES) {
        put_hex_line(view->tool->out, (struct fe_slice){body.ptr, shown}, at);
    }
    if (shown < body.len) {
        put_how_to_get_bytes(view, body.len - shown);
    }
}

/* How much of a text is put on a terminal at once: whole lines, or a piece of one. */
static size_t terminal_part(struct fe_slice text)
{
    size_t lines = 0;
    size_t at = 0;
    while (at < text.len && lines < TERMINAL_LINES_MAX && at < TERMINAL_BYTES_MAX) {
        lines += text.ptr[at++] == '\n';
    }
    while (at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80) {
        at++;
    }
    return at;
}

static void put_text(const struct view *view, struct fe_slice text)
{
    FILE *out = view->tool->out;
    size_t shown = view->tool->terminal ? terminal_part(text) : text.len;
    (void)fwrite(text.ptr, 1, shown, out);
    (void)fputs(fe_style(view->tool, FE_STYLE_PLAIN), out);
    if (shown > 0 && text.ptr[shown - 1] != '\n') {
        (void)fputc('\n', out);
    }
    if (shown < text.len) {
        put_how_to_get_all(view, text.len - shown, "| less");
    }
}

static void put_body(const struct view *view, struct fe_slice body)
{
    struct fe_json json;
    struct fe_buf text;
    fe_buf_init(&text, VIEW_BYTES_MAX);
    bool is_shaped =
        fe_json_parse(body, &json, NULL) == 0 && fe_json_view(view->tool, body, &text) == 0;
    need_memory(&text);
    if (is_shaped) {
        put_text(view, fe_buf_slice(&text));
    } else if (!is_text(body)) {
        put_binary(view, body);
    } else if (view->tool->terminal) {
        fe_buf_clear(&text);
        fe_readable_lines_append(body, &text);
        need_memory(&text);
        put_text(view, fe_buf_slice(&text));
    } else {
        put_text(view, body);
    }
    fe_buf_done(&text);
}

static struct fe_slice stored_codings(const struct fe_frame_head *head,
                                      const struct fe_frame_body_end *end)
{
    struct fe_slice codings = {0};
    if (end->decoded.len > 0 ||
        !fe_headers_get(&head->headers, FE_SLICE("Content-Encoding"), &codings) ||
        fe_slice_eq_nocase(codings, FE_SLICE("identity"))) {
        return (struct fe_slice){0};
    }
    return codings;
}

static struct view view_of(const struct fe_tool *tool, const struct fe_input *input,
                           const struct fe_exchange *exchange, enum fe_body_side side)
{
    bool is_request = side == FE_BODY_REQUEST;
    struct view view = {.tool = tool, .input = input, .exchange = exchange, .side = side};
    view.end = is_request ? &exchange->end.request : &exchange->end.response;
    view.codings = stored_codings(is_request ? &exchange->request : &exchange->response, view.end);
    return view;
}

void fe_body_read(const struct fe_input *input, const struct fe_exchange *exchange,
                  enum fe_body_side side, bool decoded, struct fe_buf *body)
{
    struct view view = view_of(NULL, input, exchange, side);
    if (!decoded) {
        view.codings = (struct fe_slice){0};
    }
    read_body(&view, body);
}

void fe_body_view(const struct fe_tool *tool, const struct fe_input *input,
                  const struct fe_exchange *exchange, enum fe_body_side side)
{
    struct view view = view_of(tool, input, exchange, side);
    if (view.end->dropped.len > 0) {
        (void)fprintf(tool->out, "%s-- the body was not kept: " FE_PRI "%s\n",
                      fe_style(tool, FE_STYLE_YELLOW), FE_ARG(view.end->dropped),
                      fe_style(tool, FE_STYLE_PLAIN));
    }
    if (view.end->bytes == 0) {
        return;
    }
    struct fe_buf body;
    fe_buf_init(&body, STORED_BYTES_MAX);
    if (view.end->bytes <= STORED_BYTES_MAX) {
        read_body(&view, &body);
    }
    put_summary(&view);
    if (view.end->bytes > STORED_BYTES_MAX) {
        put_how_to_get_bytes(&view, view.end->bytes);
    } else {
        put_body(&view, fe_buf_slice(&body));
    }
    fe_buf_done(&body);
}

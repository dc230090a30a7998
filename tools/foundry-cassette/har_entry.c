/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/har_entry.h"

#include "cassette/redact/coding.h"
#include "util/json_writer.h"
#include "util/secret.h"
#include "util/utf8.h"

enum {
    DECODED_BYTES_MAX = 1 << 30
};

struct entry {
    const struct fe_input *input;
    struct fe_exchange x;
    struct fe_json_writer json;
    struct fe_arena arena;
    struct fe_buf lost; /* what HAR has no place for, in words */
};

static void lose(struct entry *entry, const char *what)
{
    (void)fe_buf_printf(&entry->lost, "%s%s", entry->lost.len > 0 ? "; " : "", what);
}

/* ── text that JSON can hold ── */

/* Bytes that are no UTF-8 are read as Latin-1, which is what fields once were. */
static struct fe_slice text_of(struct entry *entry, struct fe_slice bytes)
{
    if (fe_utf8_valid(bytes)) {
        return bytes;
    }
    struct fe_buf text;
    fe_buf_init_firm(&text, bytes.len * 2);
    for (size_t i = 0; i < bytes.len; i++) {
        char c[4];
        size_t len = fe_utf8_encode((unsigned char)bytes.ptr[i], c);
        (void)fe_buf_append(&text, c, len);
    }
    struct fe_slice copy = fe_arena_copy(&entry->arena, fe_buf_slice(&text));
    fe_buf_done(&text);
    lose(entry, "bytes of the head that are no UTF-8 are shown as Latin-1");
    return copy;
}

static void put_ms(struct fe_json_writer *json, const char *name, int64_t us)
{
    char text[32];
    (void)snprintf(text, sizeof(text), "%.3f", us > 0 ? (double)us / 1000 : 0);
    fe_json_key(json, name);
    fe_json_put_raw(json, fe_slice_cstr(text));
}

static void put_pair(struct entry *entry, struct fe_slice name, struct fe_slice value)
{
    fe_json_begin_object(&entry->json);
    fe_json_member_string(&entry->json, "name", text_of(entry, name));
    fe_json_member_string(&entry->json, "value", text_of(entry, value));
    fe_json_end_object(&entry->json);
}

static void put_fields(struct entry *entry, const char *name, const struct fe_headers *fields)
{
    fe_json_key(&entry->json, name);
    fe_json_begin_array(&entry->json);
    for (size_t i = 0; i < fields->count; i++) {
        put_pair(entry, fields->items[i].name, fields->items[i].value);
    }
    fe_json_end_array(&entry->json);
}

static void put_no_cookies(struct entry *entry)
{
    fe_json_key(&entry->json, "cookies");
    fe_json_begin_array(&entry->json);
    fe_json_end_array(&entry->json);
}

/* ── bodies ── */

static void read_body(struct entry *entry, uint64_t kind, struct fe_buf *body)
{
    const struct fe_recorded *recorded = entry->x.recorded;
    for (size_t i = 0; i < recorded->frame_count; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        fe_reader_frame_at(entry->input->reader, recorded->frames[i], &arena, &frame);
        if (frame.kind == kind) {
            (void)fe_buf_put(body, frame.body.bytes);
            if (frame.body.cut_count > 0 && frame.body.at == 0) {
                lose(entry, "where chunks ended");
            }
        }
        fe_arena_done(&arena);
    }
}

static void take_codings_off(struct entry *entry, const struct fe_frame_head *head,
                             const struct fe_frame_body_end *end, struct fe_buf *body)
{
    struct fe_slice codings = {NULL, 0};
    struct fe_buf decoded;
    if (end->decoded.len > 0 || body->len == 0 ||
        !fe_headers_get(&head->headers, FE_SLICE("Content-Encoding"), &codings)) {
        return;
    }
    fe_buf_init(&decoded, DECODED_BYTES_MAX);
    if (fe_decode_content(codings, fe_buf_slice(body), &decoded) == 0) {
        struct fe_buf coded = *body;
        *body = decoded;
        decoded = coded;
    } else {
        lose(entry, "the body still has its content coding");
        fe_json_member_bool(&entry->json, "_coded", true);
    }
    fe_buf_done(&decoded);
}

/* The members that hold a body; `encoding`: what says that it is base64. */
static void put_body(struct entry *entry, const struct fe_frame_head *head,
                     const struct fe_frame_body_end *end, uint64_t kind, const char *encoding)
{
    struct fe_slice type = FE_SLICE("");
    struct fe_buf body;
    struct fe_json_writer *json = &entry->json;
    fe_buf_init(&body, SIZE_MAX / 4);
    read_body(entry, kind, &body);
    take_codings_off(entry, head, end, &body);
    struct fe_slice bytes = fe_buf_slice(&body);
    (void)fe_headers_get(&head->headers, FE_SLICE("Content-Type"), &type);
    fe_json_member_string(json, "mimeType", text_of(entry, type));
    if (kind == FE_FRAME_RESPONSE_BODY) {
        fe_json_member_int(json, "size", (int64_t)bytes.len);
    }
    if (body.error < 0) {
        json->out->error = body.error;
    } else if (end->dropped.len > 0) {
        lose(entry, "the body was not kept");
    } else if (fe_utf8_valid(bytes)) {
        fe_json_member_string(json, "text", bytes);
    } else {
        fe_json_member_string(json, encoding, FE_SLICE("base64"));
        fe_json_key(json, "text");
        struct fe_buf text;
        fe_buf_init(&text, SIZE_MAX / 4);
        (void)fe_buf_putc(&text, '"');
        (void)fe_base64_encode(bytes, &text);
        (void)fe_buf_putc(&text, '"');
        fe_json_put_raw(json, fe_buf_slice(&text));
        fe_buf_done(&text);
    }
    fe_buf_done(&body);
}

/* ── the two messages ── */

static void put_version(struct entry *entry, const struct fe_frame_head *head)
{
    char text[16];
    (void)snprintf(text, sizeof(text), "HTTP/1.%d", head->minor_version);
    fe_json_member_string(&entry->json, "httpVersion", fe_slice_cstr(text));
}

static void put_url(struct entry *entry)
{
    struct fe_slice target = text_of(entry, entry->x.request.target);
    struct fe_slice upstream = entry->input->index.sessions[entry->x.recorded->session].upstream;
    bool whole = fe_slice_starts(target, FE_SLICE("http://")) ||
                 fe_slice_starts(target, FE_SLICE("https://"));
    bool path = target.len > 0 && target.ptr[0] == '/';
    struct fe_slice url = whole
                              ? target
                              : fe_arena_printf(&entry->arena, FE_PRI "%s" FE_PRI, FE_ARG(upstream),
                                                path ? "" : "/", FE_ARG(target));
    fe_json_member_string(&entry->json, "url", url);
    if (!path) {
        fe_json_member_string(&entry->json, "_target", target);
    }
    fe_json_key(&entry->json, "queryString");
    fe_json_begin_array(&entry->json);
    ptrdiff_t mark = fe_slice_index(target, '?');
    struct fe_slice query = mark < 0 ? FE_SLICE("") : fe_slice_from(target, (size_t)mark + 1);
    struct fe_slice pair = {NULL, 0};
    while (fe_slice_split(&query, '&', &pair)) {
        ptrdiff_t equals = fe_slice_index(pair, '=');
        struct fe_slice name = {pair.ptr, equals < 0 ? pair.len : (size_t)equals};
        put_pair(entry, name, equals < 0 ? FE_SLICE("") : fe_slice_from(pair, (size_t)equals + 1));
    }
    fe_json_end_array(&entry->json);
}

static void put_request(struct entry *entry)
{
    struct fe_json_writer *json = &entry->json;
    const struct fe_frame_body_end *end = &entry->x.end.request;
    fe_json_key(json, "request");
    fe_json_begin_object(json);
    fe_json_member_string(json, "method", text_of(entry, entry->x.request.method));
    put_url(entry);
    put_version(entry, &entry->x.request);
    put_no_cookies(entry);
    put_fields(entry, "headers", &entry->x.request.headers);
    if (end->bytes > 0 || end->dropped.len > 0) {
        fe_json_key(json, "postData");
        fe_json_begin_object(json);
        put_body(entry, &entry->x.request, end, FE_FRAME_REQUEST_BODY, "_encoding");
        fe_json_end_object(json);
    }
    fe_json_member_int(json, "headersSize", -1);
    fe_json_member_int(json, "bodySize", (int64_t)end->wire_bytes);
    fe_json_end_object(json);
}

static void put_response(struct entry *entry)
{
    struct fe_json_writer *json = &entry->json;
    const struct fe_frame_head *head = &entry->x.response;
    const struct fe_frame_body_end *end = &entry->x.end.response;
    struct fe_slice location = FE_SLICE("");
    (void)fe_headers_get(&head->headers, FE_SLICE("Location"), &location);
    fe_json_key(json, "response");
    fe_json_begin_object(json);
    fe_json_member_int(json, "status", head->status);
    fe_json_member_string(json, "statusText", text_of(entry, head->reason));
    put_version(entry, head);
    put_no_cookies(entry);
    put_fields(entry, "headers", &head->headers);
    fe_json_key(json, "content");
    fe_json_begin_object(json);
    put_body(entry, head, end, FE_FRAME_RESPONSE_BODY, "encoding");
    fe_json_end_object(json);
    fe_json_member_string(json, "redirectURL", text_of(entry, location));
    fe_json_member_int(json, "headersSize", -1);
    fe_json_member_int(json, "bodySize", (int64_t)end->wire_bytes);
    fe_json_end_object(json);
}

/* ── the rest ── */

/* When the last byte of the request came, behind its head. */
static int64_t send_us(const struct entry *entry)
{
    int64_t last = entry->x.request.t_us;
    for (size_t i = 0; i < entry->x.recorded->frame_count; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        fe_reader_frame_at(entry->input->reader, entry->x.recorded->frames[i], &arena, &frame);
        if (frame.kind == FE_FRAME_REQUEST_BODY && frame.body.pace_count > 0) {
            last = frame.body.pace[frame.body.pace_count - 1].t_us;
        }
        fe_arena_done(&arena);
    }
    return last - entry->x.request.t_us;
}

static void put_times(struct entry *entry)
{
    struct fe_json_writer *json = &entry->json;
    int64_t start = entry->x.request.t_us;
    int64_t end = entry->x.end.t_us - start;
    int64_t answer = entry->x.answered ? entry->x.response.t_us - start : end;
    int64_t sent = send_us(entry);
    sent = sent < answer ? sent : answer;
    put_ms(json, "time", end);
    fe_json_key(json, "cache");
    fe_json_begin_object(json);
    fe_json_end_object(json);
    fe_json_key(json, "timings");
    fe_json_begin_object(json);
    put_ms(json, "send", sent);
    put_ms(json, "wait", answer - sent);
    put_ms(json, "receive", end - answer);
    fe_json_end_object(json);
}

static void put_rest(struct entry *entry)
{
    const struct fe_frame_end *end = &entry->x.end;
    if (end->outcome != FE_RECORDED_OK) {
        fe_json_member_string(&entry->json, "_outcome", fe_recorded_outcome_text(end->outcome));
    }
    if (end->note.len > 0) {
        fe_json_member_string(&entry->json, "_error", text_of(entry, end->note));
    }
    if (end->request.trailers.count + end->response.trailers.count > 0) {
        lose(entry, "trailers");
    }
    if (end->request.open.is_open || end->response.open.is_open) {
        lose(entry, "the chunk within which it broke off");
    }
    for (size_t i = 0; i < entry->x.recorded->frame_count; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        fe_reader_frame_at(entry->input->reader, entry->x.recorded->frames[i], &arena, &frame);
        if (frame.kind == FE_FRAME_INTERIM) {
            lose(entry, "an interim answer");
        }
        fe_arena_done(&arena);
    }
    if (entry->lost.len > 0) {
        (void)fe_buf_puts(&entry->lost, ".");
        fe_json_member_string(&entry->json, "comment",
                              fe_arena_printf(&entry->arena, "Not kept, or not as it was: %.*s",
                                              (int)entry->lost.len, entry->lost.ptr));
    }
}

void fe_har_put_entry(const struct fe_input *input, size_t at, struct fe_buf *out)
{
    struct entry entry = {.input = input};
    char time[FE_TIME_TEXT_BYTES] = "1970-01-01T00:00:00.000Z";
    fe_buf_init(&entry.lost, 4096);
    fe_json_writer_init(&entry.json, out);
    fe_exchange_read(input, at, &entry.arena, &entry.x);
    if (entry.x.has_time) {
        fe_time_format(entry.x.time_ns, time);
    }
    fe_json_begin_object(&entry.json);
    fe_json_member_string(&entry.json, "startedDateTime", fe_slice_cstr(time));
    put_request(&entry);
    put_response(&entry);
    put_times(&entry);
    put_rest(&entry);
    fe_json_end_object(&entry.json);
    fe_buf_done(&entry.lost);
    fe_arena_done(&entry.arena);
}

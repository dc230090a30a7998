/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/raw_request.h"

#include <inttypes.h>

#include "util/buf.h"

struct reading {
    const struct fe_tool *tool;
    const char *name;
    struct fe_slice rest;
    size_t line; /* of what was read last, from 1 */
    struct fe_arena *arena;
    struct fe_raw_request *request;
};

static int wrong(const struct reading *reading, const char *what)
{
    fe_tool_complain(reading->tool, "%s: line %zu: %s", reading->name, reading->line, what);
    return FE_TOOL_FINDINGS;
}

/* False at the end of the text. */
static bool take_line(struct reading *reading, struct fe_slice *line_out)
{
    if (!fe_slice_split(&reading->rest, '\n', line_out)) {
        return false;
    }
    reading->line++;
    if (line_out->len > 0 && line_out->ptr[line_out->len - 1] == '\r') {
        line_out->len--;
    }
    return true;
}

static bool is_token(struct fe_slice text)
{
    static const char separators[] = "\"(),/:;<=>?@[\\]{}";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c <= ' ' || c > '~' || strchr(separators, c) != NULL) {
            return false;
        }
    }
    return text.len > 0;
}

/* ── the head ── */

static int take_request_line(struct reading *reading)
{
    struct fe_frame_head *head = &reading->request->head;
    struct fe_slice version = {NULL, 0};
    struct fe_slice line = {NULL, 0};
    while (line.len == 0) {
        if (!take_line(reading, &line)) {
            reading->line++;
            return wrong(reading, "expected a request, such as \"GET /api/v2/things HTTP/1.1\"");
        }
    }
    bool whole = fe_slice_split(&line, ' ', &head->method) &&
                 fe_slice_split(&line, ' ', &head->target) && is_token(head->method);
    if (line.len > 0) {
        version = line;
    }
    head->minor_version = fe_slice_eq(version, FE_SLICE("HTTP/1.0")) ? 0 : 1;
    if (!whole || head->target.len == 0 ||
        (version.len > 0 && head->minor_version == 1 &&
         !fe_slice_eq(version, FE_SLICE("HTTP/1.1")))) {
        return wrong(reading, "expected \"METHOD TARGET HTTP/1.1\"");
    }
    return FE_TOOL_OK;
}

static int take_field(struct reading *reading, struct fe_slice line)
{
    ptrdiff_t colon = fe_slice_index(line, ':');
    struct fe_slice name = {line.ptr, colon > 0 ? (size_t)colon : 0};
    if (!is_token(name)) {
        return wrong(reading, "expected a field, \"Name: value\", or the empty line behind them");
    }
    struct fe_slice value = fe_slice_trim(fe_slice_from(line, name.len + 1));
    if (fe_headers_add(&reading->request->head.headers, reading->arena, name, value) < 0) {
        return wrong(reading, "too many fields");
    }
    return FE_TOOL_OK;
}

static int take_fields(struct reading *reading)
{
    struct fe_slice line;
    while (take_line(reading, &line) && line.len > 0) {
        int status = take_field(reading, line);
        if (status != FE_TOOL_OK) {
            return status;
        }
    }
    return FE_TOOL_OK;
}

/* ── the body ── */

static int take_length(struct reading *reading, struct fe_slice said)
{
    uint64_t length = 0;
    if (fe_headers_count(&reading->request->head.headers, FE_SLICE("Content-Length")) > 1 ||
        fe_slice_u64(said, &length) < 0) {
        return wrong(reading, "expected one Content-Length, a whole number");
    }
    if (length > reading->rest.len) {
        fe_tool_complain(reading->tool,
                         "%s: the body has %zu bytes, and Content-Length says %" PRIu64,
                         reading->name, reading->rest.len, length);
        return FE_TOOL_FINDINGS;
    }
    reading->request->head.framing = length > 0 ? FE_RECORDED_LENGTH : FE_RECORDED_NONE;
    reading->request->body = (struct fe_slice){reading->rest.ptr, (size_t)length};
    return FE_TOOL_OK;
}

/* The number in front of a chunk; extensions behind it are passed over. */
static bool read_chunk_size(struct fe_slice line, size_t *size_out)
{
    size_t size = 0;
    size_t at = 0;
    for (; at < line.len && fe_hex_digit(line.ptr[at]) >= 0; at++) {
        if (size > FE_RAW_REQUEST_BYTES_MAX) {
            return false;
        }
        size = size * 16 + (size_t)fe_hex_digit(line.ptr[at]);
    }
    *size_out = size;
    return at > 0 && (at == line.len || strchr("; \t", line.ptr[at]) != NULL);
}

static int take_chunk(struct reading *reading, struct fe_buf *body, bool *last_out)
{
    struct fe_slice line = {NULL, 0};
    size_t size = 0;
    if (!take_line(reading, &line)) {
        return wrong(reading, "the body ends before its last chunk, \"0\"");
    }
    if (!read_chunk_size(line, &size)) {
        return wrong(reading, "expected the size of a chunk, in hexadecimal digits");
    }
    *last_out = size == 0;
    if (size > reading->rest.len) {
        return wrong(reading, "the chunk is longer than what follows");
    }
    (void)fe_buf_append(body, reading->rest.ptr, size);
    reading->rest = fe_slice_from(reading->rest, size);
    if (size > 0 && (!take_line(reading, &line) || line.len > 0)) {
        return wrong(reading, "expected the end of a line behind the chunk");
    }
    return FE_TOOL_OK;
}

static int take_chunks(struct reading *reading)
{
    struct fe_buf body;
    bool last = false;
    int status = FE_TOOL_OK;
    fe_buf_init_firm(&body, FE_RAW_REQUEST_BYTES_MAX);
    while (status == FE_TOOL_OK && !last) {
        status = take_chunk(reading, &body, &last);
    }
    reading->request->head.framing = FE_RECORDED_CHUNKED;
    reading->request->body = fe_arena_copy(reading->arena, fe_buf_slice(&body));
    fe_buf_done(&body);
    return status;
}

static void take_rest(struct reading *reading)
{
    struct fe_slice rest = reading->rest;
    while (rest.len > 0 && strchr("\r\n", rest.ptr[0]) != NULL && rest.ptr[0] != '\0') {
        rest = fe_slice_from(rest, 1);
    }
    if (rest.len > 0) {
        reading->request->head.framing = FE_RECORDED_CLOSE;
        reading->request->body = reading->rest;
    }
}

static int take_body(struct reading *reading)
{
    const struct fe_headers *headers = &reading->request->head.headers;
    struct fe_slice said = {NULL, 0};
    reading->request->body = FE_SLICE("");
    if (fe_headers_get(headers, FE_SLICE("Transfer-Encoding"), &said)) {
        return fe_slice_eq_nocase(said, FE_SLICE("chunked"))
                   ? take_chunks(reading)
                   : wrong(reading, "expected no Transfer-Encoding but \"chunked\"");
    }
    if (fe_headers_get(headers, FE_SLICE("Content-Length"), &said)) {
        return take_length(reading, said);
    }
    take_rest(reading);
    return FE_TOOL_OK;
}

int fe_raw_request_read(const struct fe_tool *tool, const char *name, struct fe_slice text,
                        struct fe_arena *arena, struct fe_raw_request *request_out)
{
    struct reading reading = {
        .tool = tool,
        .name = name,
        .rest = text,
        .arena = arena,
        .request = request_out,
    };
    *request_out = (struct fe_raw_request){.head = {.framing = FE_RECORDED_NONE}};
    int status = take_request_line(&reading);
    if (status == FE_TOOL_OK) {
        status = take_fields(&reading);
    }
    return status == FE_TOOL_OK ? take_body(&reading) : status;
}

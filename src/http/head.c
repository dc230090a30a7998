/* SPDX-License-Identifier: MIT */
#include "http/head.h"

#include <assert.h>
#include <errno.h>

#include "http/authority.h"
#include "http/target.h"
#include "util/limits.h"

/* The longest lines that can be good, with their ends: a method, the target, the version and two
 * spaces; a header field. */
enum {
    REQUEST_LINE_BYTES_MAX = 32 + 1 + FE_LIMIT_TARGET_BYTES + 1 + 8 + 2,
    FIELD_LINE_BYTES_MAX = FE_LIMIT_FIELD_BYTES + 2
};

/* ── its end ── */

static ptrdiff_t refuse_scan(int status, const char *why, const char **why_out)
{
    *why_out = why;
    return -status;
}

/* The text so far is within the limits. */
static ptrdiff_t check_size(const struct fe_head_scan *scan, const char **why_out)
{
    size_t line_bytes = scan->offset - scan->line;
    if (scan->lines == 0 && line_bytes > REQUEST_LINE_BYTES_MAX) {
        return refuse_scan(414, "The request line is too long.", why_out);
    }
    if (scan->lines > 0 && line_bytes > FIELD_LINE_BYTES_MAX) {
        return refuse_scan(431, "A header field is too large.", why_out);
    }
    if (scan->offset > FE_LIMIT_HEAD_BYTES) {
        return refuse_scan(431, "The head is too large.", why_out);
    }
    return 0;
}

/* A line ends before `scan->offset`. The head's length if it is the empty one. */
static ptrdiff_t end_line(struct fe_head_scan *scan, struct fe_slice text, const char **why_out)
{
    size_t start = scan->line;
    scan->line = scan->offset;
    if (scan->offset - start == 2) {
        return (ptrdiff_t)scan->offset;
    }
    if (scan->lines > FE_LIMIT_HEADERS) {
        return refuse_scan(431, "There are too many header fields.", why_out);
    }
    if (scan->lines > 0 && (text.ptr[start] == ' ' || text.ptr[start] == '\t')) {
        return refuse_scan(400, "A header field is folded over two lines.", why_out);
    }
    scan->lines++;
    return 0;
}

/* The first byte from `at` on that a line cannot have: its end, or a fault. */
static size_t find_control(struct fe_slice text, size_t at)
{
    while (at < text.len) {
        unsigned char c = (unsigned char)text.ptr[at];
        if ((c < ' ' && c != '\t') || c == 0x7f) {
            break;
        }
        at++;
    }
    return at;
}

ptrdiff_t fe_head_scan(struct fe_head_scan *scan, struct fe_slice text, const char **why_out)
{
    ptrdiff_t r = 0;
    while (r == 0) {
        size_t at = find_control(text, scan->offset);
        scan->offset = at;
        if (at == text.len) {
            break;
        }
        if (text.ptr[at] != '\r') {
            return refuse_scan(400, "The head has a control character or a bare line feed.",
                               why_out);
        }
        if (at + 1 == text.len) {
            break;
        }
        if (text.ptr[at + 1] != '\n') {
            return refuse_scan(400, "The head has a bare carriage return.", why_out);
        }
        scan->offset = at + 2;
        r = check_size(scan, why_out);
        r = r == 0 ? end_line(scan, text, why_out) : r;
    }
    return r != 0 ? r : check_size(scan, why_out);
}

/* ── its request line ── */

static int refuse(int status, const char *why, const char **why_out)
{
    *why_out = why;
    return status;
}

/* RFC 9110 §5.6.2 */
static bool is_token(struct fe_slice text)
{
    static const struct fe_slice marks = FE_SLICE_INIT("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && fe_slice_index(marks, c) < 0) {
            return false;
        }
    }
    return text.len > 0;
}

static bool has_lower_case(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= 'a' && text.ptr[i] <= 'z') {
            return true;
        }
    }
    return false;
}

/* Which methods there are is for the app to say: a recorder passes on what it does not know. Case
 * counts (RFC 9110 §9.1), but not to every parser: "get" is one method to some, and another to
 * others. */
static int parse_method(struct fe_slice text, struct fe_request *request, const char **why_out)
{
    if (!is_token(text)) {
        return refuse(400, "The request line does not start with a method.", why_out);
    }
    if (has_lower_case(text)) {
        return refuse(400, "The method is not in capitals.", why_out);
    }
    if (fe_slice_eq(text, FE_SLICE("CONNECT"))) {
        return refuse(501, "This is no proxy to tunnel through.", why_out);
    }
    request->method = fe_method_parse(text);
    request->method_text = text;
    return 0;
}

static int parse_version(struct fe_slice text, int *minor_out, const char **why_out)
{
    if (!fe_slice_starts(text, FE_SLICE("HTTP/"))) {
        return refuse(400, "The request line does not end with an HTTP version.", why_out);
    }
    if (!fe_slice_eq(text, FE_SLICE("HTTP/1.1")) && !fe_slice_eq(text, FE_SLICE("HTTP/1.0"))) {
        return refuse(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.", why_out);
    }
    *minor_out = text.ptr[text.len - 1] - '0';
    return 0;
}

static int parse_target(struct fe_request *request, const char **why_out)
{
    struct fe_target target;
    if (request->target.len > FE_LIMIT_TARGET_BYTES) {
        return refuse(414, "The request target is too long.", why_out);
    }
    if (fe_target_parse(request->target, &target, why_out) < 0) {
        return 400;
    }
    request->path = target.path;
    request->query = target.query;
    request->host = target.authority;
    if (fe_slice_eq(request->path, FE_SLICE("*")) && request->method != FE_OPTIONS) {
        return refuse(400, "The target \"*\" is for OPTIONS.", why_out);
    }
    return 0;
}

/* method SP target SP version: one space each, so three parts and no empty one. */
static int parse_request_line(struct fe_slice line, struct fe_request *request,
                              const char **why_out)
{
    struct fe_slice parts[3] = {{NULL, 0}};
    for (size_t i = 0; i < 3; i++) {
        if (!fe_slice_split(&line, ' ', &parts[i]) || parts[i].len == 0) {
            return refuse(400, "The request line is not \"METHOD target HTTP/1.1\".", why_out);
        }
    }
    if (parts[2].ptr + parts[2].len != line.ptr || line.len > 0) {
        return refuse(400, "The request line has a space too many.", why_out);
    }
    int status = parse_method(parts[0], request, why_out);
    if (status == 0) {
        status = parse_version(parts[2], &request->minor_version, why_out);
    }
    if (status == 0) {
        request->target = parts[1];
        status = parse_target(request, why_out);
    }
    return status;
}

/* ── its fields ── */

/* Without the space around it; but that of Transfer-Encoding is taken as it stands behind one
 * space, because parsers differ in what they trim there, and then in where the message ends. */
static struct fe_slice field_value(struct fe_slice name, struct fe_slice raw)
{
    if (!fe_slice_eq_nocase(name, FE_SLICE("Transfer-Encoding"))) {
        return fe_slice_trim(raw);
    }
    return raw.len > 0 && raw.ptr[0] == ' ' ? fe_slice_from(raw, 1) : raw;
}

static int parse_field(struct fe_slice line, struct fe_request *request, struct fe_arena *arena,
                       const char **why_out)
{
    struct fe_slice name = {NULL, 0};
    struct fe_slice raw = line;
    if (fe_slice_index(line, ':') < 0 || !fe_slice_split(&raw, ':', &name) || !is_token(name)) {
        return refuse(400, "A header field is not \"Name: value\".", why_out);
    }
    int r = fe_headers_add(&request->headers, arena, name, field_value(name, raw));
    assert(r == 0); /* the scan has counted them */
    (void)r;
    return 0;
}

static int check_host(struct fe_request *request, const char **why_out)
{
    struct fe_slice host = {NULL, 0};
    struct fe_authority authority;
    size_t count = fe_headers_count(&request->headers, FE_SLICE("Host"));
    if (count > 1 || (count == 0 && request->minor_version > 0)) {
        return refuse(400, "There must be exactly one Host field.", why_out);
    }
    if (!fe_headers_get(&request->headers, FE_SLICE("Host"), &host)) {
        return 0;
    }
    if (fe_authority_parse(host, &authority) < 0) {
        return refuse(400, "The Host field is not a host and port.", why_out);
    }
    if (request->host.len == 0) {
        request->host = host;
    }
    return 0;
}

/* RFC 9110 §10.1.1: of a client older than HTTP/1.1 it is ignored. */
static int check_expect(struct fe_head *head, const char **why_out)
{
    struct fe_slice expected = {NULL, 0};
    if (head->request.minor_version == 0 ||
        !fe_headers_get(&head->request.headers, FE_SLICE("Expect"), &expected)) {
        return 0;
    }
    if (fe_headers_count(&head->request.headers, FE_SLICE("Expect")) > 1 ||
        !fe_slice_eq_nocase(expected, FE_SLICE("100-continue"))) {
        return refuse(417, "The only expectation understood is \"100-continue\".", why_out);
    }
    head->expects_continue = head->framing.kind != FE_FRAMING_NONE;
    return 0;
}

static bool keeps_alive(const struct fe_request *request)
{
    const struct fe_headers *headers = &request->headers;
    if (fe_headers_has_token(headers, FE_SLICE("Connection"), FE_SLICE("close"))) {
        return false;
    }
    return request->minor_version > 0 ||
           fe_headers_has_token(headers, FE_SLICE("Connection"), FE_SLICE("keep-alive"));
}

/* Takes a line off the front, which the scan has seen to end with CR LF. */
static struct fe_slice take_line(struct fe_slice *text)
{
    struct fe_slice line = {NULL, 0};
    (void)fe_slice_split(text, '\n', &line);
    assert(line.len > 0);
    line.len--;
    return line;
}

int fe_head_parse(struct fe_slice text, size_t lines, struct fe_arena *arena,
                  struct fe_head *head_out, const char **why_out)
{
    assert(lines > 0);
    struct fe_head head = {.keep_alive = false};
    struct fe_request *request = &head.request;
    request->headers.capacity = lines - 1;
    request->headers.items =
        fe_arena_alloc(arena, request->headers.capacity * sizeof(struct fe_header));
    struct fe_slice rest = fe_arena_copy(arena, text);
    int status = parse_request_line(take_line(&rest), request, why_out);
    for (size_t i = 1; status == 0 && i < lines; i++) {
        status = parse_field(take_line(&rest), request, arena, why_out);
    }
    if (status == 0) {
        status = check_host(request, why_out);
    }
    if (status == 0) {
        status = fe_framing_decide(request, &head.framing, why_out);
    }
    if (status == 0) {
        status = check_expect(&head, why_out);
    }
    if (status == 0) {
        head.keep_alive = keeps_alive(request);
        *head_out = head;
    }
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "record/response_head.h"

#include <errno.h>

#include "message/status.h"
#include "util/limits.h"

/* ── its end ── */

static ptrdiff_t scan_line(struct fe_response_scan *scan, struct fe_slice text)
{
    const char *at = text.ptr + scan->offset;
    const char *lf = memchr(at, '\n', text.len - scan->offset);
    if (lf == NULL) {
        scan->offset = text.len;
        return 0;
    }
    size_t end = (size_t)(lf - text.ptr);
    size_t len = end - scan->line;
    bool empty = len == 0 || (len == 1 && lf[-1] == '\r');
    if (empty && scan->line == 0) {
        return -EBADMSG;
    }
    scan->offset = end + 1;
    scan->line = end + 1;
    return empty ? (ptrdiff_t)scan->offset : 0;
}

ptrdiff_t fe_response_head_scan(struct fe_response_scan *scan, struct fe_slice text)
{
    static const struct fe_slice start = FE_SLICE_INIT("HTTP/1.");
    size_t front = text.len < start.len ? text.len : start.len;
    ptrdiff_t r = 0;
    if (front > 0 && memcmp(text.ptr, start.ptr, front) != 0) {
        return -EBADMSG;
    }
    while (r == 0 && scan->offset < text.len) {
        r = scan_line(scan, text);
    }
    size_t len = r > 0 ? (size_t)r : text.len;
    return r >= 0 && len > FE_LIMIT_UPSTREAM_HEAD_BYTES ? -EMSGSIZE : r;
}

/* ── its lines ── */

static int refuse(const char *why, const char **why_out)
{
    *why_out = why;
    return -EBADMSG;
}

/* Takes a line off the front, which the scan has seen to end with LF. */
static struct fe_slice take_line(struct fe_slice *text)
{
    struct fe_slice line = {NULL, 0};
    (void)fe_slice_split(text, '\n', &line);
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK", where the reason may be missing, with its space or without. */
static int parse_status_line(struct fe_slice line, struct fe_frame_head *head, const char **why_out)
{
    enum {
        STATUS_AT = 9, /* behind "HTTP/1.1 " */
        STATUS_END = 12
    };
    const char *p = line.ptr;
    if (line.len < STATUS_END || (p[7] != '0' && p[7] != '1') || p[8] != ' ') {
        return refuse("Its status line is not \"HTTP/1.1 STATUS REASON\".", why_out);
    }
    for (size_t i = STATUS_AT; i < STATUS_END; i++) {
        if (!is_digit(p[i])) {
            return refuse("Its status is not a number of three digits.", why_out);
        }
        head->status = head->status * 10 + (p[i] - '0');
    }
    if (head->status < 100 || (line.len > STATUS_END && p[STATUS_END] != ' ')) {
        return refuse("Its status is not a number of three digits.", why_out);
    }
    head->minor_version = p[7] - '0';
    head->reason = line.len > STATUS_END ? fe_slice_from(line, STATUS_END + 1) : FE_SLICE("");
    return 0;
}

/* RFC 9110 §5.6.2 */
static bool is_token(struct fe_slice text)
{
    static const struct fe_slice marks = FE_SLICE_INIT("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool alphanumeric = is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alphanumeric && fe_slice_index(marks, c) < 0) {
            return false;
        }
    }
    return text.len > 0;
}

static int parse_field(struct fe_slice line, struct fe_headers *headers, struct fe_arena *arena,
                       const char **why_out)
{
    struct fe_slice name = {NULL, 0};
    ptrdiff_t colon = fe_slice_index(line, ':');
    if (colon < 0) {
        return refuse("One of its fields has no colon.", why_out);
    }
    name = (struct fe_slice){line.ptr, (size_t)colon};
    if (!is_token(name)) {
        return refuse("One of its fields has a name that is none.", why_out);
    }
    if (headers->count == FE_LIMIT_UPSTREAM_FIELDS) {
        return refuse("It has too many fields.", why_out);
    }
    struct fe_slice value = fe_slice_trim(fe_slice_from(line, (size_t)colon + 1));
    return fe_headers_add(headers, arena, name, value);
}

/* A line that begins with a space belongs to the one before it (RFC 9112 §5.2): the ends of lines
 * between them become spaces. */
static void unfold(char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] == '\n' && (text[i + 1] == ' ' || text[i + 1] == '\t')) {
            text[i] = ' ';
            if (i > 0 && text[i - 1] == '\r') {
                text[i - 1] = ' ';
            }
        }
    }
}

/* A CR that ends no line, or a NUL: what clients make of them differs. */
static bool has_stray_control(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\0' || (c == '\r' && (i + 1 == text.len || text.ptr[i + 1] != '\n'))) {
            return true;
        }
    }
    return false;
}

/* ── its framing ── */

/* Every Content-Length says the same (RFC 9110 §8.6: "5, 5" is a list that does). */
static int parse_length(const struct fe_headers *headers, uint64_t *length_out,
                        const char **why_out)
{
    bool known = false;
    for (size_t i = 0; i < headers->count; i++) {
        struct fe_slice list = headers->items[i].value;
        struct fe_slice part = {NULL, 0};
        if (!fe_slice_eq_nocase(headers->items[i].name, FE_SLICE("Content-Length"))) {
            continue;
        }
        do {
            uint64_t length = 0;
            (void)fe_slice_split(&list, ',', &part);
            if (fe_slice_u64(fe_slice_trim(part), &length) < 0 || length > INT64_MAX) {
                return refuse("Its Content-Length is not a length.", why_out);
            }
            if (known && length != *length_out) {
                return refuse("It has two different Content-Lengths.", why_out);
            }
            *length_out = length;
            known = true;
        } while (list.len > 0);
    }
    return 0;
}

static int check_coding(const struct fe_headers *headers, int minor_version, const char **why_out)
{
    struct fe_slice coding = {NULL, 0};
    (void)fe_headers_get(headers, FE_SLICE("Transfer-Encoding"), &coding);
    if (fe_headers_count(headers, FE_SLICE("Content-Length")) > 0) {
        return refuse("It has both Content-Length and Transfer-Encoding.", why_out);
    }
    if (fe_headers_count(headers, FE_SLICE("Transfer-Encoding")) > 1 ||
        !fe_slice_eq_nocase(coding, FE_SLICE("chunked"))) {
        return refuse("Its Transfer-Encoding is not \"chunked\".", why_out);
    }
    return minor_version > 0 ? 0 : refuse("HTTP/1.0 knows no Transfer-Encoding.", why_out);
}

/* RFC 9112 §6.3 */
static int decide_framing(struct fe_response_head *out, bool to_head, const char **why_out)
{
    struct fe_frame_head *head = &out->head;
    bool coded = fe_headers_count(&head->headers, FE_SLICE("Transfer-Encoding")) > 0;
    if (to_head || !fe_status_has_body(head->status)) {
        head->framing = FE_RECORDED_NONE;
        return 0;
    }
    if (coded) {
        head->framing = FE_RECORDED_CHUNKED;
        return check_coding(&head->headers, head->minor_version, why_out);
    }
    bool measured = fe_headers_count(&head->headers, FE_SLICE("Content-Length")) > 0;
    head->framing = measured ? FE_RECORDED_LENGTH : FE_RECORDED_CLOSE;
    return parse_length(&head->headers, &out->length, why_out);
}

/* A server that speaks HTTP/1.0 is not asked a second time. */
static bool keeps_alive(const struct fe_frame_head *head)
{
    return head->minor_version > 0 && head->framing != FE_RECORDED_CLOSE &&
           !fe_headers_has_token(&head->headers, FE_SLICE("Connection"), FE_SLICE("close"));
}

int fe_response_head_parse(struct fe_slice text, bool to_head, struct fe_arena *arena,
                           struct fe_response_head *head_out, const char **why_out)
{
    struct fe_response_head head = {.length = 0};
    char *copy = fe_arena_alloc(arena, text.len);
    memcpy(copy, text.ptr, text.len);
    unfold(copy, text.len);
    struct fe_slice rest = {copy, text.len};
    if (has_stray_control(rest)) {
        return refuse("Its head has a bare carriage return or a NUL.", why_out);
    }
    int r = parse_status_line(take_line(&rest), &head.head, why_out);
    for (struct fe_slice line = take_line(&rest); r == 0 && line.len > 0; line = take_line(&rest)) {
        r = parse_field(line, &head.head.headers, arena, why_out);
    }
    if (r == 0) {
        r = decide_framing(&head, to_head, why_out);
    }
    if (r == 0) {
        head.keeps_alive = keeps_alive(&head.head);
        *head_out = head;
    }
    return r;
}

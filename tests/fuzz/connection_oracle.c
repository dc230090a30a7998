/* SPDX-License-Identifier: MIT */
#include "connection_oracle.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static bool take(struct fe_slice *rest, struct fe_slice text)
{
    if (!fe_slice_starts(*rest, text)) {
        return false;
    }
    *rest = fe_slice_from(*rest, text.len);
    return true;
}

/* Up to the line's end, which must be there. */
static struct fe_slice take_line(struct fe_slice *rest)
{
    const char *end = rest->len > 0 ? memmem(rest->ptr, rest->len, "\r\n", 2) : NULL;
    assert(end);
    struct fe_slice line = {rest->ptr, (size_t)(end - rest->ptr)};
    *rest = fe_slice_from(*rest, line.len + 2);
    return line;
}

/* What a head says of its body. */
struct fields {
    size_t hosts;
    size_t lengths;
    size_t codings;
    size_t numbers; /* X-App */
    bool closes;
    uint64_t length;
    uint64_t number;
};

static void read_field(struct fe_slice line, struct fields *fields)
{
    struct fe_slice name;
    (void)fe_slice_split(&line, ':', &name);
    struct fe_slice value = fe_slice_trim(line);
    assert(name.len > 0);
    for (size_t i = 0; i < name.len; i++) {
        assert(name.ptr[i] > ' ' && name.ptr[i] < 0x7f);
    }
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        assert(c == '\t' || (c >= ' ' && c != 0x7f));
    }
    fields->hosts += fe_slice_eq_nocase(name, FE_SLICE("host"));
    if (fe_slice_eq_nocase(name, FE_SLICE("content-length"))) {
        fields->lengths++;
        int r = fe_slice_u64(value, &fields->length);
        assert(r == 0);
    } else if (fe_slice_eq_nocase(name, FE_SLICE("transfer-encoding"))) {
        fields->codings++;
        assert(fe_slice_eq(value, FE_SLICE("chunked")));
    } else if (fe_slice_eq(name, FE_SLICE("X-App"))) {
        fields->numbers += fe_slice_u64(value, &fields->number) == 0;
    } else if (fe_slice_eq(name, FE_SLICE("Connection"))) {
        fields->closes |= fe_slice_eq(value, FE_SLICE("close"));
    }
}

static struct fields read_fields(struct fe_slice *rest)
{
    struct fields fields = {0};
    struct fe_slice line;
    while ((line = take_line(rest)).len > 0) {
        assert(line.ptr[0] != ' ' && line.ptr[0] != '\t');
        read_field(line, &fields);
    }
    return fields;
}

/* A chunked body; false: it is not whole, or not well-formed. Appends what is in the chunks. */
static bool take_chunks(struct fe_slice *rest, struct fe_buf *data)
{
    uint64_t size = 1;
    while (size > 0) {
        size_t digits = 0;
        for (size = 0; digits < rest->len && digits < 16 && fe_hex_digit(rest->ptr[digits]) >= 0;
             digits++) {
            size = size * 16 + (uint64_t)fe_hex_digit(rest->ptr[digits]);
        }
        const char *end = rest->len > 0 ? memmem(rest->ptr, rest->len, "\r\n", 2) : NULL;
        if (digits == 0 || end == NULL) {
            return false;
        }
        (void)take_line(rest);
        if (size > 0 && (rest->len < 2 || size > rest->len - 2)) {
            return false;
        }
        struct fe_slice chunk = {rest->ptr, (size_t)size};
        (void)fe_buf_put(data, chunk);
        *rest = fe_slice_from(*rest, chunk.len);
        if (size > 0 && !take(rest, FE_SLICE("\r\n"))) {
            return false;
        }
    }
    while (rest->len > 0 && memmem(rest->ptr, rest->len, "\r\n", 2)) {
        if (take_line(rest).len == 0) {
            return true;
        }
    }
    return false;
}

/* ── requests ── */

static void check_target(struct fe_slice target)
{
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.ptr[i];
        assert(c > ' ' && c < 0x7f && c != '#');
        if (c == '%') {
            assert(i + 2 < target.len);
            assert(fe_hex_digit(target.ptr[i + 1]) >= 0 && fe_hex_digit(target.ptr[i + 2]) >= 0);
            assert(target.ptr[i + 1] != '0' || target.ptr[i + 2] != '0');
        }
    }
}

static void check_body(const struct app_request *request, struct fe_slice stored)
{
    struct fe_slice told = fe_buf_slice(&request->body);
    assert(told.len == 0 || request->body_whole || fe_slice_starts(stored, told));
    assert(!request->body_whole || fe_slice_eq(stored, told));
}

/* Takes the body off *rest; false: it is not whole, so that nothing can follow. */
static bool take_body(const struct app_request *request, const struct fields *fields,
                      struct fe_slice *rest)
{
    struct fe_slice framed = *rest;
    struct fe_buf data;
    bool whole = true;
    fe_buf_init(&data, 1 << 20);
    if (fields->codings > 0) {
        whole = take_chunks(rest, &data);
    } else {
        whole = fields->length <= rest->len;
        struct fe_slice body = *rest;
        body.len = whole ? (size_t)fields->length : rest->len;
        (void)fe_buf_put(&data, body);
        *rest = fe_slice_from(*rest, body.len);
    }
    framed.len -= rest->len;
    assert(!request->body_whole || whole);
    if (whole) {
        check_body(request, request->framed ? framed : fe_buf_slice(&data));
    }
    fe_buf_done(&data);
    return whole;
}

void oracle_check_requests(const struct app *app, struct fe_slice sent)
{
    bool whole = true;
    for (size_t i = 0; i < app->count; i++) {
        const struct app_request *request = &app->requests[i];
        assert(whole);
        while (take(&sent, FE_SLICE("\r\n"))) {
        }
        bool as_sent = take(&sent, request->method) && take(&sent, FE_SLICE(" ")) &&
                       take(&sent, request->target) && take(&sent, FE_SLICE(" HTTP/1.")) &&
                       take(&sent, request->minor_version ? FE_SLICE("1\r\n") : FE_SLICE("0\r\n"));
        assert(as_sent);
        check_target(request->target);
        struct fields fields = read_fields(&sent);
        assert(fields.hosts <= 1 && (fields.hosts == 1 || request->minor_version == 0));
        assert(fields.lengths + fields.codings <= 1);
        whole = take_body(request, &fields, &sent);
    }
}

/* ── answers ── */

static bool has_head(struct fe_slice text)
{
    return text.len > 0 && memmem(text.ptr, text.len, "\r\n\r\n", 4);
}

/* Takes the answer's body off; false: it is not whole. */
static bool take_answer_body(const struct fields *fields, bool bodyless, struct fe_slice *rest)
{
    struct fe_buf data;
    bool whole = true;
    fe_buf_init(&data, 1 << 22);
    if (bodyless) {
    } else if (fields->codings > 0) {
        whole = take_chunks(rest, &data);
    } else if (fields->lengths > 0) {
        whole = fields->length <= rest->len;
        *rest = fe_slice_from(*rest, whole ? (size_t)fields->length : rest->len);
    } else { /* up to the end of the connection, and nobody can tell which end that is */
        *rest = fe_slice_from(*rest, rest->len);
    }
    fe_buf_done(&data);
    return whole;
}

static int take_status(struct fe_slice *rest)
{
    uint64_t status = 0;
    struct fe_slice line = take_line(rest);
    bool starts = take(&line, FE_SLICE("HTTP/1.1 ")) && line.len > 3 && line.ptr[3] == ' ';
    assert(starts && fe_slice_u64((struct fe_slice){line.ptr, 3}, &status) == 0);
    assert(status >= 100 && status <= 599);
    return (int)status;
}

void oracle_read_answers(const struct app *app, struct fe_slice received,
                         struct oracle_answers *answers_out)
{
    struct oracle_answers answers = {0};
    size_t next = 0;
    while (received.len > 0 && !answers.cut) {
        assert(answers.refused == 0);
        if (!has_head(received)) {
            answers.cut = true;
            break;
        }
        int status = take_status(&received);
        struct fields fields = read_fields(&received);
        if (status == 100) {
            continue;
        }
        assert(fields.lengths + fields.codings <= 1 && fields.numbers <= 1);
        bool is_head = false;
        if (fields.numbers == 1) {
            assert(fields.number >= next && fields.number < app->count);
            next = (size_t)fields.number + 1;
            is_head = fe_slice_eq(app->requests[next - 1].method, FE_SLICE("HEAD"));
        } else {
            assert(status >= 400 && fields.closes && fields.lengths == 1);
        }
        answers.cut = !take_answer_body(&fields, is_head, &received);
        answers.marked += fields.numbers == 1 && !answers.cut;
        answers.refused += fields.numbers == 0 && !answers.cut;
    }
    *answers_out = answers;
}

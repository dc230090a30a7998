/* SPDX-License-Identifier: MIT */
/* Parts between boundaries (RFC 2046 §5.1.1). A part whose name is a secret's is replaced whole;
 * any other goes to the machine of its own Content-Type. A line that may be a boundary is held
 * until it is known not to be one. */
#include "cassette/redact/values.h"

#include <stdlib.h>

#include "message/media_type.h"
#include "util/alloc.h"
#include "util/buf.h"

enum {
    BOUNDARY_BYTES_MAX = 70, /* RFC 2046 §5.1.1 */
    HEAD_BYTES_MAX = 8 << 10
};

enum state {
    PREAMBLE,  /* and what is behind the last part */
    DELIMITER, /* the rest of a boundary's line */
    HEAD,
    BODY,
    SECRET_BODY
};

struct fe_multipart_values {
    struct fe_values *values;
    enum state state;
    char mark[BOUNDARY_BYTES_MAX + 4]; /* CR LF "--" boundary */
    size_t mark_len;
    size_t matched; /* bytes of the mark that are held */
    struct fe_buf head;
    struct fe_any_values *body;
    bool fresh; /* no byte of the body has come: the mark may lack its CR LF */
};

struct fe_multipart_values *fe_multipart_values_new(struct fe_values *values,
                                                    struct fe_slice boundary)
{
    struct fe_multipart_values *m = fe_xalloc(sizeof(*m));
    size_t len = boundary.len < BOUNDARY_BYTES_MAX ? boundary.len : BOUNDARY_BYTES_MAX;
    m->values = values;
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.ptr, len);
    m->mark_len = len + 4;
    /* The first boundary needs no line's end before it. */
    m->matched = 2;
    m->fresh = true;
    fe_buf_init(&m->head, HEAD_BYTES_MAX);
    return m;
}

void fe_multipart_values_free(struct fe_multipart_values *m)
{
    if (m != NULL) {
        fe_any_values_free(m->body);
        fe_buf_done(&m->head);
        free(m);
    }
}

static void end_body(struct fe_multipart_values *m)
{
    if (m->state == SECRET_BODY) {
        fe_values_finish(m->values);
    } else if (m->body != NULL) {
        fe_any_values_break(m->body);
        fe_values_flush(m->values);
        fe_any_values_free(m->body);
        m->body = NULL;
    }
}

/* ── a part's head ── */

static void begin_body(struct fe_multipart_values *m)
{
    struct fe_slice head = fe_buf_slice(&m->head);
    struct fe_slice kind;
    struct fe_slice name =
        fe_media_parameter(fe_part_field(head, FE_SLICE("Content-Disposition")), FE_SLICE("name"));
    m->fresh = true;
    m->matched = 2;
    if (name.len > 0 && fe_rules_find(m->values->rules, FE_NAME_QUERY, name, &kind)) {
        m->state = SECRET_BODY;
        fe_values_begin(m->values, kind);
        return;
    }
    m->state = BODY;
    m->body = fe_any_values_new(m->values, fe_part_field(head, FE_SLICE("Content-Type")), false);
}

static void step_head(struct fe_multipart_values *m, char c, struct fe_slice raw)
{
    fe_values_plain(m->values, raw);
    if (fe_buf_putc(&m->head, c) < 0) {
        m->state = PREAMBLE;
        m->matched = 0;
        return;
    }
    struct fe_slice head = fe_buf_slice(&m->head);
    bool blank =
        head.len == 1 || head.ptr[head.len - 2] == '\n' ||
        (head.ptr[head.len - 2] == '\r' && (head.len == 2 || head.ptr[head.len - 3] == '\n'));
    if (c == '\n' && blank) {
        begin_body(m);
    }
}

/* ── bodies ── */

static void give(struct fe_multipart_values *m, struct fe_slice bytes)
{
    if (bytes.len == 0) {
        return;
    }
    if (m->state == SECRET_BODY) {
        fe_values_take(m->values, bytes, bytes);
    } else if (m->state == BODY) {
        fe_any_values_push(m->body, bytes, bytes);
    } else {
        fe_values_plain(m->values, bytes);
    }
}

/* What was held of a mark that is none. It is the mark's own bytes, from a place that lasts. */
static void release(struct fe_multipart_values *m)
{
    size_t from = m->fresh ? 2 : 0;
    if (m->matched > from) {
        give(m, (struct fe_slice){m->mark + from, m->matched - from});
    }
    m->matched = 0;
    m->fresh = false;
}

static void on_mark(struct fe_multipart_values *m)
{
    size_t from = m->fresh ? 2 : 0;
    end_body(m);
    fe_values_plain(m->values, (struct fe_slice){m->mark + from, m->mark_len - from});
    m->state = DELIMITER;
    m->matched = 0;
    m->fresh = false;
    fe_buf_clear(&m->head);
}

static void step_body(struct fe_multipart_values *m, char c, struct fe_slice raw)
{
    if (c != m->mark[m->matched]) {
        release(m);
    }
    if (c == m->mark[m->matched]) {
        m->matched++;
        if (m->matched == m->mark_len) {
            on_mark(m);
        }
    } else {
        give(m, raw);
        m->fresh = false;
    }
}

static void step_delimiter(struct fe_multipart_values *m, char c, struct fe_slice raw)
{
    fe_values_plain(m->values, raw);
    (void)fe_buf_putc(&m->head, c);
    if (c == '\n') {
        bool last = fe_slice_starts(fe_buf_slice(&m->head), FE_SLICE("--"));
        m->state = last ? PREAMBLE : HEAD;
        fe_buf_clear(&m->head);
    }
}

void fe_multipart_values_push(struct fe_multipart_values *m, struct fe_slice text,
                              struct fe_slice raw)
{
    for (size_t i = 0; i < text.len; i++) {
        struct fe_slice own = fe_values_raw_of(text, raw, i);
        if (m->state == HEAD) {
            step_head(m, text.ptr[i], own);
        } else if (m->state == DELIMITER) {
            step_delimiter(m, text.ptr[i], own);
        } else {
            step_body(m, text.ptr[i], own);
        }
    }
}

void fe_multipart_values_break(struct fe_multipart_values *m)
{
    if (m->state != HEAD && m->state != DELIMITER) {
        release(m);
    }
    end_body(m);
    m->state = PREAMBLE;
}

void fe_multipart_values_keep(struct fe_multipart_values *m)
{
    if (m->body != NULL) {
        fe_any_values_keep(m->body);
    }
}

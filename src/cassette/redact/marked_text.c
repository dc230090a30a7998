/* SPDX-License-Identifier: MIT */
#include "cassette/redact/marked_text.h"

#include <stdlib.h>

#include "util/alloc.h"

enum {
    SPANS_FIRST = 16
};

/* ── where secrets are ── */

struct finding {
    struct fe_marked_text *marked;
    size_t seen;
};

static void add_span(struct fe_marked_text *marked, size_t begin, size_t end)
{
    if (marked->span_count == marked->span_capacity) {
        size_t capacity = marked->span_capacity ? 2 * marked->span_capacity : SPANS_FIRST;
        struct fe_secret_span *spans = fe_xalloc(capacity * sizeof(*spans));
        if (marked->spans) {
            memcpy(spans, marked->spans, marked->span_count * sizeof(*spans));
        }
        free(marked->spans);
        marked->spans = spans;
        marked->span_capacity = capacity;
    }
    marked->spans[marked->span_count++] = (struct fe_secret_span){begin, end};
}

/* What is not given as it was, was found; what is not given at all belongs to what was found
 * before.
 */
static void on_scanned(void *arg, struct fe_slice bytes, uint64_t input_end)
{
    struct finding *finding = arg;
    struct fe_marked_text *marked = finding->marked;
    size_t begin = finding->seen;
    size_t end = finding->seen = (size_t)input_end;
    if (bytes.len == 0 && marked->span_count > 0) {
        marked->spans[marked->span_count - 1].end = end;
    } else if (!fe_slice_eq(bytes, (struct fe_slice){marked->text.ptr + begin, end - begin})) {
        add_span(marked, begin, end);
    }
}

/* Once there is a value; a text without any is searched by the scan alone. */
static void find_spans(struct fe_marked_text *marked)
{
    marked->searched = true;
    if (!fe_secrets_found(marked->secrets, marked->text)) {
        return;
    }
    struct finding finding = {.marked = marked};
    struct fe_secrets_scan *whole = fe_secrets_scan_new(marked->secrets, on_scanned, &finding);
    fe_secrets_scan_push(whole, marked->text);
    fe_secrets_scan_end(whole);
    fe_secrets_scan_free(whole);
}

void fe_marked_text_begin(struct fe_marked_text *marked, struct fe_secrets *secrets,
                          struct fe_slice text, struct fe_secrets_scan *scan)
{
    *marked = (struct fe_marked_text){.text = text, .secrets = secrets, .scan = scan};
}

/* ── what is given ── */

static struct fe_slice part(const struct fe_marked_text *marked, size_t begin, size_t end)
{
    return (struct fe_slice){marked->text.ptr + begin, end - begin};
}

/* Gives the plain run, but for what it has of secrets that do not lie within it. */
static void flush(struct fe_marked_text *marked)
{
    size_t begin = marked->at;
    size_t end = begin + marked->plain_len;
    while (marked->span_next < marked->span_count &&
           marked->spans[marked->span_next].end <= begin) {
        marked->span_next++;
    }
    for (size_t i = marked->span_next; i < marked->span_count && marked->spans[i].begin < end;
         i++) {
        const struct fe_secret_span *span = &marked->spans[i];
        size_t from = span->begin > begin ? span->begin : begin;
        size_t to = span->end < end ? span->end : end;
        if (to - from < span->end - span->begin) {
            fe_secrets_scan_push(marked->scan, part(marked, begin, from));
            fe_secrets_scan_push_safe(marked->scan, FE_SLICE(""), to - from);
            begin = to;
        }
    }
    fe_secrets_scan_push(marked->scan, part(marked, begin, end));
    marked->at = end;
    marked->plain_len = 0;
}

void fe_marked_text_plain(struct fe_marked_text *marked, size_t len)
{
    marked->plain_len += len;
}

void fe_marked_text_value(struct fe_marked_text *marked, size_t len, struct fe_slice stand_in)
{
    if (!marked->searched) {
        find_spans(marked);
    }
    flush(marked);
    fe_secrets_scan_push_safe(marked->scan, stand_in, len);
    marked->at += len;
}

void fe_marked_text_end(struct fe_marked_text *marked)
{
    marked->plain_len = marked->text.len - marked->at;
    flush(marked);
    free(marked->spans);
    *marked = (struct fe_marked_text){.text = {NULL, 0}};
}

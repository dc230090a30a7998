/* SPDX-License-Identifier: MIT */
#include "cassette/redact/marked_text.h"

#include <stdlib.h>

#include "util/alloc.h"
#include "util/secret.h"

enum {
    FIRST = 16,
    STEP_BYTES = 32 << 10, /* searched before what can be given is */
    SPANS_MAX = 32 << 10   /* within one value that does not end */
};

struct fe_marked_run {
    uint64_t begin;
    uint64_t end;
    size_t len; /* of what is to be given */
    bool is_value;
};

/* A secret that is known. */
struct fe_marked_span {
    uint64_t begin;
    uint64_t end;
};

static void *grown(void *items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity > 0 ? 2 * *capacity : FIRST;
    void *more = fe_xalloc(*capacity * item_size);
    if (items) {
        memcpy(more, items, count * item_size);
    }
    free(items);
    return more;
}

void fe_marked_text_init(struct fe_marked_text *marked, struct fe_secrets *secrets,
                         struct fe_secrets_scan *out)
{
    *marked = (struct fe_marked_text){.secrets = secrets, .out = out};
    fe_buf_init_firm(&marked->bytes, SIZE_MAX / 4);
}

void fe_marked_text_done(struct fe_marked_text *marked)
{
    fe_secrets_scan_free(marked->finder);
    fe_wipe(marked->bytes.ptr, marked->bytes.len);
    fe_buf_done(&marked->bytes);
    free(marked->runs);
    free(marked->spans);
}

/* ── what is told ── */

static void tell(struct fe_marked_text *marked, bool is_value, uint64_t input_len,
                 struct fe_slice bytes)
{
    struct fe_marked_run *last =
        marked->run_count > 0 ? &marked->runs[marked->run_count - 1] : NULL;
    uint64_t begin = marked->told;
    marked->told += input_len;
    (void)fe_buf_put(&marked->bytes, bytes);
    if (last && !last->is_value && !is_value) {
        last->end = marked->told;
        last->len += bytes.len;
        return;
    }
    marked->runs = grown(marked->runs, marked->run_count, &marked->run_capacity, sizeof(*last));
    marked->runs[marked->run_count++] =
        (struct fe_marked_run){begin, marked->told, bytes.len, is_value};
}

void fe_marked_text_plain(struct fe_marked_text *marked, struct fe_slice bytes)
{
    tell(marked, false, bytes.len, bytes);
}

void fe_marked_text_value(struct fe_marked_text *marked, uint64_t input_len,
                          struct fe_slice stand_in)
{
    marked->has_values = true;
    tell(marked, true, input_len, stand_in);
}

/* ── what is found ── */

static void add_span(struct fe_marked_text *marked, uint64_t begin, uint64_t end)
{
    marked->spans =
        grown(marked->spans, marked->span_count, &marked->span_capacity, sizeof(*marked->spans));
    marked->spans[marked->span_count++] = (struct fe_marked_span){begin, end};
}

/* What is found and given as nothing belongs to what was found before it. */
static void on_searched(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    struct fe_marked_text *marked = arg;
    struct fe_marked_span *last =
        marked->span_count > 0 ? &marked->spans[marked->span_count - 1] : NULL;
    if (found && last && (bytes.len == 0 || marked->span_count == SPANS_MAX)) {
        last->end = input_end;
    } else if (found) {
        add_span(marked, marked->searched, input_end);
    }
    marked->searched = input_end;
}

/* ── what is given ── */

/* How far plain bytes can be given: what is a secret must be told of as a whole. */
static uint64_t settled(const struct fe_marked_text *marked)
{
    uint64_t end = marked->searched < marked->told ? marked->searched : marked->told;
    for (size_t i = 0; i < marked->span_count && marked->spans[i].begin < end; i++) {
        if (marked->spans[i].end > marked->told) {
            end = marked->spans[i].begin;
        }
    }
    return end > marked->given ? end : marked->given;
}

static void push_plain(struct fe_marked_text *marked, const char **bytes, uint64_t end)
{
    struct fe_slice part = {*bytes, (size_t)(end - marked->given)};
    fe_secrets_scan_push(marked->out, part);
    *bytes += part.len;
    marked->given = end;
}

static void strike_out(struct fe_marked_text *marked, const char **bytes, uint64_t end)
{
    uint64_t len = end - marked->given;
    fe_secrets_scan_push_safe(marked->out, FE_SLICE(""), len);
    *bytes += len;
    marked->given = end;
}

/* A plain run up to `end`, but for what it has of secrets that do not lie within it. */
static void give_plain(struct fe_marked_text *marked, const struct fe_marked_run *run,
                       const char **bytes, uint64_t end)
{
    for (size_t i = 0; i < marked->span_count && marked->spans[i].begin < end; i++) {
        const struct fe_marked_span *span = &marked->spans[i];
        bool within = span->begin >= run->begin && span->end <= run->end;
        if (!within && span->end > marked->given) {
            push_plain(marked, bytes, span->begin > marked->given ? span->begin : marked->given);
            strike_out(marked, bytes, span->end < end ? span->end : end);
        }
    }
    push_plain(marked, bytes, end);
}

static bool give_run(struct fe_marked_text *marked, struct fe_marked_run *run, const char **bytes,
                     uint64_t end)
{
    const char *from = *bytes;
    if (run->is_value && run->end > marked->searched) {
        return false;
    }
    if (run->is_value) {
        fe_secrets_scan_push_safe(marked->out, (struct fe_slice){from, run->len},
                                  run->end - run->begin);
        *bytes += run->len;
        marked->given = run->end;
        return true;
    }
    give_plain(marked, run, bytes, run->end < end ? run->end : end);
    run->len -= (size_t)(*bytes - from);
    return marked->given == run->end;
}

static void forget_spans(struct fe_marked_text *marked)
{
    size_t gone = 0;
    while (gone < marked->span_count && marked->spans[gone].end <= marked->given) {
        gone++;
    }
    marked->span_count -= gone;
    if (gone > 0) {
        memmove(marked->spans, marked->spans + gone, marked->span_count * sizeof(*marked->spans));
    }
}

static void give(struct fe_marked_text *marked)
{
    uint64_t end = settled(marked);
    const char *bytes = marked->bytes.ptr;
    size_t gone = 0;
    while (gone < marked->run_count && give_run(marked, &marked->runs[gone], &bytes, end)) {
        gone++;
    }
    marked->run_count -= gone;
    if (gone > 0) {
        memmove(marked->runs, marked->runs + gone, marked->run_count * sizeof(*marked->runs));
    }
    if (bytes > marked->bytes.ptr) {
        fe_buf_consume(&marked->bytes, (size_t)(bytes - marked->bytes.ptr));
    }
    forget_spans(marked);
}

/* ── the text ── */

static void find(struct fe_marked_text *marked, struct fe_slice text)
{
    if (marked->finder == NULL) {
        marked->finder = fe_secrets_scan_new(marked->secrets, on_searched, marked);
    }
    marked->finding = true;
    while (text.len > 0) {
        size_t len = text.len < STEP_BYTES ? text.len : STEP_BYTES;
        fe_secrets_scan_push(marked->finder, (struct fe_slice){text.ptr, len});
        give(marked);
        text = fe_slice_from(text, len);
    }
}

void fe_marked_text_push(struct fe_marked_text *marked, struct fe_slice text, bool last)
{
    if (!last || marked->finding || marked->has_values) {
        find(marked, text);
    }
    if (!last) {
        return;
    }
    if (marked->finding) {
        fe_secrets_scan_end(marked->finder);
    }
    marked->searched = marked->told;
    give(marked);
    marked->finding = false;
    marked->has_values = false;
    marked->given = marked->told = marked->searched = 0;
}

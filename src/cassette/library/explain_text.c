/* SPDX-License-Identifier: MIT */
#include "cassette/library/explain.h"

#include <inttypes.h>

#include "util/json_writer.h"
#include "util/readable.h"

/* ── JSON ── */

static void put_member(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    if (text.ptr) {
        fe_json_member_string(writer, name, text);
    }
}

static size_t told_count(const struct fe_explained_recording *recording)
{
    size_t count = recording->difference_count;
    return count < FE_EXPLAIN_DIFFERENCES ? count : FE_EXPLAIN_DIFFERENCES;
}

static void put_differences(const struct fe_explained_recording *recording,
                            struct fe_json_writer *writer)
{
    fe_json_key(writer, "differences");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < told_count(recording); i++) {
        const struct fe_explained_difference *difference = &recording->differences[i];
        fe_json_begin_object(writer);
        put_member(writer, "part", difference->part);
        put_member(writer, "name", difference->name);
        put_member(writer, "asked", difference->asked);
        put_member(writer, "recorded", difference->recorded);
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
}

static void put_recording(const struct fe_explained_recording *recording,
                          struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "seq", (int64_t)recording->seq);
    put_member(writer, "cassette", recording->cassette);
    put_member(writer, "method", recording->method);
    put_member(writer, "target", recording->target);
    put_differences(recording, writer);
    fe_json_member_int(writer, "differenceCount", (int64_t)recording->difference_count);
    fe_json_end_object(writer);
}

static struct fe_slice why(enum fe_find find)
{
    switch (find) {
    case FE_MISS_USED_UP:
        return FE_SLICE("used_up");
    case FE_MISS_TOO_EARLY:
        return FE_SLICE("too_early");
    default:
        return FE_SLICE("unknown");
    }
}

void fe_explanation_json(const struct fe_explanation *explanation, struct fe_json_writer *writer)
{
    put_member(writer, "why", why(explanation->find));
    put_member(writer, "reason", explanation->reason);
    fe_json_key(writer, "nearest");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < explanation->near_count; i++) {
        put_recording(&explanation->near[i], writer);
    }
    fe_json_end_array(writer);
    put_member(writer, "advice", explanation->advice);
    put_member(writer, "rule", explanation->rule);
    put_member(writer, "command", explanation->command);
}

/* ── lines ── */

static void put_value(struct fe_buf *out, struct fe_slice value)
{
    if (value.ptr == NULL) {
        (void)fe_buf_puts(out, "nothing");
    } else if (value.len == 0) {
        (void)fe_buf_puts(out, "(empty)");
    } else {
        fe_readable_append(value, out);
    }
}

static void put_difference(struct fe_buf *out, const struct fe_explained_difference *difference)
{
    (void)fe_buf_printf(out, "      " FE_PRI, FE_ARG(difference->part));
    if (difference->name.ptr) {
        (void)fe_buf_putc(out, ' ');
        fe_readable_append(difference->name, out);
    }
    (void)fe_buf_puts(out, ": asked ");
    put_value(out, difference->asked);
    (void)fe_buf_puts(out, ", recorded ");
    put_value(out, difference->recorded);
    (void)fe_buf_putc(out, '\n');
}

static void put_lines(struct fe_buf *out, const struct fe_explained_recording *recording)
{
    (void)fe_buf_printf(out, "  %" PRIu64 "  ", recording->seq);
    fe_readable_append(recording->method, out);
    (void)fe_buf_putc(out, ' ');
    fe_readable_append(recording->target, out);
    (void)fe_buf_puts(out, "  in ");
    fe_readable_append(recording->cassette, out);
    (void)fe_buf_putc(out, '\n');
    for (size_t i = 0; i < told_count(recording); i++) {
        put_difference(out, &recording->differences[i]);
    }
    if (recording->difference_count > FE_EXPLAIN_DIFFERENCES) {
        (void)fe_buf_printf(out, "      and %zu more\n",
                            recording->difference_count - FE_EXPLAIN_DIFFERENCES);
    }
}

/* Lines of a rule, or a command, set in. */
static void put_set_in(struct fe_buf *out, struct fe_slice text)
{
    struct fe_slice line;
    while (fe_slice_split(&text, '\n', &line)) {
        (void)fe_buf_puts(out, "  ");
        fe_readable_append(line, out);
        (void)fe_buf_putc(out, '\n');
    }
}

void fe_explanation_text(const struct fe_explanation *explanation, struct fe_buf *out)
{
    fe_readable_append(explanation->reason, out);
    (void)fe_buf_putc(out, '\n');
    if (explanation->near_count > 0) {
        (void)fe_buf_puts(out, "Nearest:\n");
    }
    for (size_t i = 0; i < explanation->near_count; i++) {
        put_lines(out, &explanation->near[i]);
    }
    fe_readable_append(explanation->advice, out);
    (void)fe_buf_putc(out, '\n');
    put_set_in(out, explanation->rule);
    put_set_in(out, explanation->command);
}

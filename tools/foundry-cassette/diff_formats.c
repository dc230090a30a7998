/* SPDX-License-Identifier: MIT */
/* The report for machines, and for the comment that a machine leaves on a pull request. */
#include <inttypes.h>

#include "foundry-cassette/diff_report.h"
#include "util/json_writer.h"
#include "util/readable.h"

enum {
    OUT_BYTES_MAX = 256 << 20,
    COMMENT_BYTES = 60000, /* of table: hosts take comments of 65,536 characters */
    CELL_BYTES_MAX = 64 << 10
};

/* ── JSON ── */

static void write_text(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    if (text.ptr) {
        fe_json_member_string(writer, name, text);
    }
}

static void write_drift(struct fe_json_writer *writer, const struct fe_drift *drift)
{
    const char *tier = fe_drift_tier_text(fe_drift_tier_of(drift->kind));
    fe_json_begin_object(writer);
    write_text(writer, "tier", fe_slice_cstr(tier));
    write_text(writer, "kind", fe_slice_cstr(fe_drift_kind_text(drift->kind)));
    fe_json_member_int(writer, "seq", (int64_t)drift->seq);
    write_text(writer, "method", drift->method);
    write_text(writer, "target", drift->target);
    if (drift->kind != FE_DRIFT_STATUS && drift->kind != FE_DRIFT_MEDIA_TYPE) {
        write_text(writer, "pointer", drift->pointer);
    }
    write_text(writer, "recorded", drift->recorded);
    write_text(writer, "live", drift->live);
    fe_json_member_int(writer, "times", (int64_t)drift->times);
    fe_json_end_object(writer);
}

static void write_skipped(struct fe_json_writer *writer, const struct fe_diff_report *report)
{
    fe_json_key(writer, "skipped");
    fe_json_begin_object(writer);
    for (int i = 0; i < FE_SKIPS; i++) {
        if (report->skipped[i] > 0) {
            fe_json_member_int(writer, fe_skip_text((enum fe_skip)i), (int64_t)report->skipped[i]);
        }
    }
    fe_json_end_object(writer);
}

static void write_report(struct fe_json_writer *writer, const struct fe_diff_report *report)
{
    const struct fe_drifts *drifts = &report->drifts;
    fe_json_begin_object(writer);
    write_text(writer, "cassette", fe_slice_cstr(report->cassette));
    write_text(writer, "against", fe_slice_cstr(report->against));
    fe_json_member_int(writer, "compared", (int64_t)report->compared);
    write_skipped(writer, report);
    fe_json_member_int(writer, "errors", (int64_t)drifts->tiers[FE_DRIFT_ERROR]);
    fe_json_member_int(writer, "warnings", (int64_t)drifts->tiers[FE_DRIFT_WARNING]);
    fe_json_member_int(writer, "infos", (int64_t)drifts->tiers[FE_DRIFT_INFO]);
    if (report->failure.len > 0) {
        write_text(writer, "failure", report->failure);
    }
    fe_json_key(writer, "findings");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < drifts->count; i++) {
        write_drift(writer, drifts->items[i]);
    }
    fe_json_end_array(writer);
    fe_json_end_object(writer);
}

void fe_diff_report_json(const struct fe_tool *tool, const struct fe_diff_report *report)
{
    struct fe_json_writer writer;
    struct fe_buf out;
    fe_buf_init(&out, OUT_BYTES_MAX);
    fe_json_writer_init(&writer, &out);
    write_report(&writer, report);
    (void)fe_buf_putc(&out, '\n');
    (void)fwrite(out.ptr, 1, out.len, tool->out);
    fe_buf_done(&out);
}

/* ── Markdown ── */

/* As code in a table's cell, where a bar is escaped all the same, and a backtick would be the end.
 */
static void put_code(struct fe_buf *out, struct fe_slice text)
{
    struct fe_arena scratch = {NULL};
    struct fe_slice readable = fe_readable(text, &scratch);
    (void)fe_buf_putc(out, '`');
    for (size_t i = 0; i < readable.len; i++) {
        char c = readable.ptr[i];
        if (c == '`') {
            c = '\'';
        }
        (void)fe_buf_puts(out, c == '|' ? "\\" : "");
        (void)fe_buf_putc(out, c);
    }
    (void)fe_buf_putc(out, '`');
    fe_arena_done(&scratch);
}

static void put_row(struct fe_buf *out, const struct fe_drift *drift)
{
    struct fe_arena scratch = {NULL};
    struct fe_slice request =
        fe_arena_printf(&scratch, FE_PRI " " FE_PRI, FE_ARG(drift->method), FE_ARG(drift->target));
    (void)fe_buf_printf(out, "| %s | ", fe_drift_tier_text(fe_drift_tier_of(drift->kind)));
    put_code(out, request);
    (void)fe_buf_printf(out, " (#%" PRIu64 ") | ", drift->seq);
    fe_drift_say(drift, put_code, out);
    (void)fe_buf_puts(out, " |\n");
    fe_arena_done(&scratch);
}

/* Returns how many there was room for. */
static size_t put_table(struct fe_buf *out, const struct fe_drifts *drifts)
{
    size_t count = 0;
    if (drifts->count > 0) {
        (void)fe_buf_puts(out, "\n| | request | answer |\n|---|---|---|\n");
    }
    while (count < drifts->count && out->len < COMMENT_BYTES) {
        size_t before = out->len;
        put_row(out, drifts->items[count]);
        if (out->len > COMMENT_BYTES) {
            out->len = before;
            break;
        }
        count++;
    }
    return count;
}

static void put_not_sent(struct fe_buf *out, const struct fe_diff_report *report)
{
    const char *before = "\nNot sent: ";
    for (int i = 0; i < FE_SKIPS; i++) {
        if (report->skipped[i] > 0) {
            (void)fe_buf_printf(out, "%s%" PRIu64 " (%s)", before, report->skipped[i],
                                fe_skip_text((enum fe_skip)i));
            before = ", ";
        }
    }
    (void)fe_buf_puts(out, *before == '\n' ? "" : ".\n");
}

void fe_diff_report_markdown(const struct fe_tool *tool, const struct fe_diff_report *report)
{
    uint64_t all = fe_drifts_all(&report->drifts);
    struct fe_buf out;
    fe_buf_init(&out, OUT_BYTES_MAX);
    (void)fe_buf_puts(&out, "### Drift of ");
    put_code(&out, fe_slice_cstr(report->cassette));
    (void)fe_buf_puts(&out, " from ");
    put_code(&out, fe_slice_cstr(report->against));
    (void)fe_buf_puts(&out, "\n\n**");
    fe_diff_sum_append(report, &out);
    (void)fe_buf_puts(&out, "**\n");
    size_t told = put_table(&out, &report->drifts);
    if (told < all) {
        (void)fe_buf_printf(&out, "\nAnd %" PRIu64 " more.\n", all - told);
    }
    put_not_sent(&out, report);
    if (report->failure.len > 0) {
        (void)fe_buf_puts(&out, "\nThen it could not be asked any more: ");
        put_code(&out, report->failure);
        (void)fe_buf_puts(&out, "\n");
    }
    (void)fwrite(out.ptr, 1, out.len, tool->out);
    fe_buf_done(&out);
}

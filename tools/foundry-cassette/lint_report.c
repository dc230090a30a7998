/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/lint_report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "foundry-cassette/text.h"
#include "util/alloc.h"
#include "util/json_writer.h"

enum {
    NAME_BYTES_MAX = 64,
    LOOK_BACK = 256 /* findings among which the same one may be */
};

/* A finding from one view is another's, too; the first says more than what follows. */
static bool is_known(const struct fe_lint_report *report, const struct fe_lint_finding *finding)
{
    size_t stop = report->count > LOOK_BACK ? report->count - LOOK_BACK : 0;
    for (size_t i = report->count; i > stop; i--) {
        const struct fe_lint_finding *other = &report->items[i - 1];
        if (other->seq == finding->seq && other->rank == finding->rank && other->in_text &&
            fe_slice_eq(other->place, finding->place) && other->start < finding->end &&
            finding->start < other->end) {
            return true;
        }
    }
    return false;
}

void fe_lint_report_add(struct fe_lint_report *report, const struct fe_lint_finding *finding)
{
    if (finding->in_text && is_known(report, finding)) {
        return;
    }
    if (report->count == FE_LINT_FINDINGS_MAX) {
        report->more++;
        return;
    }
    if (report->items == NULL) {
        report->items = fe_xalloc(FE_LINT_FINDINGS_MAX * sizeof(*report->items));
    }
    struct fe_lint_finding *copy = &report->items[report->count];
    *copy = *finding;
    copy->number = report->count++;
    copy->place = fe_arena_copy(&report->arena, finding->place);
    if (copy->name.len > NAME_BYTES_MAX) {
        copy->name.len = NAME_BYTES_MAX;
    }
    copy->name = fe_arena_copy(&report->arena, copy->name);
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
    const struct fe_lint_finding *left = a;
    const struct fe_lint_finding *right = b;
    int order = compare(left->seq, right->seq);
    order = order ? order : compare(left->rank, right->rank);
    order = order ? order : compare(left->start, right->start);
    return order ? order : compare(left->number, right->number);
}

/* ── printing ──────────────────────────────────────────────────────────────────────────────── */

static void print_line(const struct fe_tool *tool, const char *file,
                       const struct fe_lint_finding *finding)
{
    struct fe_arena arena = {0};
    (void)fprintf(tool->out, "%s: ", file);
    if (finding->seq > 0) {
        (void)fprintf(tool->out, "seq %" PRIu64 ": ", finding->seq);
    }
    struct fe_slice place = fe_readable(finding->place, &arena);
    struct fe_slice name = fe_readable(finding->name, &arena);
    (void)fwrite(place.ptr, 1, place.len, tool->out);
    if (name.len > 0) {
        (void)fprintf(tool->out, " " FE_PRI, FE_ARG(name));
    }
    if (finding->in_text) {
        (void)fprintf(tool->out, " at byte %" PRIu64, finding->start);
    }
    (void)fprintf(tool->out, ": %s%s%s\n", fe_style(tool, FE_STYLE_RED), finding->rule,
                  fe_style(tool, FE_STYLE_PLAIN));
    fe_arena_done(&arena);
}

static void print_json(const struct fe_tool *tool, const char *file,
                       const struct fe_lint_finding *finding)
{
    struct fe_buf out;
    struct fe_json_writer writer;
    fe_buf_init_firm(&out, 64 << 10);
    fe_json_writer_init(&writer, &out);
    fe_json_begin_object(&writer);
    fe_json_member_string(&writer, "file", fe_slice_cstr(file));
    if (finding->seq > 0) {
        fe_json_member_int(&writer, "seq", (int64_t)finding->seq);
    }
    fe_json_member_string(&writer, "place", finding->place);
    if (finding->name.len > 0) {
        fe_json_member_string(&writer, "name", finding->name);
    }
    if (finding->in_text) {
        fe_json_member_int(&writer, "at", (int64_t)finding->start);
    }
    fe_json_member_string(&writer, "rule", fe_slice_cstr(finding->rule));
    fe_json_end_object(&writer);
    (void)fe_buf_putc(&out, '\n');
    (void)fwrite(out.ptr, 1, out.len, tool->out);
    fe_buf_done(&out);
}

void fe_lint_report_print(const struct fe_tool *tool, const char *file, bool json,
                          struct fe_lint_report *report)
{
    if (report->count > 0) {
        qsort(report->items, report->count, sizeof(*report->items), by_place);
    }
    for (size_t i = 0; i < report->count && !fe_tool_out_failed(tool); i++) {
        (json ? print_json : print_line)(tool, file, &report->items[i]);
    }
    if (json) {
        return;
    }
    size_t all = report->count + report->more;
    if (report->more > 0) {
        (void)fprintf(tool->out, "%s: and %zu more\n", file, report->more);
    }
    if (all == 0) {
        (void)fprintf(tool->out, "%s: %sclean%s\n", file, fe_style(tool, FE_STYLE_GREEN),
                      fe_style(tool, FE_STYLE_PLAIN));
    } else {
        (void)fprintf(tool->out, "%s: %zu finding%s\n", file, all, all == 1 ? "" : "s");
    }
}

void fe_lint_report_done(struct fe_lint_report *report)
{
    free(report->items);
    fe_arena_done(&report->arena);
    *report = (struct fe_lint_report){0};
}

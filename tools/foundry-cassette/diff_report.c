/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/diff_report.h"

#include <inttypes.h>

#include "foundry-cassette/text.h"

enum {
    LINE_BYTES_MAX = 64 << 10,
    TIER_WIDTH = 8
};

static bool is_same_request(const struct fe_drift *a, const struct fe_drift *b)
{
    return fe_slice_eq(a->method, b->method) && fe_slice_eq(a->target, b->target);
}

static enum fe_style style_of(enum fe_drift_tier tier)
{
    static const enum fe_style styles[] = {FE_STYLE_RED, FE_STYLE_YELLOW, FE_STYLE_DIM};
    return styles[tier];
}

static void put_request(const struct fe_tool *tool, const struct fe_drift *drift)
{
    struct fe_arena scratch = {NULL};
    (void)fprintf(tool->out, "%s#%" PRIu64 " " FE_PRI " " FE_PRI "%s\n",
                  fe_style(tool, FE_STYLE_BOLD), drift->seq,
                  FE_ARG(fe_readable(drift->method, &scratch)),
                  FE_ARG(fe_readable(drift->target, &scratch)), fe_style(tool, FE_STYLE_PLAIN));
    fe_arena_done(&scratch);
}

static void put_plain(struct fe_buf *out, struct fe_slice text)
{
    fe_readable_append(text, out);
}

static void put_drift(const struct fe_tool *tool, const struct fe_drift *drift)
{
    enum fe_drift_tier tier = fe_drift_tier_of(drift->kind);
    struct fe_buf line;
    fe_buf_init(&line, LINE_BYTES_MAX);
    fe_drift_say(drift, put_plain, &line);
    (void)fprintf(tool->out, "  %s%-*s%s " FE_PRI "\n", fe_style(tool, style_of(tier)), TIER_WIDTH,
                  fe_drift_tier_text(tier), fe_style(tool, FE_STYLE_PLAIN),
                  FE_ARG(fe_buf_slice(&line)));
    fe_buf_done(&line);
}

static void append_count(uint64_t count, const char *before, const char *what, struct fe_buf *out)
{
    (void)fe_buf_printf(out, "%s%" PRIu64 " %s%s", before, count, what, count == 1 ? "" : "s");
}

void fe_diff_sum_append(const struct fe_diff_report *report, struct fe_buf *out)
{
    const uint64_t *tiers = report->drifts.tiers;
    (void)fe_buf_printf(out, "%" PRIu64 " compared", report->compared);
    append_count(tiers[FE_DRIFT_ERROR], ": ", "error", out);
    append_count(tiers[FE_DRIFT_WARNING], ", ", "warning", out);
    if (tiers[FE_DRIFT_INFO] > 0) {
        (void)fe_buf_printf(out, ", %" PRIu64 " info", tiers[FE_DRIFT_INFO]);
    }
}

static void put_sum(const struct fe_tool *tool, const struct fe_diff_report *report)
{
    uint64_t all = fe_drifts_all(&report->drifts);
    struct fe_buf line;
    if (all > report->drifts.count) {
        (void)fprintf(tool->out, "and %" PRIu64 " more\n", all - report->drifts.count);
    }
    fe_buf_init(&line, LINE_BYTES_MAX);
    fe_diff_sum_append(report, &line);
    (void)fprintf(tool->out, FE_PRI "\n", FE_ARG(fe_buf_slice(&line)));
    fe_buf_done(&line);
}

void fe_diff_report_text(const struct fe_tool *tool, const struct fe_diff_report *report)
{
    const struct fe_drifts *drifts = &report->drifts;
    (void)fprintf(tool->out, "%s against %s\n", report->cassette, report->against);
    for (size_t i = 0; i < drifts->count; i++) {
        if (i == 0 || !is_same_request(drifts->items[i - 1], drifts->items[i])) {
            put_request(tool, drifts->items[i]);
        }
        put_drift(tool, drifts->items[i]);
    }
    put_sum(tool, report);
    for (int i = 0; i < FE_SKIPS; i++) {
        if (report->skipped[i] > 0) {
            (void)fprintf(tool->out, "%" PRIu64 " not sent (%s): %s\n", report->skipped[i],
                          fe_skip_text((enum fe_skip)i), fe_skip_advice((enum fe_skip)i));
        }
    }
}

/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/why_report.h"

#include <inttypes.h>

#include "foundry-cassette/text.h"
#include "util/json_writer.h"

enum {
    PARTS_MAX = 100, /* that are told */
    TURNS_MAX = 20,
    OUT_BYTES_MAX = 16 << 20
};

struct report {
    const struct fe_tool *tool;
    const struct fe_decision *decision;
    struct fe_missed asked;
    struct fe_explained_difference parts[PARTS_MAX];
    size_t part_count; /* all there are */
};

static struct report begin(const struct fe_tool *tool, const struct fe_decision *decision)
{
    return (struct report){
        .tool = tool,
        .decision = decision,
        .asked = {decision->find, &decision->request->head, &decision->request->body},
    };
}

static bool is_match(const struct report *report)
{
    return report->decision->find < FE_MISS_UNKNOWN;
}

static void find_parts(struct report *report)
{
    const struct fe_decision *decision = report->decision;
    report->part_count = fe_explain_parts(decision->library, &report->asked, decision->redactor,
                                          decision->arena, report->parts, PARTS_MAX);
}

static size_t told_parts(const struct report *report)
{
    return report->part_count < PARTS_MAX ? report->part_count : PARTS_MAX;
}

static struct fe_frame frame_at(const struct report *report, const struct fe_take *take,
                                uint64_t offset)
{
    struct fe_frame frame;
    fe_reader_frame_at(take->reader, offset, report->decision->arena, &frame);
    return frame;
}

/* 0: there was no answer. */
static int status_of(const struct report *report, const struct fe_take *take)
{
    bool answered = take->recorded->response != UINT64_MAX;
    return answered ? frame_at(report, take, take->recorded->response).head.status : 0;
}

/* ── the turns of equal requests ── */

struct turn {
    enum fe_find find;
    struct fe_take take;
};

/* Whether those behind it are answered in the same way. */
static bool is_last(const struct turn *turn)
{
    return turn->find >= FE_MISS_UNKNOWN || turn->take.reader == NULL || turn->take.repeated;
}

/* From the first one on, until nothing changes any more; returns how many. */
static size_t find_turns(const struct report *report, struct turn turns[TURNS_MAX])
{
    const struct fe_decision *decision = report->decision;
    const struct fe_raw_request *request = decision->request;
    size_t count = 0;
    fe_library_rewind(decision->library);
    do {
        struct turn *turn = &turns[count++];
        turn->find = fe_library_take(decision->library, &request->head, request->body, &turn->take);
    } while (count < TURNS_MAX && !is_last(&turns[count - 1]));
    return count;
}

/* ── lines ── */

static void put_label(const struct report *report, const char *text)
{
    (void)fprintf(report->tool->out, "%s%s%s\n", fe_style(report->tool, FE_STYLE_BOLD), text,
                  fe_style(report->tool, FE_STYLE_PLAIN));
}

/* Of what was recorded: a cassette may have kept its secrets. */
static struct fe_slice safe(const struct report *report, struct fe_slice text)
{
    return fe_redactor_text(report->decision->redactor, text, report->decision->arena);
}

static void put_readable(const struct report *report, struct fe_slice text)
{
    (void)fprintf(report->tool->out, FE_PRI, FE_ARG(fe_readable(text, report->decision->arena)));
}

static void put_match(const struct report *report)
{
    const struct fe_take *take = &report->decision->take;
    FILE *out = report->tool->out;
    if (take->reader == NULL) {
        (void)fputs("It is a poll, and stays idle: no idle answer was recorded.\n", out);
        return;
    }
    struct fe_frame request = frame_at(report, take, take->recorded->request);
    bool idle = report->decision->find == FE_FOUND_IDLE;
    (void)fprintf(out, "Recording %" PRIu64 " answers it%s%s.\n", take->seq,
                  take->repeated ? ", once more" : "", idle ? ": an idle poll" : "");
    (void)fprintf(out, "  %" PRIu64 "  ", take->seq);
    put_readable(report, safe(report, request.head.method));
    (void)fputc(' ', out);
    put_readable(report, safe(report, request.head.target));
    if (status_of(report, take) != 0) {
        (void)fprintf(out, "  %d", status_of(report, take));
    }
    (void)fputs("  in ", out);
    put_readable(report, fe_slice_cstr(fe_reader_path(take->reader)));
    (void)fputc('\n', out);
}

static void put_parts(const struct report *report)
{
    FILE *out = report->tool->out;
    put_label(report, "Compared by:");
    for (size_t i = 0; i < told_parts(report); i++) {
        const struct fe_explained_difference *part = &report->parts[i];
        (void)fprintf(out, "  " FE_PRI, FE_ARG(part->part));
        (void)fputs(part->name.len > 0 ? " " : "", out);
        put_readable(report, part->name);
        (void)fputs(": ", out);
        put_readable(report, part->asked);
        (void)fputc('\n', out);
    }
    if (report->part_count > PARTS_MAX) {
        (void)fprintf(out, "  and %zu more\n", report->part_count - PARTS_MAX);
    }
}

static void put_turn(const struct report *report, size_t nth, const struct turn *turn)
{
    FILE *out = report->tool->out;
    (void)fprintf(out, "  request %zu%s: ", nth, is_last(turn) ? " and all behind it" : "");
    if (turn->find >= FE_MISS_UNKNOWN) {
        (void)fputs("missed\n", out);
    } else if (turn->take.reader == NULL) {
        (void)fputs("idle\n", out);
    } else {
        (void)fprintf(out, "recording %" PRIu64 "%s\n", turn->take.seq,
                      turn->take.repeated ? ", once more" : "");
    }
}

static void put_turns(const struct report *report)
{
    struct turn turns[TURNS_MAX];
    size_t count = find_turns(report, turns);
    put_label(report, "If it is sent again and again:");
    for (size_t i = 0; i < count; i++) {
        put_turn(report, i + 1, &turns[i]);
    }
    if (!is_last(&turns[count - 1])) {
        (void)fputs("  and so on\n", report->tool->out);
    }
}

static void put_miss(const struct report *report)
{
    const struct fe_decision *decision = report->decision;
    struct fe_explanation explanation;
    struct fe_buf text;
    fe_explain(decision->library, &report->asked, decision->redactor, decision->arena,
               &explanation);
    fe_buf_init(&text, OUT_BYTES_MAX);
    fe_explanation_text(&explanation, &text);
    (void)fprintf(report->tool->out, "No recording answers it.\n" FE_PRI,
                  FE_ARG(fe_buf_slice(&text)));
    fe_buf_done(&text);
}

void fe_why_report(const struct fe_tool *tool, const struct fe_decision *decision)
{
    struct report report = begin(tool, decision);
    if (!is_match(&report)) {
        put_miss(&report);
        return;
    }
    find_parts(&report);
    put_match(&report);
    put_parts(&report);
    put_turns(&report);
}

/* ── JSON ── */

static void write_take(enum fe_find find, const struct fe_take *take, struct fe_json_writer *writer)
{
    if (take->reader) {
        fe_json_member_int(writer, "seq", (int64_t)take->seq);
    }
    if (take->repeated) {
        fe_json_member_bool(writer, "repeated", true);
    }
    if (find == FE_FOUND_IDLE) {
        fe_json_member_bool(writer, "idle", true);
    }
}

static void write_recording(const struct report *report, struct fe_json_writer *writer)
{
    const struct fe_take *take = &report->decision->take;
    if (take->reader == NULL) {
        return;
    }
    struct fe_frame request = frame_at(report, take, take->recorded->request);
    fe_json_member_string(writer, "cassette", fe_slice_cstr(fe_reader_path(take->reader)));
    fe_json_member_string(writer, "method", safe(report, request.head.method));
    fe_json_member_string(writer, "target", safe(report, request.head.target));
    if (status_of(report, take) != 0) {
        fe_json_member_int(writer, "status", status_of(report, take));
    }
}

static void write_parts(const struct report *report, struct fe_json_writer *writer)
{
    fe_json_key(writer, "parts");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < told_parts(report); i++) {
        const struct fe_explained_difference *part = &report->parts[i];
        fe_json_begin_object(writer);
        fe_json_member_string(writer, "part", part->part);
        if (part->name.ptr) {
            fe_json_member_string(writer, "name", part->name);
        }
        if (part->asked.ptr) {
            fe_json_member_string(writer, "value", part->asked);
        }
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
    fe_json_member_int(writer, "partCount", (int64_t)report->part_count);
}

static void write_turns(const struct report *report, struct fe_json_writer *writer)
{
    struct turn turns[TURNS_MAX];
    size_t count = find_turns(report, turns);
    fe_json_key(writer, "turns");
    fe_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        fe_json_begin_object(writer);
        fe_json_member_int(writer, "nth", (int64_t)i + 1);
        fe_json_member_bool(writer, "match", turns[i].find < FE_MISS_UNKNOWN);
        write_take(turns[i].find, &turns[i].take, writer);
        fe_json_end_object(writer);
    }
    fe_json_end_array(writer);
}

static void write_match(struct report *report, struct fe_json_writer *writer)
{
    const struct fe_decision *decision = report->decision;
    find_parts(report);
    write_take(decision->find, &decision->take, writer);
    write_recording(report, writer);
    write_parts(report, writer);
    write_turns(report, writer);
}

static void write_miss(const struct report *report, struct fe_json_writer *writer)
{
    const struct fe_decision *decision = report->decision;
    struct fe_explanation explanation;
    fe_explain(decision->library, &report->asked, decision->redactor, decision->arena,
               &explanation);
    fe_explanation_json(&explanation, writer);
}

void fe_why_report_json(const struct fe_tool *tool, const struct fe_decision *decision)
{
    struct report report = begin(tool, decision);
    struct fe_json_writer writer;
    struct fe_buf out;
    fe_buf_init(&out, OUT_BYTES_MAX);
    fe_json_writer_init(&writer, &out);
    fe_json_begin_object(&writer);
    fe_json_member_bool(&writer, "match", is_match(&report));
    fe_json_member_int(&writer, "nth", (int64_t)decision->nth);
    if (is_match(&report)) {
        write_match(&report, &writer);
    } else {
        write_miss(&report, &writer);
    }
    fe_json_end_object(&writer);
    (void)fprintf(tool->out, FE_PRI "\n", FE_ARG(fe_buf_slice(&out)));
    fe_buf_done(&out);
}

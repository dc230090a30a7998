/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/body_view.h"
#include "foundry-cassette/text.h"

struct view {
    const struct fe_tool *tool;
    const struct fe_input *input;
    struct fe_arena *arena;
    const struct fe_exchange *exchange;
};

static void put_fact(const struct view *view, const char *name, struct fe_slice value)
{
    (void)fprintf(view->tool->out, "%s%-9s%s " FE_PRI "\n", fe_style(view->tool, FE_STYLE_DIM),
                  name, fe_style(view->tool, FE_STYLE_PLAIN), FE_ARG(value));
}

static void put_time(const struct view *view)
{
    const struct fe_exchange *exchange = view->exchange;
    char number[FE_NUMBER_TEXT_BYTES];
    char time[FE_TIME_TEXT_BYTES] = "?";
    struct fe_slice answered = {0};
    if (exchange->has_time) {
        fe_time_format(exchange->time_ns, time);
    }
    if (exchange->answered) {
        fe_duration_text(exchange->response.t_us - exchange->request.t_us, number);
        answered = fe_arena_printf(view->arena, "answered after %s, ", number);
    }
    fe_duration_text(exchange->end.t_us - exchange->request.t_us, number);
    put_fact(view, "time",
             fe_arena_printf(view->arena, "%s, " FE_PRI "over after %s", time, FE_ARG(answered),
                             number));
}

static void put_outcome(const struct view *view)
{
    const struct fe_frame_end *end = &view->exchange->end;
    struct fe_slice outcome = fe_recorded_outcome_text(end->outcome);
    enum fe_style style = end->outcome == FE_RECORDED_OK ? FE_STYLE_GREEN : FE_STYLE_RED;
    struct fe_slice note = fe_readable(end->note, view->arena);
    if (!view->exchange->recorded->ended) {
        note = FE_SLICE("the recording was cut off within it");
    }
    put_fact(view, "outcome",
             fe_arena_printf(view->arena, "%s" FE_PRI "%s%s" FE_PRI, fe_style(view->tool, style),
                             FE_ARG(outcome), fe_style(view->tool, FE_STYLE_PLAIN),
                             note.len ? ": " : "", FE_ARG(note)));
}

static void put_facts(const struct view *view)
{
    const struct fe_frame_session *session =
        &view->input->index.sessions[view->exchange->recorded->session];
    (void)fprintf(view->tool->out, "%s#%" PRIu64 "%s of %s\n", fe_style(view->tool, FE_STYLE_BOLD),
                  view->exchange->recorded->seq, fe_style(view->tool, FE_STYLE_PLAIN),
                  view->input->name);
    put_time(view);
    put_fact(view, "upstream", fe_readable(session->upstream, view->arena));
    put_outcome(view);
    if (session->redaction.secrets_kept) {
        put_fact(view, "secrets", FE_SLICE("kept as they were"));
    }
}

static void put_fields(const struct view *view, const struct fe_headers *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        struct fe_slice name = fe_readable(fields->items[i].name, view->arena);
        struct fe_slice value = fe_readable(fields->items[i].value, view->arena);
        (void)fprintf(view->tool->out, "%s" FE_PRI "%s: " FE_PRI "\n",
                      fe_style(view->tool, FE_STYLE_CYAN), FE_ARG(name),
                      fe_style(view->tool, FE_STYLE_PLAIN), FE_ARG(value));
    }
}

static void put_trailers(const struct view *view, const struct fe_headers *trailers)
{
    if (trailers->count > 0) {
        (void)fprintf(view->tool->out, "%s-- trailers%s\n", fe_style(view->tool, FE_STYLE_DIM),
                      fe_style(view->tool, FE_STYLE_PLAIN));
        put_fields(view, trailers);
    }
}

static void put_status(const struct view *view, const struct fe_frame_head *head)
{
    struct fe_slice reason = fe_readable(head->reason, view->arena);
    (void)fprintf(view->tool->out, "\nHTTP/1.%d %s%s%d%s%s" FE_PRI "%s\n", head->minor_version,
                  fe_style(view->tool, FE_STYLE_BOLD),
                  fe_style(view->tool, fe_style_of_status(head->status)), head->status,
                  fe_style(view->tool, FE_STYLE_PLAIN), reason.len ? " " : "", FE_ARG(reason),
                  fe_style(view->tool, FE_STYLE_PLAIN));
    put_fields(view, &head->headers);
}

static void put_request(const struct view *view)
{
    const struct fe_frame_head *head = &view->exchange->request;
    struct fe_slice method = fe_readable(head->method, view->arena);
    struct fe_slice target = fe_readable(head->target, view->arena);
    (void)fprintf(view->tool->out, "\n%s" FE_PRI "%s " FE_PRI " HTTP/1.%d\n",
                  fe_style(view->tool, FE_STYLE_BOLD), FE_ARG(method),
                  fe_style(view->tool, FE_STYLE_PLAIN), FE_ARG(target), head->minor_version);
    put_fields(view, &head->headers);
    fe_body_view(view->tool, view->input, view->exchange, FE_BODY_REQUEST);
    put_trailers(view, &view->exchange->end.request.trailers);
}

static void put_interims(const struct view *view)
{
    const struct fe_recorded *recorded = view->exchange->recorded;
    uint64_t forgotten = 0;
    for (size_t i = 0; i < recorded->frame_count; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        fe_reader_frame_at(view->input->reader, recorded->frames[i], &arena, &frame);
        if (frame.kind == FE_FRAME_INTERIM) {
            put_status(view, &frame.head);
        }
        fe_arena_done(&arena);
        fe_input_forget(view->input, &forgotten, recorded->frames[i]);
    }
}

static void put_response(const struct view *view)
{
    put_interims(view);
    if (!view->exchange->answered) {
        (void)fprintf(view->tool->out, "\n%s-- no answer%s\n", fe_style(view->tool, FE_STYLE_DIM),
                      fe_style(view->tool, FE_STYLE_PLAIN));
        return;
    }
    put_status(view, &view->exchange->response);
    fe_body_view(view->tool, view->input, view->exchange, FE_BODY_RESPONSE);
    put_trailers(view, &view->exchange->end.response.trailers);
}

static void show(const struct fe_tool *tool, const struct fe_input *input, size_t at)
{
    struct fe_arena arena = {0};
    struct fe_exchange exchange;
    fe_exchange_read(input, at, &arena, &exchange);
    const struct view view = {.tool = tool, .input = input, .arena = &arena, .exchange = &exchange};
    put_facts(&view);
    put_request(&view);
    put_response(&view);
    fe_arena_done(&arena);
}

static int parse_side(const struct fe_tool *tool, const char *text, enum fe_body_side *side_out)
{
    *side_out = FE_BODY_RESPONSE;
    if (text && strcmp(text, "request") == 0) {
        *side_out = FE_BODY_REQUEST;
    } else if (text && strcmp(text, "response") != 0) {
        fe_tool_complain(tool, "show: --body %s: expected request or response", text);
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

static int show_marked(const struct fe_tool *tool, struct fe_input *input, char *const *words,
                       int count, const enum fe_body_side *only)
{
    bool *marks = fe_arena_alloc(&input->arena, input->index.count + 1);
    int status = fe_seqs_read(tool, input, words, count, marks);
    if (status != FE_TOOL_OK) {
        return status;
    }
    bool is_first = true;
    for (size_t i = 0; i < input->index.count && !fe_tool_out_failed(tool); i++) {
        if (!marks[i]) {
            continue;
        }
        if (only) {
            fe_body_write(tool, input, &input->index.exchanges[i], *only);
            continue;
        }
        (void)fputs(is_first ? "" : "\n", tool->out);
        is_first = false;
        show(tool, input, i);
    }
    return fe_input_say_damage(tool, input);
}

int fe_command_show(const struct fe_tool *tool, int argc, char **argv)
{
    const char *body = NULL;
    const struct fe_flag flags[] = {
        {.name = "body",
         .argument = "SIDE",
         .value = &body,
         .help = "The body of request or response alone, as it is stored."},
    };
    const struct fe_usage usage = {
        .command = "show",
        .operands = "FILE SEQ...",
        .about = "Shows exchanges by the numbers that ls gives them (3-7: from 3 to 7): request\n"
                 "and answer with their fields in order, and their bodies: text as it is, JSON\n"
                 "indented, of anything else the first bytes. Content codings are taken off.\n",
        .operands_min = 2,
        .operands_max = INT_MAX,
        .flags = flags,
        .flag_count = 1,
    };
    int count = 0;
    int status = FE_TOOL_OK;
    enum fe_body_side side = FE_BODY_RESPONSE;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    status = parse_side(tool, body, &side);
    if (status != FE_TOOL_OK) {
        return status;
    }
    struct fe_input input;
    status = fe_input_open_indexed(tool, argv[1], &input);
    if (status == FE_TOOL_OK) {
        status = show_marked(tool, &input, argv + 2, count - 1, body ? &side : NULL);
        fe_input_done(&input);
    }
    return status;
}

/* SPDX-License-Identifier: MIT */
/* `ls`: one line an exchange. Piped, it is made for grep and awk: whole times, whole paths, the
 * outcome last. On a terminal it is made to fit: the date is in a heading, and paths are cut. */
#include <inttypes.h>
#include <string.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/text.h"

enum {
    PATH_PADDED_MAX = 72, /* piped: one long path does not push all outcomes out of sight */
    PATH_WIDTH_MIN = 12,
    CUT_OFF_NAMED_MAX = 5
};

/* The cells of a line, as they are printed. */
struct row {
    char seq[24];
    char time[FE_TIME_TEXT_BYTES + 8];
    struct fe_slice method;
    struct fe_slice path;
    char status[16];
    char bytes[24];
    char ms[FE_NUMBER_TEXT_BYTES];
    struct fe_slice outcome;
    int status_code;
};

struct widths {
    size_t seq;
    size_t time;
    size_t method;
    size_t path;
    size_t bytes;
    size_t ms;
    size_t outcome;
};

static void time_cell(const struct fe_tool *tool, const struct fe_exchange *exchange, char *out,
                      size_t size)
{
    char whole[FE_TIME_TEXT_BYTES];
    if (!exchange->has_time) {
        (void)snprintf(out, size, "+%.3fs", (double)exchange->request.t_us / 1e6);
        return;
    }
    fe_time_format(exchange->time_ns, whole);
    if (tool->terminal) {
        (void)snprintf(out, size, "%.12s", whole + 11); /* "12:00:00.000" */
    } else {
        (void)snprintf(out, size, "%s", whole);
    }
}

static void read_row(const struct fe_tool *tool, const struct fe_input *input, size_t at,
                     struct fe_arena *arena, struct row *row)
{
    struct fe_exchange exchange;
    fe_exchange_read(input, at, arena, &exchange);
    (void)snprintf(row->seq, sizeof(row->seq), "%" PRIu64, exchange.recorded->seq);
    time_cell(tool, &exchange, row->time, sizeof(row->time));
    row->method = fe_readable(exchange.request.method, arena);
    row->path = fe_readable(exchange.request.target, arena);
    row->status_code = exchange.answered ? exchange.response.status : 0;
    (void)snprintf(row->status, sizeof(row->status), exchange.answered ? "%d" : "-",
                   row->status_code);
    (void)snprintf(row->bytes, sizeof(row->bytes), "%" PRIu64, exchange.end.response.wire_bytes);
    fe_ms_text(exchange.end.t_us - exchange.request.t_us, row->ms);
    row->outcome = fe_recorded_outcome_text(exchange.end.outcome);
}

static void widen(size_t *width, size_t to)
{
    if (to > *width) {
        *width = to;
    }
}

static void measure(const struct fe_tool *tool, const struct fe_input *input, struct widths *widths)
{
    *widths = (struct widths){
        .seq = 3, .time = 4, .method = 6, .path = 4, .bytes = 5, .ms = 2, .outcome = 7};
    for (size_t i = 0; i < input->index.count; i++) {
        struct fe_arena arena = {0};
        struct row row;
        read_row(tool, input, i, &arena, &row);
        widen(&widths->seq, strlen(row.seq));
        widen(&widths->time, strlen(row.time));
        widen(&widths->method, fe_text_width(row.method));
        widen(&widths->path, fe_text_width(row.path));
        widen(&widths->bytes, strlen(row.bytes));
        widen(&widths->ms, strlen(row.ms));
        widen(&widths->outcome, row.outcome.len);
        fe_arena_done(&arena);
    }
    size_t room = PATH_PADDED_MAX;
    if (tool->terminal) {
        size_t rest = widths->seq + widths->time + widths->method + strlen("STATUS") +
                      widths->bytes + widths->ms + widths->outcome + 7 * strlen("  ");
        room = tool->columns > rest + PATH_WIDTH_MIN ? tool->columns - rest : PATH_WIDTH_MIN;
    }
    if (widths->path > room) {
        widths->path = room;
    }
}

/* Many paths begin alike and differ at their ends, so it is the query that goes first, and then the
 * middle. */
static struct fe_slice cut_path(struct fe_slice path, size_t width, struct fe_arena *arena)
{
    ptrdiff_t query = fe_slice_index(path, '?');
    struct fe_slice alone = {path.ptr, query < 0 ? path.len : (size_t)query};
    return fe_text_width(alone) + 2 <= width || fe_text_width(path) <= width
               ? fe_text_cut(path, width, arena)
               : fe_text_cut_middle(alone, width, arena);
}

static int padding(struct fe_slice text, size_t width)
{
    size_t is = fe_text_width(text);
    return is < width ? (int)(width - is) : 0;
}

static void put_row(const struct fe_tool *tool, const struct widths *widths, const struct row *row,
                    struct fe_arena *arena)
{
    bool whole = !tool->terminal;
    struct fe_slice path = whole ? row->path : cut_path(row->path, widths->path, arena);
    bool is_ok = fe_slice_eq(row->outcome, fe_recorded_outcome_text(FE_RECORDED_OK));
    const char *plain = fe_style(tool, FE_STYLE_PLAIN);
    const char *status_style =
        row->status_code ? fe_style(tool, fe_style_of_status(row->status_code)) : "";
    (void)fprintf(tool->out, "%*s  %s%-*s%s  ", (int)widths->seq, row->seq,
                  fe_style(tool, FE_STYLE_DIM), (int)widths->time, row->time, plain);
    (void)fprintf(tool->out, "%s" FE_PRI "%s%*s  " FE_PRI "%*s  ", fe_style(tool, FE_STYLE_BOLD),
                  FE_ARG(row->method), plain, padding(row->method, widths->method), "",
                  FE_ARG(path), padding(path, widths->path), "");
    (void)fprintf(tool->out, "%s%6s%s  %*s  %*s  %s" FE_PRI "%s\n", status_style, row->status,
                  plain, (int)widths->bytes, row->bytes, (int)widths->ms, row->ms,
                  is_ok ? "" : fe_style(tool, FE_STYLE_RED), FE_ARG(row->outcome), plain);
}

static void put_column_names(const struct fe_tool *tool, const struct widths *widths)
{
    (void)fprintf(tool->out, "%s%*s  %-*s  %-*s  %-*s  STATUS  %*s  %*s  OUTCOME%s\n",
                  fe_style(tool, FE_STYLE_DIM), (int)widths->seq, "SEQ", (int)widths->time, "TIME",
                  (int)widths->method, "METHOD", (int)widths->path, "PATH", (int)widths->bytes,
                  "BYTES", (int)widths->ms, "MS", fe_style(tool, FE_STYLE_PLAIN));
}

/* "https://stack.example, 2026-01-31" on a terminal, where lines have no date. */
static void put_session(const struct fe_tool *tool, const struct fe_frame_session *session,
                        struct fe_arena *arena)
{
    struct fe_slice upstream = fe_readable(session->upstream, arena);
    struct fe_slice day = fe_readable(session->time, arena);
    day.len = day.len > 10 ? 10 : day.len;
    (void)fprintf(tool->out, "%s" FE_PRI "%s%s" FE_PRI "%s%s%s\n", fe_style(tool, FE_STYLE_BOLD),
                  FE_ARG(upstream), fe_style(tool, FE_STYLE_PLAIN), upstream.len ? "  " : "",
                  FE_ARG(day), fe_style(tool, FE_STYLE_RED),
                  session->redaction.secrets_kept ? "  secrets are kept" : "",
                  fe_style(tool, FE_STYLE_PLAIN));
}

static void put_table(const struct fe_tool *tool, const struct fe_input *input)
{
    struct widths widths;
    measure(tool, input, &widths);
    put_column_names(tool, &widths);
    size_t session = SIZE_MAX;
    for (size_t i = 0; i < input->index.count && !fe_tool_out_failed(tool); i++) {
        struct fe_arena arena = {0};
        struct row row;
        read_row(tool, input, i, &arena, &row);
        if (tool->terminal && input->index.exchanges[i].session != session) {
            session = input->index.exchanges[i].session;
            put_session(tool, &input->index.sessions[session], &arena);
        }
        put_row(tool, &widths, &row, &arena);
        fe_arena_done(&arena);
    }
}

static void say_cut_off(const struct fe_tool *tool, const struct fe_input *input)
{
    size_t count = 0;
    char numbers[32 * CUT_OFF_NAMED_MAX] = "";
    size_t used = 0;
    for (size_t i = 0; i < input->index.count; i++) {
        if (!input->index.exchanges[i].ended && count++ < CUT_OFF_NAMED_MAX) {
            int more = snprintf(numbers + used, sizeof(numbers) - used, "%s%" PRIu64,
                                used ? ", " : "", input->index.exchanges[i].seq);
            used += (size_t)more;
        }
    }
    if (count > 0) {
        fe_tool_complain(tool, "%s: the recording was cut off within %zu exchange%s: %s%s",
                         input->name, count, count == 1 ? "" : "s", numbers,
                         count > CUT_OFF_NAMED_MAX ? ", ..." : "");
    }
}

static void put_name(const struct fe_tool *tool, const char *name, bool is_first)
{
    (void)fprintf(tool->out, "%s%s%s%s:\n", is_first ? "" : "\n", fe_style(tool, FE_STYLE_BOLD),
                  name, fe_style(tool, FE_STYLE_PLAIN));
}

static int list_file(const struct fe_tool *tool, const struct fe_input *input)
{
    put_table(tool, input);
    say_cut_off(tool, input);
    return fe_input_say_damage(tool, input);
}

int fe_command_ls(const struct fe_tool *tool, int argc, char **argv)
{
    const struct fe_usage usage = {
        .command = "ls",
        .operands = "FILE...",
        .about = "Lists the exchanges: number, time (UTC), method, path with its query, status,\n"
                 "bytes of the answer's body as they crossed the wire, milliseconds, outcome\n"
                 "(ok, refused, reset, timeout, tls, truncated, client_abort). \"-\" is standard\n"
                 "input.\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    bool is_first = true;
    for (int i = 1; i <= count && !fe_tool_out_failed(tool); i++) {
        struct fe_input input;
        int of_file = fe_input_open_indexed(tool, argv[i], &input);
        if (of_file == FE_TOOL_OK) {
            if (count > 1) {
                put_name(tool, input.name, is_first);
            }
            is_first = false;
            of_file = list_file(tool, &input);
            fe_input_done(&input);
        }
        status = of_file > status ? of_file : status;
    }
    return status;
}

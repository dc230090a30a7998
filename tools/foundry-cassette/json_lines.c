/* SPDX-License-Identifier: MIT */
/* `cat --json` and `import`: between a cassette and its JSON twin, one line a frame. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cassette/copy.h"
#include "cassette/encode.h"
#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"

enum {
    READ_BYTES = 64 << 10,
    LINE_BYTES_MAX = 7 * FE_FRAME_BYTES_MAX /* a byte is at most six in JSON: \u0000 */
};

/* ── to JSON ───────────────────────────────────────────────────────────────────────────────── */

static int put_line(const struct fe_tool *tool, const struct fe_input *input, struct fe_slice text,
                    struct fe_buf *line)
{
    fe_buf_clear(line);
    fe_frame_to_json(text, line);
    if (fe_buf_putc(line, '\n') < 0) {
        fe_tool_complain(tool, "%s: %s", input->name, strerror(-line->error));
        return FE_TOOL_FAILED;
    }
    (void)fwrite(line->ptr, 1, line->len, tool->out);
    return FE_TOOL_OK;
}

static int cat_file(const struct fe_tool *tool, const char *path, struct fe_buf *line)
{
    struct fe_input input;
    int status = fe_input_open(tool, path, &input);
    if (status != FE_TOOL_OK) {
        return status;
    }
    struct fe_slice all = fe_reader_bytes(input.reader);
    uint64_t offset = 0;
    uint64_t forgotten = 0;
    int r = 1;
    while (r == 1 && status == FE_TOOL_OK && !fe_tool_out_failed(tool)) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        const char *why = NULL;
        uint64_t begin = offset;
        r = fe_reader_next(input.reader, &offset, &arena, &frame, &why);
        if (r == 1) {
            struct fe_slice text = {all.ptr + begin, (size_t)(offset - begin)};
            status = put_line(tool, &input, text, line);
        } else if (r < 0) {
            fe_tool_complain(tool, "%s: offset %" PRIu64 ": %s; foundry-cassette repair helps",
                             input.name, offset,
                             r == -ENODATA ? "the rest is a frame that was not finished" : why);
            status = FE_TOOL_FINDINGS;
        }
        fe_arena_done(&arena);
        fe_input_forget(&input, &forgotten, offset);
    }
    fe_input_done(&input);
    return status;
}

int fe_command_cat(const struct fe_tool *tool, int argc, char **argv)
{
    bool json = false;
    const struct fe_flag flags[] = {
        {.name = "json", .help = "As JSON, which is the only form there is.", .given = &json},
    };
    const struct fe_usage usage = {
        .command = "cat",
        .operands = "FILE...",
        .about = "Prints the frames, one line of JSON each; nothing is lost, and import --json\n"
                 "makes the same bytes of it. Lets git show cassettes as text:\n"
                 "  git config diff.cassette.textconv 'foundry-cassette cat --json'\n"
                 "and in .gitattributes: *.cassette diff=cassette. \"-\" is standard input.\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
        .flags = flags,
        .flag_count = 1,
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    struct fe_buf line;
    fe_buf_init(&line, LINE_BYTES_MAX);
    for (int i = 1; i <= count && !fe_tool_out_failed(tool); i++) {
        int of_file = cat_file(tool, argv[i], &line);
        status = of_file > status ? of_file : status;
    }
    fe_buf_done(&line);
    return status;
}

/* ── and back ──────────────────────────────────────────────────────────────────────────────── */

struct lines {
    FILE *file;
    const char *name;
    struct fe_buf buf;
    size_t begin; /* of the next line in buf */
    uint64_t number;
};

static char *line_end(const struct lines *lines, size_t searched)
{
    size_t left = lines->buf.len - searched;
    return left > 0 ? memchr(lines->buf.ptr + searched, '\n', left) : NULL;
}

/* 1; 0: there is no more; -errno. */
static int read_more(struct lines *lines)
{
    char *room = NULL;
    fe_buf_consume(&lines->buf, lines->begin);
    lines->begin = 0;
    if (fe_buf_reserve(&lines->buf, READ_BYTES, &room) < 0) {
        return lines->buf.error;
    }
    size_t got = fread(room, 1, READ_BYTES, lines->file);
    lines->buf.len += got;
    if (ferror(lines->file)) {
        return -EIO;
    }
    return got > 0;
}

/* The next line, without its newline, valid until the next call. 1; 0: there is none; -errno. */
static int next_line(struct lines *lines, struct fe_slice *line_out)
{
    char *end = line_end(lines, lines->begin);
    int r = 1;
    while (end == NULL && r == 1) {
        size_t searched = lines->buf.len - lines->begin;
        r = read_more(lines);
        end = line_end(lines, searched);
    }
    if (r < 0) {
        return r;
    }
    struct fe_slice rest = fe_slice_from(fe_buf_slice(&lines->buf), lines->begin);
    *line_out = (struct fe_slice){rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len};
    lines->begin += line_out->len + (end != NULL);
    lines->number++;
    return end != NULL || rest.len > 0;
}

static int import_line(const struct fe_tool *tool, const struct lines *lines, struct fe_slice line,
                       struct fe_safe_frame *frame, struct fe_output *output)
{
    const char *why = NULL;
    if (fe_slice_trim(line).len == 0) {
        return FE_TOOL_OK;
    }
    if (fe_frame_from_json(line, frame, &why) < 0) {
        fe_tool_complain(tool, "%s:%" PRIu64 ": %s", lines->name, lines->number, why);
        return FE_TOOL_FINDINGS;
    }
    return fe_output_put(output, frame);
}

static int import_lines(const struct fe_tool *tool, struct lines *lines, struct fe_output *output)
{
    struct fe_safe_frame *frame = fe_safe_frame_new();
    int status = FE_TOOL_OK;
    int r = 1;
    while (r == 1 && status == FE_TOOL_OK) {
        struct fe_slice line;
        r = next_line(lines, &line);
        if (r == 1) {
            status = import_line(tool, lines, line, frame, output);
        } else if (r < 0) {
            fe_tool_complain(tool, "%s:%" PRIu64 ": %s", lines->name, lines->number + 1,
                             r == -E2BIG ? "the line is longer than any frame" : strerror(-r));
            status = FE_TOOL_FINDINGS;
        }
    }
    fe_safe_frame_free(frame);
    return status;
}

static int import_json(const struct fe_tool *tool, const char *path, struct fe_output *output)
{
    bool is_standard = strcmp(path, "-") == 0;
    struct lines lines = {.name = is_standard ? "standard input" : path};
    lines.file = is_standard ? stdin : fopen(path, "re");
    if (lines.file == NULL) {
        fe_tool_complain(tool, "%s: %s", path, strerror(errno));
        return FE_TOOL_FINDINGS;
    }
    fe_buf_init(&lines.buf, LINE_BYTES_MAX);
    int status = import_lines(tool, &lines, output);
    fe_buf_done(&lines.buf);
    if (!is_standard) {
        (void)fclose(lines.file);
    }
    return status;
}

struct wish {
    bool json;
    bool har;
    bool overwrite;
    const char *out;
};

static int import(const struct fe_tool *tool, const struct wish *wish, const char *path)
{
    struct fe_output *output = NULL;
    int status = fe_output_open(tool, wish->out, wish->overwrite, &output);
    if (status != FE_TOOL_OK) {
        return status;
    }
    status = wish->json ? import_json(tool, path, output) : fe_import_har(tool, path, output);
    if (status != FE_TOOL_OK) {
        fe_output_discard(output);
        return status;
    }
    return fe_output_close(output);
}

int fe_command_import(const struct fe_tool *tool, int argc, char **argv)
{
    struct wish wish = {0};
    const struct fe_flag flags[] = {
        {.name = "json", .help = "What cat --json has printed.", .given = &wish.json},
        {.name = "har", .help = "An HTTP archive (HAR 1.2).", .given = &wish.har},
        FE_FLAG_OUTPUT(&wish.out),
        FE_FLAG_OVERWRITE(&wish.overwrite),
    };
    const struct fe_usage usage = {
        .command = "import",
        .operands = "[FILE]",
        .about = "Makes a cassette: of the lines that cat --json prints, byte for byte as it\n"
                 "was; or of an HTTP archive, with secrets replaced and a report of what the\n"
                 "archive cannot say. Without FILE, or with \"-\", standard input is read.\n",
        .operands_min = 0,
        .operands_max = 1,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    if (wish.json == wish.har) {
        return fe_arguments_missing(tool, &usage, "either --json or --har");
    }
    if (wish.out == NULL) {
        return fe_arguments_missing(tool, &usage, "-o OUT");
    }
    return import(tool, &wish, count > 0 ? argv[1] : "-");
}

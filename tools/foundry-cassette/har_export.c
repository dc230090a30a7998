/* SPDX-License-Identifier: MIT */
/* Writes an HTTP archive (HAR 1.2). What it has no place for is named in a comment, or stands under
 * a name of our own, with "_" in front, as the format asks. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/har_entry.h"

struct export
{
    const struct fe_tool *tool;
    FILE *file;
    const char *path;
    char *part;
};

static int failed(const struct export *export, const char *path)
{
    fe_tool_complain(export->tool, "%s: %s", path, strerror(errno ? errno : EIO));
    return FE_TOOL_FAILED;
}

static int put_entries(const struct export *export, const struct fe_input *input)
{
    struct fe_buf entry;
    fe_buf_init(&entry, SIZE_MAX / 4);
    int status = FE_TOOL_OK;
    for (size_t i = 0; i < input->index.count && status == FE_TOOL_OK; i++) {
        fe_buf_clear(&entry);
        (void)fe_buf_puts(&entry, i > 0 ? ",\n" : "\n");
        fe_har_put_entry(input, i, &entry);
        if (entry.error < 0) {
            errno = -entry.error;
            status = failed(export, export->path);
        } else if (fwrite(entry.ptr, 1, entry.len, export->file) != entry.len) {
            status = failed(export, export->path);
        }
    }
    fe_buf_done(&entry);
    return status;
}

static int put_log(const struct export *export, const struct fe_input *input)
{
    (void)fputs("{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"foundry-cassette\","
                "\"version\":\"" FE_VERSION "\"},\"comment\":\"Cookies are in the fields.\","
                "\"entries\":[",
                export->file);
    int status = put_entries(export, input);
    (void)fputs("\n]}}\n", export->file);
    return status;
}

static int write_file(struct export *export, const struct fe_input *input)
{
    int status = FE_TOOL_OK;
    export->file = fopen(export->part, "wx");
    if (export->file == NULL) {
        fe_tool_complain(export->tool, "%s: %s", export->part, strerror(errno));
        return FE_TOOL_FINDINGS;
    }
    status = put_log(export, input);
    bool written = !ferror(export->file) && fflush(export->file) == 0;
    written = fclose(export->file) == 0 && written;
    if (status == FE_TOOL_OK && (!written || rename(export->part, export->path) < 0)) {
        status = failed(export, export->path);
    }
    if (status != FE_TOOL_OK) {
        (void)unlink(export->part);
    }
    return status;
}

static int export_har(const struct fe_tool *tool, const struct fe_input *input, const char *path,
                      bool overwrite)
{
    struct fe_arena arena = {0};
    struct export export = {.tool = tool, .path = path};
    int status = FE_TOOL_FINDINGS;
    if (strcmp(path, "-") == 0) {
        export.file = tool->out;
        status = put_log(&export, input);
    } else if (!overwrite && access(path, F_OK) == 0) {
        fe_tool_complain(tool, "%s: it exists already; give another name, or --overwrite", path);
    } else {
        struct fe_slice part = fe_arena_printf(&arena, "%s.part", path);
        export.part = fe_arena_alloc(&arena, part.len + 1);
        memcpy(export.part, part.ptr, part.len);
        status = write_file(&export, input);
    }
    fe_arena_done(&arena);
    return status;
}

int fe_command_export(const struct fe_tool *tool, int argc, char **argv)
{
    bool har = false;
    bool overwrite = false;
    const char *path = NULL;
    const struct fe_flag flags[] = {
        {.name = "har", .help = "As an HTTP archive (HAR 1.2).", .given = &har},
        {.name = "output",
         .letter = 'o',
         .argument = "OUT",
         .help = "The file to write; \"-\": standard output.",
         .value = &path},
        FE_FLAG_OVERWRITE(&overwrite),
    };
    const struct fe_usage usage = {
        .command = "export",
        .operands = "FILE",
        .about =
            "Writes the exchanges to a file that browsers and other tools read. What that cannot\n"
            "hold (interim answers, trailers, where chunks ended) is named in its comments.\n",
        .operands_min = 1,
        .operands_max = 1,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int files = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &files, &status)) {
        return status;
    }
    if (!har || path == NULL) {
        return fe_arguments_missing(tool, &usage, har ? "-o OUT" : "--har");
    }
    struct fe_input input;
    status = fe_input_open_whole(tool, argv[1], &input);
    if (status == FE_TOOL_OK) {
        status = export_har(tool, &input, path, overwrite);
        fe_input_done(&input);
    }
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"

/* Sessions stand for themselves, so a cassette behind another is a cassette. */
static int copy_file(const struct fe_tool *tool, const char *path, struct fe_output *output)
{
    struct fe_input input;
    int status = fe_input_open_whole(tool, path, &input);
    if (status != FE_TOOL_OK) {
        return status;
    }
    uint64_t offset = 0;
    uint64_t forgotten = 0;
    int r = 1;
    while (r == 1 && status == FE_TOOL_OK) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        const char *why = NULL;
        uint64_t begin = offset;
        r = fe_reader_next(input.reader, &offset, &arena, &frame, &why);
        if (r == 1) {
            struct fe_slice all = fe_reader_bytes(input.reader);
            status = fe_output_copy(output,
                                    (struct fe_slice){all.ptr + begin, (size_t)(offset - begin)});
        }
        fe_arena_done(&arena);
        fe_input_forget(&input, &forgotten, offset);
    }
    fe_input_done(&input);
    return status;
}

int fe_command_merge(const struct fe_tool *tool, int argc, char **argv)
{
    const char *out = NULL;
    bool overwrite = false;
    const struct fe_flag flags[] = {FE_FLAG_OUTPUT(&out), FE_FLAG_OVERWRITE(&overwrite)};
    const struct fe_usage usage = {
        .command = "merge",
        .operands = "FILE...",
        .about = "Writes the sessions of all files into one cassette, in the order given.\n"
                 "OUT may be one of the files, with --overwrite. \"-\" is standard input.\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    if (out == NULL) {
        return fe_arguments_missing(tool, &usage, "-o OUT");
    }
    struct fe_output *output = NULL;
    status = fe_output_open(tool, out, overwrite, &output);
    for (int i = 1; i <= count && status == FE_TOOL_OK; i++) {
        status = copy_file(tool, argv[i], output);
    }
    if (status != FE_TOOL_OK) {
        fe_output_discard(output);
        return status;
    }
    return fe_output_close(output);
}

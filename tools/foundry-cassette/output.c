/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/copy.h"
#include "cassette/decode.h"
#include "cassette/encode.h"
#include "cassette/writer.h"
#include "foundry-cassette/input.h"
#include "util/alloc.h"

struct fe_output {
    const struct fe_tool *tool;
    char *path;
    char *part; /* where the writer puts it until it is whole */
    struct fe_writer *writer;
    struct fe_safe_frame *frame; /* the one at hand */
};

static void free_output(struct fe_output *output)
{
    fe_writer_free(output->writer);
    fe_safe_frame_free(output->frame);
    free(output->part);
    free(output->path);
    free(output);
}

int fe_output_open(const struct fe_tool *tool, const char *path, bool overwrite,
                   struct fe_output **output_out)
{
    struct stat there;
    if (!overwrite && lstat(path, &there) == 0) {
        fe_tool_complain(tool, "%s: it exists already; give another name, or --overwrite", path);
        return FE_TOOL_FINDINGS;
    }
    struct fe_output *output = fe_xalloc(sizeof(*output));
    struct fe_arena arena = {0};
    output->tool = tool;
    /* The writer replaces what a link leads to, and not the link. */
    output->path = realpath(path, NULL);
    if (output->path == NULL) {
        output->path = fe_xstrdup(fe_slice_cstr(path));
    }
    output->frame = fe_safe_frame_new();
    output->part = fe_xstrdup(fe_arena_printf(&arena, "%s.part", output->path));
    fe_arena_done(&arena);
    const struct fe_writer_options options = {
        .path = output->path, .mode = FE_WRITER_OVERWRITE, .private_file = true};
    char why[FE_WRITER_WHY_BYTES];
    int r = fe_writer_open(&options, &output->writer, why);
    if (r < 0) {
        fe_tool_complain(tool, "%s", why);
        free_output(output);
        return FE_TOOL_FINDINGS;
    }
    *output_out = output;
    return FE_TOOL_OK;
}

static int failed(const struct fe_output *output, int r)
{
    fe_tool_complain(output->tool, "%s: %s", output->path, strerror(-r));
    return FE_TOOL_FAILED;
}

int fe_output_put(struct fe_output *output, const struct fe_safe_frame *frame)
{
    int r = fe_writer_put(output->writer, frame);
    return r < 0 ? failed(output, r) : FE_TOOL_OK;
}

int fe_output_seal(struct fe_output *output)
{
    int r = fe_writer_seal(output->writer);
    return r < 0 ? failed(output, r) : FE_TOOL_OK;
}

int fe_output_copy(struct fe_output *output, struct fe_slice text)
{
    uint64_t kind = 0;
    const char *why = NULL;
    (void)fe_frame_length(text, &kind, &why);
    if (kind == FE_FRAME_SEAL) {
        return fe_output_seal(output);
    }
    fe_copy_frame(text, output->frame);
    return fe_output_put(output, output->frame);
}

/* ── the end ───────────────────────────────────────────────────────────────────────────────── */

/* Reads the sessions of what was written: that it can be read is worth knowing, too. */
static int look_for_secrets(const struct fe_output *output, bool *kept_out)
{
    struct fe_input input;
    int status = fe_input_open(output->tool, output->part, &input);
    if (status != FE_TOOL_OK) {
        return status;
    }
    uint64_t offset = 0;
    uint64_t forgotten = 0;
    int r = 1;
    while (r == 1) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        const char *why = NULL;
        r = fe_reader_next(input.reader, &offset, &arena, &frame, &why);
        if (r == 1 && frame.kind == FE_FRAME_SESSION && frame.session.redaction.secrets_kept) {
            *kept_out = true;
        }
        fe_arena_done(&arena);
        fe_input_forget(&input, &forgotten, offset);
    }
    if (r < 0) {
        fe_tool_complain(output->tool, "%s: it does not read back as it was written", input.name);
        status = FE_TOOL_FAILED;
    }
    fe_input_done(&input);
    return status;
}

/* The mode that a file has which anybody else makes. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(077);
    (void)umask(mask);
    return 0666 & ~mask;
}

int fe_output_close(struct fe_output *output)
{
    bool kept = false;
    int r = fe_writer_flush(output->writer);
    int status = r == 0 ? look_for_secrets(output, &kept) : FE_TOOL_OK;
    if (status != FE_TOOL_OK) {
        fe_output_discard(output);
        return status;
    }
    if (r == 0 && !kept && chmod(output->part, usual_mode()) < 0) {
        r = -errno;
    }
    if (r == 0) {
        r = fe_writer_close(output->writer);
        output->writer = NULL;
    }
    status = r < 0 ? failed(output, r) : FE_TOOL_OK;
    if (status == FE_TOOL_OK) {
        free_output(output);
    } else {
        fe_output_discard(output);
    }
    return status;
}

void fe_output_discard(struct fe_output *output)
{
    if (output) {
        (void)unlink(output->part);
        free_output(output);
    }
}

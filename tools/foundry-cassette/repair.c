/* SPDX-License-Identifier: MIT */
/* `repair`: what is good of a damaged cassette goes to FILE.part, the old file gets the name
 * FILE.damaged as well, and then FILE.part becomes FILE. At no moment is FILE missing or half. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/decode.h"
#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/output.h"

struct repair {
    const struct fe_tool *tool;
    const struct fe_input *input;
    struct fe_output *output;
    bool sealed; /* the session that was copied last */
    /* A damaged seal, which a good one takes the place of if its session ends there; NULL: none. */
    const struct fe_damage *seal;
    uint64_t kept;
    uint64_t lost;
};

/* A good frame at the front of `text`: its length, or 0. */
static size_t frame_length(struct fe_slice text, uint64_t *kind_out)
{
    const char *why = NULL;
    ptrdiff_t length = fe_frame_length(text, kind_out, &why);
    return length > 0 ? (size_t)length : 0;
}

static void say(const struct repair *repair, const struct fe_damage *damage, const char *what)
{
    (void)fprintf(repair->tool->out, "%s: offset %" PRIu64 ": %s: %s\n", repair->input->name,
                  damage->offset, what, damage->why);
}

static void leave_out(struct repair *repair, const struct fe_damage *damage)
{
    char what[64];
    repair->lost += damage->bytes;
    (void)snprintf(what, sizeof(what), "left out %" PRIu64 " bytes", damage->bytes);
    say(repair, damage, what);
}

/* Once it is known what follows. */
static int settle_seal(struct repair *repair, bool session_ends)
{
    const struct fe_damage *damage = repair->seal;
    repair->seal = NULL;
    if (damage == NULL) {
        return FE_TOOL_OK;
    }
    if (!session_ends) {
        leave_out(repair, damage);
        return FE_TOOL_OK;
    }
    say(repair, damage, "replaced");
    repair->sealed = true;
    repair->kept += damage->bytes;
    return fe_output_seal(repair->output);
}

/* Frames without a fault from here up to `end`. */
static int copy_good(struct repair *repair, uint64_t begin, uint64_t end)
{
    struct fe_slice all = fe_reader_bytes(repair->input->reader);
    int status = FE_TOOL_OK;
    while (begin < end && status == FE_TOOL_OK) {
        uint64_t kind = 0;
        struct fe_slice rest = fe_slice_from(all, (size_t)begin);
        rest.len = frame_length(rest, &kind);
        if (rest.len == 0) {
            break;
        }
        status = settle_seal(repair, kind == FE_FRAME_SESSION);
        repair->sealed = kind == FE_FRAME_SEAL;
        repair->kept += rest.len;
        begin += rest.len;
        if (status == FE_TOOL_OK) {
            status = fe_output_copy(repair->output, rest);
        }
    }
    return status;
}

/* Whether what is wrong with it is no more than that it counts frames which are gone: the seal that
 * takes its place will count right. */
static bool is_seal(const struct repair *repair, const struct fe_damage *damage)
{
    struct fe_slice all = fe_reader_bytes(repair->input->reader);
    uint64_t kind = 0;
    size_t length = frame_length(fe_slice_from(all, (size_t)damage->offset), &kind);
    return length == damage->bytes && kind == FE_FRAME_SEAL && !repair->sealed;
}

static int copy_around(struct repair *repair)
{
    const struct fe_index *index = &repair->input->index;
    uint64_t at = 0;
    int status = FE_TOOL_OK;
    for (size_t i = 0; i < index->damage_count && status == FE_TOOL_OK; i++) {
        const struct fe_damage *damage = &index->damages[i];
        status = copy_good(repair, at, damage->offset);
        at = damage->offset + damage->bytes;
        if (status == FE_TOOL_OK && repair->seal == NULL && is_seal(repair, damage)) {
            repair->seal = damage;
        } else {
            leave_out(repair, damage);
        }
    }
    if (status == FE_TOOL_OK) {
        status = copy_good(repair, at, fe_reader_bytes(repair->input->reader).len);
    }
    return status == FE_TOOL_OK ? settle_seal(repair, true) : status;
}

/* Where the file system has no second names, there is a moment without FILE, but never one without
 * its bytes. */
static int keep_damaged(const struct fe_tool *tool, const char *path, const char *damaged)
{
    if (link(path, damaged) == 0 ||
        ((errno == EPERM || errno == EOPNOTSUPP) && rename(path, damaged) == 0)) {
        return FE_TOOL_OK;
    }
    fe_tool_complain(tool, "%s: %s", damaged, strerror(errno));
    return FE_TOOL_FAILED;
}

static int write_good(struct repair *repair, const char *path, const char *damaged)
{
    struct stat old;
    if (lstat(damaged, &old) == 0) {
        fe_tool_complain(repair->tool, "%s: it exists already, from a repair before; move it away",
                         damaged);
        return FE_TOOL_FINDINGS;
    }
    int status = fe_output_open(repair->tool, path, true, &repair->output);
    if (status != FE_TOOL_OK) {
        return status;
    }
    status = copy_around(repair);
    if (status == FE_TOOL_OK) {
        status = keep_damaged(repair->tool, path, damaged);
    }
    if (status != FE_TOOL_OK) {
        fe_output_discard(repair->output);
        return status;
    }
    bool had_mode = stat(damaged, &old) == 0;
    status = fe_output_close(repair->output);
    if (status == FE_TOOL_OK && had_mode) {
        (void)chmod(path, old.st_mode & 0777);
    }
    return status;
}

/* What this version cannot read is not damage, and not its to leave out. */
static bool has_newer_session(const struct fe_index *index)
{
    for (size_t i = 0; i < index->session_count; i++) {
        if (index->sessions[i].reader > FE_CASSETTE_READER) {
            return true;
        }
    }
    return false;
}

static int repair_file(const struct fe_tool *tool, struct fe_input *input)
{
    uint64_t false_index = input->index.damage_count == 0 ? fe_input_find_false_index(input) : 0;
    if (input->index.damage_count == 0 && false_index == 0) {
        (void)fprintf(tool->out, "%s: nothing to repair\n", input->name);
        return FE_TOOL_OK;
    }
    if (false_index > 0) {
        (void)fprintf(tool->out, "%s: offset %" PRIu64 ": replaced: %s\n", input->name, false_index,
                      FE_FALSE_INDEX);
    }
    if (has_newer_session(&input->index)) {
        fe_tool_complain(tool, "%s: a session in it needs a newer version of this program",
                         input->name);
        return FE_TOOL_FINDINGS;
    }
    /* A link stays one: what it leads to is repaired. */
    char *path = realpath(input->name, NULL);
    if (path == NULL) {
        fe_tool_complain(tool, "%s: %s", input->name, strerror(errno));
        return FE_TOOL_FAILED;
    }
    struct repair repair = {.tool = tool, .input = input};
    struct fe_slice damaged = fe_arena_printf(&input->arena, "%s.damaged", path);
    int status = write_good(&repair, path, damaged.ptr);
    if (status == FE_TOOL_OK) {
        (void)fprintf(tool->out,
                      "%s: kept %" PRIu64 " bytes, left out %" PRIu64 "; as it was: %s.damaged\n",
                      input->name, repair.kept, repair.lost, input->name);
    }
    free(path);
    return status;
}

int fe_command_repair(const struct fe_tool *tool, int argc, char **argv)
{
    const struct fe_usage usage = {
        .command = "repair",
        .operands = "FILE",
        .about = "Writes what is good of a damaged cassette in its place, and keeps it as it was\n"
                 "as FILE.damaged. Of an exchange with a gap, what stands before the gap is\n"
                 "kept, as one that was cut off. Says what is left out. A file without a fault\n"
                 "is left alone.\n",
        .operands_min = 1,
        .operands_max = 1,
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    if (strcmp(argv[1], "-") == 0) {
        fe_tool_complain(tool,
                         "repair: standard input has no place to be repaired in; name a FILE");
        return FE_TOOL_FINDINGS;
    }
    struct fe_input input;
    status = fe_input_open_indexed(tool, argv[1], &input);
    if (status == FE_TOOL_OK) {
        status = repair_file(tool, &input);
        fe_input_done(&input);
    }
    return status;
}

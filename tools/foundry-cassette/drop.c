/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/arguments.h"
#include "foundry-cassette/places.h"

enum {
    PART_KEPT,
    PART_DROPPED
};

struct wish {
    const char *out;
    bool overwrite;
    bool all_but;
    char *const *seqs;
    int seq_count;
};

struct plan {
    uint32_t *part_of; /* by exchange */
    size_t kept;
};

/* Says of each exchange whether it stays. */
static int make_plan(const struct fe_tool *tool, struct fe_input *input, const struct wish *wish,
                     struct plan *plan)
{
    size_t count = input->index.count;
    bool *named = fe_arena_alloc(&input->arena, count + 1);
    plan->part_of = fe_arena_alloc(&input->arena, (count + 1) * sizeof(*plan->part_of));
    plan->kept = 0;
    int status = fe_seqs_read(tool, input, wish->seqs, wish->seq_count, named);
    for (size_t i = 0; i < count; i++) {
        plan->part_of[i] = named[i] == wish->all_but ? PART_KEPT : PART_DROPPED;
        plan->kept += plan->part_of[i] == PART_KEPT;
    }
    return status;
}

static int drop(const struct fe_tool *tool, struct fe_input *input, const struct wish *wish)
{
    struct plan plan;
    struct fe_places places;
    struct fe_output *output = NULL;
    int status = make_plan(tool, input, wish, &plan);
    if (status == FE_TOOL_OK) {
        status = fe_output_open(tool, wish->out, wish->overwrite, &output);
    }
    if (status != FE_TOOL_OK) {
        return status;
    }
    fe_places_read(input, &places);
    status = fe_places_copy(input, &places, plan.part_of, PART_KEPT, output);
    if (status != FE_TOOL_OK) {
        fe_output_discard(output);
        return status;
    }
    status = fe_output_close(output);
    if (status == FE_TOOL_OK) {
        (void)fprintf(tool->out, "%s: %zu of %zu exchanges\n", wish->out, plan.kept,
                      input->index.count);
    }
    return status;
}

int fe_command_drop(const struct fe_tool *tool, int argc, char **argv)
{
    struct wish wish = {0};
    const struct fe_flag flags[] = {
        FE_FLAG_OUTPUT(&wish.out),
        FE_FLAG_OVERWRITE(&wish.overwrite),
        {.name = "all-but", .help = "Drop the others: keep those named.", .given = &wish.all_but},
    };
    const struct fe_usage usage = {
        .command = "drop",
        .operands = "FILE SEQ...",
        .about = "Writes the cassette without the exchanges of these numbers (those that ls\n"
                 "shows; 3-7 is from 3 to 7). OUT may be FILE, with --overwrite. Numbers in OUT\n"
                 "begin with 1.\n",
        .operands_min = 2,
        .operands_max = INT_MAX,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    if (wish.out == NULL) {
        return fe_arguments_missing(tool, &usage, "-o OUT");
    }
    wish.seqs = argv + 2;
    wish.seq_count = count - 1;
    struct fe_input input;
    status = fe_input_open_whole(tool, argv[1], &input);
    if (status == FE_TOOL_OK) {
        status = drop(tool, &input, &wish);
        fe_input_done(&input);
    }
    return status;
}

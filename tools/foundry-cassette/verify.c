/* SPDX-License-Identifier: MIT */
/* `verify`: whoever builds the index looks at every byte, so what it lists as damage is all there
 * is; but for an index in the file that fits its session and says what is not so. */
#include <inttypes.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/text.h"
#include "util/limits.h"

static void say_damage(const struct fe_tool *tool, const char *name, const struct fe_damage *damage)
{
    (void)fprintf(tool->out, "%s: offset %" PRIu64 ": %s%s%s; %s%" PRIu64 " byte%s%s\n", name,
                  damage->offset, fe_style(tool, FE_STYLE_RED), damage->why,
                  fe_style(tool, FE_STYLE_PLAIN), damage->torn ? "the last " : "", damage->bytes,
                  damage->bytes == 1 ? "" : "s", damage->torn ? " would be cut off" : " of no use");
}

static int say_bad(const struct fe_tool *tool, const struct fe_input *input)
{
    const struct fe_index *index = &input->index;
    for (size_t i = 0; i < index->damage_count && i < FE_LIMIT_ERRORS; i++) {
        say_damage(tool, input->name, &index->damages[i]);
    }
    if (index->damage_count > FE_LIMIT_ERRORS) {
        (void)fprintf(tool->out, "%s: and %zu more places\n", input->name,
                      index->damage_count - FE_LIMIT_ERRORS);
    }
    bool only_torn = index->damage_count == 1 && index->damages[0].torn;
    fe_tool_complain(tool, "%s: %s; foundry-cassette repair keeps what is good", input->name,
                     only_torn ? "its end is torn off" : "damaged");
    return FE_TOOL_FINDINGS;
}

static int say_false_index(const struct fe_tool *tool, const struct fe_input *input,
                           uint64_t offset)
{
    (void)fprintf(tool->out, "%s: offset %" PRIu64 ": %s%s%s\n", input->name, offset,
                  fe_style(tool, FE_STYLE_RED), FE_FALSE_INDEX, fe_style(tool, FE_STYLE_PLAIN));
    fe_tool_complain(tool, "%s: its index is false; foundry-cassette repair makes it anew",
                     input->name);
    return FE_TOOL_FINDINGS;
}

static const char *plural(uint64_t number)
{
    return number == 1 ? "" : "s";
}

static int say_good(const struct fe_tool *tool, const struct fe_input *input)
{
    const struct fe_index *index = &input->index;
    size_t unsealed = 0;
    size_t cut_off = 0;
    for (size_t i = 0; i < index->session_count; i++) {
        unsealed += !index->session_sealed[i];
    }
    for (size_t i = 0; i < index->count; i++) {
        cut_off += !index->exchanges[i].ended;
    }
    (void)fprintf(tool->out, "%s: %sok%s: %zu exchange%s, %" PRIu64 " frame%s, %zu session%s, ",
                  input->name, fe_style(tool, FE_STYLE_GREEN), fe_style(tool, FE_STYLE_PLAIN),
                  index->count, plural(index->count), index->frame_count,
                  plural(index->frame_count), index->session_count, plural(index->session_count));
    if (unsealed > 0 && index->session_count > 1) {
        (void)fprintf(tool->out, "%zu of them ", unsealed);
    }
    (void)fputs(unsealed > 0 ? "not sealed" : "sealed", tool->out);
    if (cut_off > 0) {
        (void)fprintf(tool->out, ", %zu exchange%s cut off", cut_off, plural(cut_off));
    }
    (void)fputc('\n', tool->out);
    return FE_TOOL_OK;
}

static int check(const struct fe_tool *tool, const struct fe_input *input)
{
    if (input->index.damage_count > 0) {
        return say_bad(tool, input);
    }
    uint64_t offset = fe_input_find_false_index(input);
    return offset > 0 ? say_false_index(tool, input, offset) : say_good(tool, input);
}

int fe_command_verify(const struct fe_tool *tool, int argc, char **argv)
{
    const struct fe_usage usage = {
        .command = "verify",
        .operands = "FILE...",
        .about =
            "Checks every checksum, that frames follow one another as they should, that seals\n"
            "count right, and that indices say what is there. Says where something is wrong,\n"
            "and exits with 2 then. A file that is not sealed is said to be so; that is no\n"
            "fault. \"-\" is standard input.\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    for (int i = 1; i <= count; i++) {
        struct fe_input input;
        int of_file = fe_input_open_indexed(tool, argv[i], &input);
        if (of_file == FE_TOOL_OK) {
            of_file = check(tool, &input);
            fe_input_done(&input);
        }
        status = of_file > status ? of_file : status;
    }
    return status;
}

/* SPDX-License-Identifier: MIT */
/* `split`: one cassette a session, a number of exchanges, or a part of the path. A plan says which
 * part each exchange goes to; the parts are then written one after another. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/places.h"
#include "util/map.h"

enum {
    PARTS_MAX = 10000,
    DEPTH_MAX = 16,
    NAME_BYTES_MAX = 100
};

struct wish {
    const char *folder;
    bool overwrite;
    uint64_t every; /* exchanges; 0: not asked for */
    uint64_t depth; /* segments of the path; 0: not asked for */
};

struct plan {
    uint32_t *part_of;  /* by exchange */
    size_t count;       /* of parts */
    const char **names; /* by part: the whole path */
    size_t *sizes;      /* by part: exchanges */
};

/* ── planning ──────────────────────────────────────────────────────────────────────────────── */

/* "/multipass/api/users?x=1" and a depth of 2 give "multipass-api". */
static struct fe_slice name_of_path(struct fe_slice target, uint64_t depth, struct fe_arena *arena)
{
    char name[NAME_BYTES_MAX];
    size_t length = 0;
    size_t at = 0;
    for (uint64_t segments = 0; at < target.len && length < sizeof(name); at++) {
        char c = target.ptr[at];
        if (c == '?' || (c == '/' && segments == depth)) {
            break;
        }
        bool as_it_is = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '.' || c == '_';
        segments += c == '/';
        if (c != '/' || length > 0) {
            name[length] = '-';
            if (as_it_is) {
                name[length] = c;
            }
            length++;
        }
    }
    struct fe_slice text = {name, length};
    return length > 0 ? fe_arena_copy(arena, text) : FE_SLICE("root");
}

/* Parts in the order in which their first exchanges stand. */
struct grouping {
    struct fe_map map; /* name → struct group */
    size_t count;
};
struct group {
    uint32_t part;
    struct fe_slice name;
};

static uint32_t group_of(struct grouping *grouping, struct fe_slice name, struct fe_arena *arena)
{
    struct group *group = fe_map_get(&grouping->map, name);
    if (group == NULL) {
        group = fe_arena_alloc(arena, sizeof(*group));
        *group = (struct group){.part = (uint32_t)grouping->count++, .name = name};
        (void)fe_map_put(&grouping->map, group->name, group);
    }
    return group->part;
}

/* What the part of an exchange is called behind the file's own name. */
static struct fe_slice part_name(struct fe_input *input, size_t at, const struct wish *wish)
{
    if (wish->depth > 0) {
        struct fe_arena arena = {0};
        struct fe_exchange exchange;
        fe_exchange_read(input, at, &arena, &exchange);
        struct fe_slice name = name_of_path(exchange.request.target, wish->depth, &input->arena);
        fe_arena_done(&arena);
        return name;
    }
    size_t number = wish->every ? (size_t)(at / wish->every) : input->index.exchanges[at].session;
    size_t last = wish->every ? (size_t)((input->index.count - 1) / wish->every)
                              : input->index.session_count - 1;
    int digits = snprintf(NULL, 0, "%zu", last + 1);
    return fe_arena_printf(&input->arena, "%0*zu", digits, number + 1);
}

/* "DIR/demo-1.cassette" of "recordings/demo.cassette". */
static const char *part_path(struct fe_input *input, const struct wish *wish, struct fe_slice name)
{
    const char *slash = strrchr(input->name, '/');
    const char *base = slash ? slash + 1 : input->name;
    const char *dot = strrchr(base, '.');
    size_t stem = dot && dot != base ? (size_t)(dot - base) : strlen(base);
    return fe_arena_printf(&input->arena, "%s/%.*s-" FE_PRI "%s", wish->folder, (int)stem, base,
                           FE_ARG(name), base + stem)
        .ptr;
}

static void make_plan(const struct fe_tool *tool, struct fe_input *input, const struct wish *wish,
                      struct plan *plan)
{
    struct fe_arena *arena = &input->arena;
    struct grouping grouping = {0};
    size_t most = input->index.count + 1;
    fe_map_init(&grouping.map, &tool->env->random);
    plan->part_of = fe_arena_alloc(arena, most * sizeof(*plan->part_of));
    plan->names = fe_arena_alloc(arena, most * sizeof(*plan->names));
    plan->sizes = fe_arena_alloc(arena, most * sizeof(*plan->sizes));
    for (size_t i = 0; i < input->index.count; i++) {
        struct fe_slice name = part_name(input, i, wish);
        uint32_t part = group_of(&grouping, name, arena);
        if (plan->names[part] == NULL) {
            plan->names[part] = part_path(input, wish, name);
        }
        plan->part_of[i] = part;
        plan->sizes[part]++;
    }
    plan->count = grouping.count;
    fe_map_done(&grouping.map);
}

/* ── writing ───────────────────────────────────────────────────────────────────────────────── */

/* Before the first is written, none may be in the way. */
static int check_names(const struct fe_tool *tool, const struct wish *wish, const struct plan *plan)
{
    if (plan->count > PARTS_MAX) {
        fe_tool_complain(tool, "split: that would be %zu files; at most %d are written",
                         plan->count, PARTS_MAX);
        return FE_TOOL_FINDINGS;
    }
    struct stat there;
    for (size_t i = 0; i < plan->count && !wish->overwrite; i++) {
        if (lstat(plan->names[i], &there) == 0) {
            fe_tool_complain(tool, "%s: it exists already; give another DIR, or --overwrite",
                             plan->names[i]);
            return FE_TOOL_FINDINGS;
        }
    }
    if (mkdir(wish->folder, 0777) < 0 && errno != EEXIST) {
        fe_tool_complain(tool, "%s: %s", wish->folder, strerror(errno));
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

static int write_part(const struct fe_tool *tool, const struct fe_input *input,
                      const struct fe_places *places, const struct plan *plan, size_t part,
                      bool overwrite)
{
    struct fe_output *output = NULL;
    int status = fe_output_open(tool, plan->names[part], overwrite, &output);
    if (status != FE_TOOL_OK) {
        return status;
    }
    status = fe_places_copy(input, places, plan->part_of, (uint32_t)part, output);
    if (status != FE_TOOL_OK) {
        fe_output_discard(output);
        return status;
    }
    status = fe_output_close(output);
    if (status == FE_TOOL_OK) {
        (void)fprintf(tool->out, "%s: %zu exchange%s\n", plan->names[part], plan->sizes[part],
                      plan->sizes[part] == 1 ? "" : "s");
    }
    return status;
}

static int split(const struct fe_tool *tool, struct fe_input *input, const struct wish *wish)
{
    struct plan plan;
    struct fe_places places;
    make_plan(tool, input, wish, &plan);
    if (plan.count == 0) {
        fe_tool_complain(tool, "%s: there are no exchanges in it", input->name);
        return FE_TOOL_FINDINGS;
    }
    int status = check_names(tool, wish, &plan);
    fe_places_read(input, &places);
    for (size_t i = 0; i < plan.count && status == FE_TOOL_OK; i++) {
        status = write_part(tool, input, &places, &plan, i, wish->overwrite);
    }
    return status;
}

static bool read_number(const struct fe_tool *tool, const char *name, const char *text,
                        uint64_t most, uint64_t *number_out)
{
    if (text == NULL || (fe_slice_u64(fe_slice_cstr(text), number_out) == 0 && *number_out > 0 &&
                         *number_out <= most)) {
        return true;
    }
    fe_tool_complain(tool, "split: --%s %s: expected a whole number from 1 to %" PRIu64, name, text,
                     most);
    return false;
}

int fe_command_split(const struct fe_tool *tool, int argc, char **argv)
{
    struct wish wish = {0};
    const char *every = NULL;
    const char *depth = NULL;
    const struct fe_flag flags[] = {
        {.name = "output",
         .letter = 'o',
         .argument = "DIR",
         .value = &wish.folder,
         .help = "Where to write them; made if need be."},
        {.name = "every", .argument = "N", .value = &every, .help = "A file for N exchanges each."},
        {.name = "by-path",
         .argument = "DEPTH",
         .value = &depth,
         .help = "A file for each first DEPTH segments of paths."},
        FE_FLAG_OVERWRITE(&wish.overwrite),
    };
    const struct fe_usage usage = {
        .command = "split",
        .operands = "FILE",
        .about = "Divides a cassette: a file for each session, or as --every or --by-path say.\n"
                 "demo.cassette becomes DIR/demo-1.cassette and so on, or, by path,\n"
                 "DIR/demo-multipass-api.cassette.\n",
        .operands_min = 1,
        .operands_max = 1,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int count = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &count, &status)) {
        return status;
    }
    if (wish.folder == NULL) {
        return fe_arguments_missing(tool, &usage, "-o DIR");
    }
    if (every && depth) {
        fe_tool_complain(tool, "split: --every and --by-path exclude each other");
        return FE_TOOL_FINDINGS;
    }
    if (!read_number(tool, "every", every, UINT32_MAX, &wish.every) ||
        !read_number(tool, "by-path", depth, DEPTH_MAX, &wish.depth)) {
        return FE_TOOL_FINDINGS;
    }
    struct fe_input input;
    status = fe_input_open_whole(tool, argv[1], &input);
    if (status == FE_TOOL_OK) {
        status = split(tool, &input, &wish);
        fe_input_done(&input);
    }
    return status;
}

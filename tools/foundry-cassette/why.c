/* SPDX-License-Identifier: MIT */
/* `why`: one matching decision, told aloud. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "foundry-cassette/arguments.h"
#include "foundry-cassette/input.h"
#include "foundry-cassette/raw_request.h"
#include "foundry-cassette/why_report.h"

enum {
    NTH_MAX = 1000000
};

struct wish {
    enum fe_match_profile profile;
    bool profile_given; /* else the cassettes' own counts */
    uint64_t nth;
    bool json;
};

static void complain_lines(const struct fe_tool *tool, const struct fe_errors *errors)
{
    struct fe_slice rest = fe_buf_slice(&errors->text);
    struct fe_slice line;
    while (fe_slice_split(&rest, '\n', &line)) {
        fe_tool_complain(tool, FE_PRI, FE_ARG(line));
    }
}

static int open_library(const struct fe_tool *tool, const struct wish *wish, int files,
                        char *const *paths, struct fe_library **library_out)
{
    const struct fe_library_options options = {
        .paths = (const char *const *)paths,
        .path_count = (size_t)files,
        .profile = wish->profile,
        .profile_given = wish->profile_given,
    };
    struct fe_errors errors;
    fe_errors_init(&errors);
    int r = fe_library_open(&options, &tool->env->random, library_out, &errors);
    complain_lines(tool, &errors);
    fe_errors_done(&errors);
    return r < 0 ? FE_TOOL_FINDINGS : FE_TOOL_OK;
}

static int decide(const struct fe_tool *tool, const struct wish *wish, struct fe_library *library,
                  const struct fe_raw_request *request, struct fe_arena *arena)
{
    struct fe_decision decision = {
        .library = library,
        .request = request,
        .nth = wish->nth,
        .redactor = fe_explain_redactor_new(library, &tool->env->random),
        .arena = arena,
    };
    for (uint64_t i = 0; i < wish->nth; i++) {
        decision.find = fe_library_take(library, &request->head, request->body, &decision.take);
    }
    if (wish->json) {
        fe_why_report_json(tool, &decision);
    } else {
        fe_why_report(tool, &decision);
    }
    fe_redactor_free(decision.redactor);
    return decision.find >= FE_MISS_UNKNOWN ? FE_TOOL_FINDINGS : FE_TOOL_OK;
}

static int explain(const struct fe_tool *tool, const struct wish *wish, int files,
                   char *const *paths, struct fe_slice text)
{
    struct fe_arena arena = {NULL};
    struct fe_raw_request request;
    struct fe_library *library = NULL;
    int status = fe_raw_request_read(tool, "standard input", text, &arena, &request);
    if (status == FE_TOOL_OK) {
        status = open_library(tool, wish, files, paths, &library);
    }
    if (status == FE_TOOL_OK) {
        status = decide(tool, wish, library, &request, &arena);
    }
    fe_library_free(library);
    fe_arena_done(&arena);
    return status;
}

/* ── what is wished ── */

/* Nothing: as the cassettes have it. */
static int read_profile(const struct fe_tool *tool, const char *word, struct wish *wish)
{
    wish->profile_given = word != NULL;
    if (word == NULL || fe_match_profile_parse(fe_slice_cstr(word), &wish->profile) == 0) {
        return FE_TOOL_OK;
    }
    fe_tool_complain(tool, "why: --match %s: expected strict, lenient or method-path", word);
    return FE_TOOL_FINDINGS;
}

static int read_nth(const struct fe_tool *tool, const char *word, uint64_t *nth_out)
{
    if (fe_slice_u64(fe_slice_cstr(word), nth_out) < 0 || *nth_out == 0 || *nth_out > NTH_MAX) {
        fe_tool_complain(tool, "why: --nth %s: expected a whole number from 1 to %d", word,
                         NTH_MAX);
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

static int read_and_explain(const struct fe_tool *tool, const struct wish *wish, int files,
                            char *const *paths)
{
    struct fe_buf text;
    fe_buf_init(&text, FE_RAW_REQUEST_BYTES_MAX);
    int r = fe_input_read_pipe(STDIN_FILENO, &text);
    int status = FE_TOOL_FAILED;
    if (r == -E2BIG) {
        fe_tool_complain(tool, "standard input: the request has more than %d MiB",
                         FE_RAW_REQUEST_BYTES_MAX >> 20);
        status = FE_TOOL_FINDINGS;
    } else if (r < 0) {
        fe_tool_complain(tool, "standard input: %s", strerror(-r));
    } else {
        status = explain(tool, wish, files, paths, fe_buf_slice(&text));
    }
    fe_buf_done(&text);
    return status;
}

int fe_command_why(const struct fe_tool *tool, int argc, char **argv)
{
    struct wish wish = {.nth = 1};
    const char *match = NULL;
    const char *nth = "1";
    const struct fe_flag flags[] = {
        {.name = "match",
         .argument = "PROFILE",
         .help = "strict, lenient or method-path; else as recorded.",
         .value = &match},
        {.name = "nth",
         .argument = "K",
         .help = "The decision on the K-th such request [1].",
         .value = &nth},
        {.name = "json", .help = "As one JSON object.", .given = &wish.json},
    };
    const struct fe_usage usage = {
        .command = "why",
        .operands = "FILE...",
        .about = "Reads one raw HTTP/1.1 request from standard input, and says which recording\n"
                 "answers it at replay, and by what it was compared; or why none does, what\n"
                 "comes nearest, what differs there, and what to do. Exits with 2 if none does.\n"
                 "  printf 'GET /api/v2/things HTTP/1.1\\n\\n' | foundry-cassette why FILE\n",
        .operands_min = 1,
        .operands_max = INT_MAX,
        .flags = flags,
        .flag_count = sizeof(flags) / sizeof(flags[0]),
    };
    int files = 0;
    int status = FE_TOOL_OK;
    if (!fe_arguments_read(tool, &usage, argc, argv, &files, &status)) {
        return status;
    }
    status = read_profile(tool, match, &wish);
    if (status == FE_TOOL_OK) {
        status = read_nth(tool, nth, &wish.nth);
    }
    return status == FE_TOOL_OK ? read_and_explain(tool, &wish, files, argv + 1) : status;
}

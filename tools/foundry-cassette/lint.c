/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cassette/redact/secrets.h"
#include "foundry-cassette/arguments.h"
#include "foundry-cassette/lint_walk.h"
#include "foundry-cassette/text.h"

enum {
    BODY_BYTES_MAX = 10 << 20
};

struct lint {
    const struct fe_tool *tool;
    uint64_t body_bytes_max;
    bool json;
};

static void lint_sessions(const struct fe_index *index, struct fe_lint_report *report)
{
    for (size_t i = 0; i < index->session_count; i++) {
        char place[64];
        (void)snprintf(place, sizeof(place), "session %zu", i + 1);
        const struct fe_lint_finding finding = {
            .place = fe_slice_cstr(place), .start = i, .rule = "secrets are kept (--keep-secrets)"};
        if (index->sessions[i].redaction.secrets_kept) {
            fe_lint_report_add(report, &finding);
        }
    }
    for (size_t i = 0; i < index->damage_count; i++) {
        const struct fe_damage *damage = &index->damages[i];
        const struct fe_lint_finding finding = {
            .place = FE_SLICE("file"),
            .rank = 1,
            .in_text = true,
            .start = damage->offset,
            .end = damage->offset + damage->bytes,
            .rule = damage->torn ? "a frame that was not finished" : damage->why};
        fe_lint_report_add(report, &finding);
    }
}

static int lint_file(const struct lint *lint, const char *path)
{
    struct fe_input input;
    int status = fe_input_open_indexed(lint->tool, path, &input);
    if (status != FE_TOOL_OK) {
        return status;
    }
    struct fe_lint_report report = {0};
    struct fe_lint_walk walk = {.input = &input,
                                .report = &report,
                                .secrets = fe_secrets_new(&lint->tool->env->random),
                                .body_bytes_max = lint->body_bytes_max};
    lint_sessions(&input.index, &report);
    size_t before = report.count;
    fe_lint_walk(&walk);
    /* A secret is found without its name where it once has one; a clean file has none at all. */
    if (report.count > before) {
        walk.known_only = true;
        fe_lint_walk(&walk);
    }
    fe_lint_report_print(lint->tool, input.name, lint->json, &report);
    status = report.count > 0 ? FE_TOOL_FINDINGS : FE_TOOL_OK;
    fe_lint_report_done(&report);
    fe_secrets_free(walk.secrets);
    fe_input_done(&input);
    return status;
}

/* "10MiB", "512k", "1000000". */
static int read_size(const char *word, uint64_t *size_out)
{
    static const char *const units[] = {"", "k", "M", "G"};
    size_t digits = strspn(word, "0123456789");
    if (fe_slice_u64((struct fe_slice){word, digits}, size_out) < 0) {
        return -EINVAL;
    }
    const char *unit = word + digits;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t len = strlen(units[i]);
        bool is_it = strncmp(unit, units[i], len) == 0 &&
                     (unit[len] == '\0' || (len > 0 && strcmp(unit + len, "iB") == 0));
        if (is_it && *size_out <= UINT64_MAX >> (10 * i)) {
            *size_out <<= 10 * i;
            return 0;
        }
    }
    return -EINVAL;
}

int fe_command_lint(const struct fe_tool *tool, int argc, char **argv)
{
    struct lint lint = {.tool = tool, .body_bytes_max = BODY_BYTES_MAX};
    const char *size = NULL;
    const struct fe_flag flags[] = {
        {.name = "max-body",
         .argument = "SIZE",
         .help = "Larger bodies are findings [10MiB].",
         .value = &size},
        {.name = "json", .help = "One JSON object a finding, one a line.", .given = &lint.json},
    };
    const struct fe_usage usage = {
        .command = "lint",
        .operands = "FILE...",
        .about =
            "Looks for secrets, by name, by known shapes and by chance, in every encoding; and "
            "for\n"
            "what should not be kept: sessions with their secrets, exchanges that were cut off,\n"
            "bodies that are missing or large, damage. Says where, never what; exits with 2 if\n"
            "there is anything. \"-\" is standard input.\n",
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
    if (size && read_size(size, &lint.body_bytes_max) < 0) {
        fe_tool_complain(tool, "lint: --max-body %s: expected a size, such as 10MiB", size);
        return FE_TOOL_FINDINGS;
    }
    for (int i = 1; i <= files; i++) {
        int of_file = lint_file(&lint, argv[i]);
        status = of_file > status ? of_file : status;
    }
    return status;
}

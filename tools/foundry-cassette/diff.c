/* SPDX-License-Identifier: MIT */
/* `diff`: asks a server what the recording asked, and tells how the answers differ. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "foundry-cassette/diff_run.h"
#include "util/clock.h"
#include "util/duration.h"

enum {
    TOKEN_BYTES_MAX = 256 << 10
};

typedef void report_fn(const struct fe_tool *tool, const struct fe_diff_report *report);

/* As it was typed, and what comes of it. */
struct wish {
    const char *against;
    const char *format;
    const char *bearer_file;
    const char *timeout;
    report_fn *report;
    struct fe_buf token;
    struct fe_diff diff;
};

static int wrong(const struct fe_tool *tool, const char *option, const char *value,
                 const char *what)
{
    fe_tool_complain(tool, "diff: --%s %s: %s", option, value, what);
    return FE_TOOL_FINDINGS;
}

/* ── the token ── */

/* RFC 6750 §2.1 */
static bool is_token(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') {
            return false;
        }
    }
    return text.len > 0;
}

static struct fe_slice without_space(struct fe_slice text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[text.len - 1]) != NULL) {
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[0]) != NULL) {
        text = fe_slice_from(text, 1);
    }
    return text;
}

static int read_bearer_file(const struct fe_tool *tool, struct wish *wish)
{
    int fd = open(wish->bearer_file, O_RDONLY | O_CLOEXEC);
    int r = fd < 0 ? -errno : fe_input_read_pipe(fd, &wish->token);
    if (fd >= 0) {
        (void)close(fd);
    }
    if (r < 0 && r != -E2BIG) {
        return wrong(tool, "bearer-file", wish->bearer_file, strerror(-r));
    }
    wish->diff.token = without_space(fe_buf_slice(&wish->token));
    return is_token(wish->diff.token)
               ? FE_TOOL_OK
               : wrong(tool, "bearer-file", wish->bearer_file, "expected one token in it");
}

static int read_token(const struct fe_tool *tool, struct wish *wish)
{
    const char *set = getenv("FOUNDRY_TOKEN");
    if (wish->bearer_file) {
        return read_bearer_file(tool, wish);
    }
    wish->diff.token = without_space(fe_slice_cstr(set ? set : ""));
    if (wish->diff.token.len > 0 && !is_token(wish->diff.token)) {
        fe_tool_complain(tool, "diff: FOUNDRY_TOKEN: expected one token in it");
        return FE_TOOL_FINDINGS;
    }
    return FE_TOOL_OK;
}

/* ── other options ── */

/* A slash at its end is forgiven. */
static int read_origin(const struct fe_tool *tool, struct wish *wish, struct fe_arena *arena)
{
    struct fe_slice url = {wish->against, strlen(wish->against)};
    struct fe_slice host = {"", 0};
    if (fe_slice_starts(url, FE_SLICE("https://"))) {
        host = fe_slice_from(url, strlen("https://"));
    } else if (fe_slice_starts(url, FE_SLICE("http://"))) {
        host = fe_slice_from(url, strlen("http://"));
    }
    bool slash = host.len > 0 && host.ptr[host.len - 1] == '/';
    url.len -= slash;
    host.len -= slash;
    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] <= ' ' || host.ptr[i] > '~' || strchr("/?#@\\", host.ptr[i]) != NULL) {
            host.len = 0;
        }
    }
    if (host.len == 0) {
        return wrong(tool, "against", wish->against,
                     "expected https://HOST[:PORT] or http://HOST[:PORT], and nothing behind it");
    }
    wish->diff.server.origin = fe_arena_copy(arena, url).ptr;
    return FE_TOOL_OK;
}

static int read_timeout(const struct fe_tool *tool, struct wish *wish)
{
    int64_t timeout_ns = 0;
    if (fe_duration_parse(fe_slice_cstr(wish->timeout), &timeout_ns) < 0 ||
        timeout_ns < FE_NS_PER_MS) {
        return wrong(tool, "timeout", wish->timeout, "expected a duration, such as 30s");
    }
    wish->diff.server.timeout_ms = timeout_ns / FE_NS_PER_MS;
    return FE_TOOL_OK;
}

static int read_format(const struct fe_tool *tool, struct wish *wish)
{
    static const struct {
        const char *name;
        report_fn *report;
    } formats[] = {{"text", fe_diff_report_text},
                   {"json", fe_diff_report_json},
                   {"markdown", fe_diff_report_markdown}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(wish->format, formats[i].name) == 0) {
            wish->report = formats[i].report;
            return FE_TOOL_OK;
        }
    }
    return wrong(tool, "format", wish->format, "expected text, json or markdown");
}

static int check_words(const struct fe_tool *tool, const struct wish *wish)
{
    for (size_t i = 0; i < wish->diff.writes.count; i++) {
        const char *word = wish->diff.writes.items[i];
        const char *what = fe_reissue_check_write(word);
        if (what) {
            return wrong(tool, "write", word, what);
        }
    }
    for (size_t i = 0; i < wish->diff.values.count; i++) {
        const char *word = wish->diff.values.items[i];
        if (word[0] != '/' && strcmp(word, "all") != 0) {
            return wrong(tool, "values", word,
                         "expected a JSON pointer, such as /data/0/name, or all");
        }
    }
    return FE_TOOL_OK;
}

static int read_wish(const struct fe_tool *tool, struct wish *wish, struct fe_arena *arena)
{
    int status = read_origin(tool, wish, arena);
    if (status == FE_TOOL_OK) {
        status = read_format(tool, wish);
    }
    if (status == FE_TOOL_OK) {
        status = read_timeout(tool, wish);
    }
    if (status == FE_TOOL_OK) {
        status = check_words(tool, wish);
    }
    return status == FE_TOOL_OK ? read_token(tool, wish) : status;
}

/* ── the command ── */

static int status_of(const struct fe_diff_report *report)
{
    const uint64_t *tiers = report->drifts.tiers;
    return tiers[FE_DRIFT_ERROR] + tiers[FE_DRIFT_WARNING] > 0 ? FE_TOOL_FINDINGS : FE_TOOL_OK;
}

static int diff_file(const struct fe_tool *tool, const struct wish *wish, const char *path)
{
    struct fe_diff diff = wish->diff;
    struct fe_input input;
    int status = fe_input_open_whole(tool, path, &input);
    if (status != FE_TOOL_OK) {
        return status;
    }
    struct fe_diff_report report = {.cassette = input.name, .against = wish->diff.server.origin};
    fe_drifts_init(&report.drifts, &tool->env->random);
    diff.tool = tool;
    diff.input = &input;
    status = fe_diff_run(&diff, &report);
    wish->report(tool, &report);
    if (status == FE_TOOL_OK) {
        status = status_of(&report);
    }
    fe_drifts_done(&report.drifts);
    fe_input_done(&input);
    return status;
}

static int run(const struct fe_tool *tool, struct wish *wish, const char *path)
{
    struct fe_arena arena = {NULL};
    fe_buf_init(&wish->token, TOKEN_BYTES_MAX);
    int status = read_wish(tool, wish, &arena);
    if (status == FE_TOOL_OK) {
        status = diff_file(tool, wish, path);
    }
    fe_buf_done(&wish->token);
    fe_arena_done(&arena);
    return status;
}

int fe_command_diff(const struct fe_tool *tool, int argc, char **argv)
{
    struct wish wish = {.format = "text", .timeout = "60s"};
    struct fe_diff *diff_wish = &wish.diff;
    const struct fe_flag flags[] = {
        {.name = "against",
         .argument = "URL",
         .help = "The server to ask.",
         .value = &wish.against},
        {.name = "format",
         .argument = "FORMAT",
         .help = "text, json or markdown [text].",
         .value = &wish.format},
        {.name = "bearer-file",
         .argument = "FILE",
         .help = "The token to send [FOUNDRY_TOKEN].",
         .value = &wish.bearer_file},
        {.name = "write",
         .argument = "METHOD:PATH",
         .help = "Send these writes, too; may be given again.",
         .words = &diff_wish->writes},
        {.name = "values",
         .argument = "POINTER",
         .help = "Compare these values, or all; may be given again.",
         .words = &diff_wish->values},
        {.name = "ca",
         .argument = "FILE",
         .help = "Whom its certificate is from [the system's].",
         .value = &diff_wish->server.ca_file},
        {.name = "insecure",
         .help = "Do not verify its certificate.",
         .given = &diff_wish->server.insecure},
        {.name = "timeout",
         .argument = "T",
         .help = "For one answer [60s].",
         .value = &wish.timeout},
    };
    const struct fe_usage usage = {
        .command = "diff",
        .operands = "--against URL FILE",
        .about =
            "Asks a server what the recording asked, reads only, and compares the answers by\n"
            "their shape: status, media type, fields and their types. Exits with 2 if something\n"
            "is gone, new or of another type, with 1 if the server cannot be asked. A bearer\n"
            "token is put where one was recorded; what needs other secrets is not sent.\n",
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
    return wish.against ? run(tool, &wish, argv[1])
                        : fe_arguments_missing(tool, &usage, "--against URL");
}

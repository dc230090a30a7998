/* SPDX-License-Identifier: MIT */
/* The program: looks at what it is connected to, and runs the command that the first word names. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "foundry-cassette/commands.h"
#include "foundry_emulator/out_of_memory.h"
#include "util/nearest.h"

static const struct {
    const char *name;
    const char *operands;
    const char *about;
    int (*run)(const struct fe_tool *tool, int argc, char **argv);
} commands[] = {
    {"ls", "FILE...", "List the exchanges.", fe_command_ls},
    {"show", "FILE SEQ...", "Show exchanges, to be read.", fe_command_show},
    {"cat", "--json FILE...", "Print the frames as JSON, one a line.", fe_command_cat},
    {"stats", "FILE...", "Count what is in it.", fe_command_stats},
    {"verify", "FILE...", "Check every byte.", fe_command_verify},
    {"repair", "FILE", "Keep what is good of a damaged file.", fe_command_repair},
    {"lint", "FILE...", "Look for secrets and other faults.", fe_command_lint},
    {"why", "FILE...", "Say which recording answers a request, or why none.", fe_command_why},
    {"diff", "--against URL FILE", "Ask a server the same, and compare.", fe_command_diff},
    {"merge", "-o OUT FILE...", "Put cassettes behind one another.", fe_command_merge},
    {"split", "FILE -o DIR", "Divide one by sessions, exchanges or paths.", fe_command_split},
    {"drop", "FILE SEQ... -o OUT", "Leave exchanges out.", fe_command_drop},
    {"export", "--har FILE -o OUT", "Write an HTTP archive.", fe_command_export},
    {"import", "--json|--har FILE -o OUT", "Make one of JSON lines or of an archive.",
     fe_command_import},
};
enum {
    COMMAND_COUNT = sizeof(commands) / sizeof(commands[0])
};

void fe_out_of_memory(void)
{
    static const char line[] = "foundry-cassette: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof(line) - 1); /* stdio would want memory */
    (void)written;
    _exit(FE_TOOL_FAILED);
}

static void help(const struct fe_tool *tool)
{
    (void)fputs("Usage: foundry-cassette COMMAND [OPTION]... [FILE]...\n"
                "Reads and edits cassettes, the recordings that foundry-emulator makes.\n\n",
                tool->out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        char left[64];
        (void)snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].operands);
        (void)fprintf(tool->out, "  %-32s %s\n", left, commands[i].about);
    }
    (void)fputs("\n  --version                        Print the version, and exit.\n"
                "  --help                           Print this, and exit; of a command: more.\n",
                tool->out);
}

static int unknown_command(const struct fe_tool *tool, const char *word)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i].name;
    }
    const char *nearest = fe_nearest(fe_slice_cstr(word), names, COMMAND_COUNT);
    if (nearest) {
        fe_tool_complain(tool, "there is no command %s; did you mean %s?", word, nearest);
    } else {
        fe_tool_complain(tool, "there is no command %s; see foundry-cassette --help", word);
    }
    return FE_TOOL_FINDINGS;
}

static int run(const struct fe_tool *tool, int argc, char **argv)
{
    if (argc < 2) {
        fe_tool_complain(tool, "expected a command; see foundry-cassette --help");
        return FE_TOOL_FINDINGS;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        help(tool);
        return FE_TOOL_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)fputs("foundry-cassette " FE_VERSION "\n", tool->out);
        return FE_TOOL_OK;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(tool, argc - 1, argv + 1);
        }
    }
    return unknown_command(tool, argv[1]);
}

static unsigned terminal_columns(int fd)
{
    struct winsize size;
    const char *set = getenv("COLUMNS");
    unsigned long wanted = set ? strtoul(set, NULL, 10) : 0;
    if (wanted >= 20 && wanted <= 10000) {
        return (unsigned)wanted;
    }
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 ? size.ws_col : 80;
}

/* https://no-color.org: any value but none at all turns colours off. */
static bool colours_are_wanted(void)
{
    const char *off = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (off == NULL || *off == '\0') && term && strcmp(term, "dumb") != 0;
}

/* Whether nobody reads any more: who has seen enough (`| head`) does no wrong. */
static bool reader_has_gone(FILE *out)
{
    struct pollfd state = {.fd = fileno(out), .events = POLLOUT};
    return poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP)) != 0;
}

static int finish(const struct fe_tool *tool, int status)
{
    errno = 0;
    bool failed = fflush(tool->out) != 0 || ferror(tool->out) != 0;
    if (!failed || reader_has_gone(tool->out)) {
        return status;
    }
    fe_tool_complain(tool, "standard output: %s", strerror(errno ? errno : EIO));
    return FE_TOOL_FAILED;
}

int main(int argc, char **argv)
{
    struct fe_env env = {.log = {.level = FE_LOG_WARNING}};
    fe_clock_init(&env.clock);
    fe_random_init(&env.random);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    struct fe_tool tool = {.out = stdout, .err = stderr, .env = &env};
    tool.terminal = isatty(STDOUT_FILENO) == 1;
    tool.colour = tool.terminal && colours_are_wanted();
    tool.columns = tool.terminal ? terminal_columns(STDOUT_FILENO) : 0;
    return finish(&tool, run(&tool, argc, argv));
}

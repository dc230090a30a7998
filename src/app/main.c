/* SPDX-License-Identifier: MIT */
/* The program: options in, an emulator served, an exit status out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/env_command.h"
#include "foundry_emulator/emulator.h"
#include "foundry_emulator/out_of_memory.h"

enum {
    EXIT_FAILED = 1,    /* while running */
    EXIT_BAD_INPUT = 2, /* an option, a seed or a cassette */
    EXIT_STRICT = 3     /* replay missed, or did not use all */
};

void fe_out_of_memory(void)
{
    static const char line[] = "foundry-emulator: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof(line) - 1); /* stdio would want memory */
    (void)written;
    _exit(EXIT_FAILED);
}

static void complain(const char *what)
{
    (void)fprintf(stderr, "foundry-emulator: %s\n", what);
}

static void announce(const struct fe_emulator *emulator)
{
    const char *url = NULL;
    for (size_t i = 0; (url = fe_emulator_url(emulator, i)) != NULL; i++) {
        (void)printf("listening on %s\n", url);
    }
    (void)puts("ready");
    (void)fflush(stdout);
}

/* A connection is a descriptor, and the customary soft limit is there for programs that select().
 */
static void raise_descriptor_limit(void)
{
    struct rlimit descriptors;
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 &&
        descriptors.rlim_cur < descriptors.rlim_max) {
        descriptors.rlim_cur = descriptors.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &descriptors);
    }
}

static int serve(struct fe_emulator *emulator)
{
    int r = fe_emulator_stop_on_signals(emulator);
    if (r == 0) {
        r = fe_emulator_listen(emulator);
    }
    if (r < 0) {
        complain(fe_emulator_problem(emulator));
        return r == -EINVAL ? EXIT_BAD_INPUT : EXIT_FAILED;
    }
    announce(emulator);
    r = fe_emulator_run(emulator);
    if (r < 0) {
        complain(fe_emulator_problem(emulator));
        return r == -ENOMSG ? EXIT_STRICT : EXIT_FAILED;
    }
    return EXIT_SUCCESS;
}

static int build_and_serve(const struct fe_options *options, enum fe_command command)
{
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    int r = fe_emulator_new(options, &emulator, &errors);
    if (errors) {
        (void)fputs(errors, stderr);
        free(errors);
        return EXIT_BAD_INPUT;
    }
    if (r < 0) {
        complain(strerror(-r));
        return EXIT_FAILED;
    }
    int status = command == FE_COMMAND_CHECK ? EXIT_SUCCESS : serve(emulator);
    fe_emulator_free(emulator);
    return status;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "env") == 0) {
        return fe_env_command(argc - 1, argv + 1);
    }
    raise_descriptor_limit();
    struct fe_options *options = fe_options_new();
    enum fe_command command = FE_COMMAND_SERVE;
    char why[512];
    int status = EXIT_SUCCESS;
    if (fe_command_line_read(argc, argv, options, &command, why, sizeof(why)) < 0 ||
        fe_environment_read(options, why, sizeof(why)) < 0) {
        complain(why);
        status = EXIT_BAD_INPUT;
    } else if (command == FE_COMMAND_HELP) {
        fe_command_line_help(stdout);
    } else if (command == FE_COMMAND_VERSION) {
        (void)printf("foundry-emulator %s\n", fe_emulator_version());
    } else {
        status = build_and_serve(options, command);
    }
    fe_options_free(options);
    return status;
}

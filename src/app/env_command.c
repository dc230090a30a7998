/* SPDX-License-Identifier: MIT */
/* The folder holds secrets: it is made for its owner alone, and so is every file in it. Paths in
 * module.env are those of the folder itself, so that it serves a module on this machine and,
 * mounted at the same path, one in a container. */
#include "app/env_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/http_get.h"

#define RUNTIMES "/_emulate/foundry/compute-modules/runtimes/"

_Static_assert(PATH_MAX <= 4096, "a target has room for any path");

enum {
    EXIT_FAILED = 1,
    EXIT_BAD_INPUT = 2,
    RUNTIME_BYTES_MAX = 256,
    TARGET_BYTES_MAX = 16 << 10, /* an id and a path, every byte of them as "%xx", and 200 more */
    WHY_BYTES = PATH_MAX + 256   /* a path and what is wrong with it */
};

struct env_command {
    const char *runtime;
    const char *url;
    const char *dir;
    char path[PATH_MAX]; /* dir, absolute */
    char why[WHY_BYTES];
};

static int fail(struct env_command *command, const char *what, const char *why)
{
    (void)snprintf(command->why, sizeof(command->why), "%s: %s", what, why);
    return -1;
}

/* ── arguments ── */

/* The value of "--name VALUE" or "--name=VALUE" at argv[*at]; NULL if it is another argument. */
static const char *option_value(const char *name, char *const *argv, int *at)
{
    size_t length = strlen(name);
    if (strncmp(argv[*at], name, length) != 0) {
        return NULL;
    }
    if (argv[*at][length] == '=') {
        return argv[*at] + length + 1;
    }
    return argv[*at][length] == '\0' && argv[*at + 1] ? argv[++*at] : NULL;
}

static int read_arguments(struct env_command *command, int argc, char *const *argv)
{
    for (int at = 1; at < argc && argv[at]; at++) {
        const char *value = NULL;
        if ((value = option_value("--url", argv, &at)) != NULL) {
            command->url = value;
        } else if ((value = option_value("--dir", argv, &at)) != NULL) {
            command->dir = value;
        } else if (command->runtime == NULL && strncmp(argv[at], "--", 2) != 0) {
            command->runtime = argv[at];
        } else {
            return fail(command, argv[at], "expected env RUNTIME [--url URL] [--dir DIR]");
        }
    }
    if (command->runtime == NULL || command->runtime[0] == '\0' ||
        strlen(command->runtime) > RUNTIME_BYTES_MAX) {
        return fail(command, "env", "expected the id of a runtime: env RUNTIME");
    }
    return 0;
}

/* ── asking ── */

/* Appends at *end, which moves on; there is room. */
static void put_encoded(char **end, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char plain[] =
        "-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (strchr(plain, *text)) {
            *(*end)++ = *text;
        } else {
            *(*end)++ = '%';
            *(*end)++ = hex[c >> 4];
            *(*end)++ = hex[c & 15];
        }
    }
    **end = '\0';
}

static void put(char **end, const char *text)
{
    size_t length = strlen(text);
    memcpy(*end, text, length + 1);
    *end += length;
}

/* GET …/runtimes/RUNTIME<path><name><query><where the files will stand>. */
struct question {
    const char *path;
    const char *name;
    const char *query;
};

static int get(struct env_command *command, const struct question *question, FILE *out)
{
    char target[TARGET_BYTES_MAX];
    char *end = target;
    put(&end, RUNTIMES);
    put_encoded(&end, command->runtime);
    put(&end, question->path);
    put_encoded(&end, question->name);
    put(&end, question->query);
    put_encoded(&end, command->path);
    return fe_http_get(command->url, target, out, command->why, sizeof(command->why));
}

/* ── writing ── */

static int open_dir(struct env_command *command)
{
    if (mkdir(command->dir, 0700) < 0 && errno != EEXIST) {
        return fail(command, command->dir, strerror(errno));
    }
    if (realpath(command->dir, command->path) == NULL) {
        return fail(command, command->dir, strerror(errno));
    }
    return 0;
}

static int save(struct env_command *command, const char *name, const struct question *question)
{
    int dir = open(command->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = dir < 0
                 ? -1
                 : openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *file = fd < 0 || fchmod(fd, 0600) < 0 ? NULL : fdopen(fd, "w");
    int r = file ? get(command, question, file) : fail(command, name, strerror(errno));
    if (file && fclose(file) != 0 && r == 0) {
        r = fail(command, name, strerror(errno));
    } else if (file == NULL && fd >= 0) {
        (void)close(fd);
    }
    if (dir >= 0) {
        (void)close(dir);
    }
    return r;
}

/* The emulator names the files; a name that leads out of the folder is not one of its. */
static int save_files(struct env_command *command)
{
    static const struct question which = {"/env/files", "", "?dir="};
    char names[1024] = "";
    FILE *list = fmemopen(names, sizeof(names), "w");
    int r = list ? get(command, &which, list) : fail(command, "env", strerror(errno));
    if (list) {
        (void)fclose(list);
    }
    names[sizeof(names) - 1] = '\0';
    char *name = names;
    while (r == 0 && *name) {
        char *end = name + strcspn(name, "\n");
        char *next = *end ? end + 1 : end;
        *end = '\0';
        if (name[0] == '.' || strchr(name, '/')) {
            return fail(command, name, "the emulator sent a bad name for a file");
        }
        r = save(command, name, &(struct question){"/env/files/", name, "?dir="});
        name = next;
    }
    return r;
}

static int run(struct env_command *command)
{
    static const struct question dotenv = {"/env", "", "?format=dotenv&dir="};
    static const struct question docker = {"/env", "", "?format=docker&dir="};
    int r = open_dir(command);
    r = r < 0 ? r : save_files(command);
    r = r < 0 ? r : save(command, "module.env", &dotenv);
    return r < 0 ? r : get(command, &docker, stdout);
}

int fe_env_command(int argc, char *const *argv)
{
    struct env_command command = {.url = "http://127.0.0.1:4000", .dir = "foundry-module"};
    int status = EXIT_SUCCESS;
    if (read_arguments(&command, argc, argv) < 0) {
        status = EXIT_BAD_INPUT;
    } else if (run(&command) < 0) {
        status = EXIT_FAILED;
    }
    if (status != EXIT_SUCCESS) {
        (void)fprintf(stderr, "foundry-emulator: %s\n", command.why);
    }
    return status;
}

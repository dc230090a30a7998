/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FILES_MAX = 8,
    PATH_BYTES = 128
};

static char folder[PATH_BYTES / 2];
static char paths[FILES_MAX][PATH_BYTES];
static size_t path_count;

static void clean_up(void)
{
    for (size_t i = 0; i < path_count; i++) {
        scratch_remove(paths[i]);
    }
    (void)rmdir(folder);
}

static void make_folder(void)
{
    (void)snprintf(folder, sizeof(folder), "/dev/shm/fe-fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        (void)snprintf(folder, sizeof(folder), "/tmp/fe-fuzz-XXXXXX");
        const char *made = mkdtemp(folder);
        assert(made);
    }
    (void)atexit(clean_up);
}

const char *scratch_path(const char *name)
{
    if (folder[0] == '\0') {
        make_folder();
    }
    for (size_t i = 0; i < path_count; i++) {
        if (strcmp(paths[i] + strlen(folder) + 1, name) == 0) {
            return paths[i];
        }
    }
    assert(path_count < FILES_MAX);
    char *path = paths[path_count++];
    (void)snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return path;
}

void scratch_write(const char *path, struct fe_slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert(fd >= 0);
    ssize_t n = write(fd, bytes.ptr, bytes.len);
    assert(n == (ssize_t)bytes.len);
    (void)close(fd);
}

void scratch_remove(const char *path)
{
    (void)unlink(path);
}

const struct fe_tool *scratch_tool(void)
{
    static struct fe_env env;
    static struct fe_tool tool;
    if (tool.out == NULL) {
        tool.out = tool.err = fopen("/dev/null", "w");
        assert(tool.out);
        tool.env = &env;
    }
    env = fuzz_env();
    return &tool;
}

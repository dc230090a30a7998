/* SPDX-License-Identifier: MIT */
/* A folder of the test's own, and what is in the cassettes there. */
#ifndef FE_TESTS_UNIT_CASSETTE_FOLDER_H
#define FE_TESTS_UNIT_CASSETTE_FOLDER_H

#include "../expect.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/decode.h"
#include "util/buf.h"

struct folder {
    char path[64];
    char file[128]; /* a cassette in it, which is not there yet */
};

static inline void folder_make(struct folder *folder)
{
    (void)snprintf(folder->path, sizeof(folder->path), "/tmp/fe-cassette-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    (void)snprintf(folder->file, sizeof(folder->file), "%s/one.cassette", folder->path);
}

static inline void folder_remove(struct folder *folder)
{
    DIR *dir = opendir(folder->path);
    const struct dirent *entry = NULL;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    (void)closedir(dir);
    assert_int_equal(rmdir(folder->path), 0);
}

static inline bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The caller calls fe_buf_done(). */
static inline struct fe_buf file_read(const char *path)
{
    struct fe_buf text;
    char *room = NULL;
    ssize_t n = 0;
    fe_buf_init(&text, 64 << 20);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    do {
        assert_int_equal(fe_buf_reserve(&text, 1 << 16, &room), 0);
        n = read(fd, room, 1 << 16);
        assert_true(n >= 0);
        text.len += (size_t)n;
    } while (n > 0);
    (void)close(fd);
    return text;
}

static inline void file_write(const char *path, struct fe_slice text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.ptr, text.len), text.len);
    (void)close(fd);
}

enum {
    FRAMES_MAX = 4096
};

struct frames {
    struct fe_buf text;
    struct fe_arena arena;
    struct fe_frame items[FRAMES_MAX];
    size_t count;
    bool torn; /* the file ends within a frame */
};

/* All frames of a file, each of which must be good. */
static inline struct frames *frames_read(const char *path)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    assert_non_null(frames);
    frames->text = file_read(path);
    struct fe_slice rest = fe_buf_slice(&frames->text);
    const char *why = NULL;
    ptrdiff_t len = 1;
    while (rest.len > 0 && len > 0) {
        assert_true(frames->count < FRAMES_MAX);
        len = fe_frame_decode(rest, &frames->arena, &frames->items[frames->count], &why);
        assert_true(len >= 0);
        frames->count += len > 0;
        rest = fe_slice_from(rest, (size_t)len);
    }
    frames->torn = rest.len > 0;
    return frames;
}

static inline void frames_free(struct frames *frames)
{
    fe_buf_done(&frames->text);
    fe_arena_done(&frames->arena);
    free(frames);
}

static inline size_t frames_of(const struct frames *frames, enum fe_frame_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < frames->count; i++) {
        count += frames->items[i].kind == kind;
    }
    return count;
}

/* The n-th of its kind, from 0. */
static inline const struct fe_frame *frame_of(const struct frames *frames, enum fe_frame_kind kind,
                                              size_t n)
{
    for (size_t i = 0; i < frames->count; i++) {
        if (frames->items[i].kind == kind && n-- == 0) {
            return &frames->items[i];
        }
    }
    fail_msg("there is no such frame");
    return NULL;
}

#endif

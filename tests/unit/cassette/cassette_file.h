/* SPDX-License-Identifier: MIT */
/* A file that a test writes bytes to and opens as a cassette, again and again. */
#ifndef FE_TESTS_UNIT_CASSETTE_FILE_H
#define FE_TESTS_UNIT_CASSETTE_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../expect.h"

#include "cassette/reader.h"

struct cassette_file {
    char path[64];
    int fd;
    char why[512];
};

static inline void cassette_file_init(struct cassette_file *file)
{
    (void)snprintf(file->path, sizeof(file->path), "/dev/shm/fe-cassette-XXXXXX");
    file->fd = mkstemp(file->path); /* in memory where that is to be had: it is written often */
    if (file->fd < 0) {
        (void)snprintf(file->path, sizeof(file->path), "/tmp/fe-cassette-XXXXXX");
        file->fd = mkstemp(file->path);
    }
    assert_true(file->fd >= 0);
}

static inline void cassette_file_done(struct cassette_file *file)
{
    (void)close(file->fd);
    (void)unlink(file->path);
}

static inline void cassette_file_set(struct cassette_file *file, struct fe_slice bytes)
{
    assert_int_equal(ftruncate(file->fd, 0), 0);
    assert_int_equal(pwrite(file->fd, bytes.ptr, bytes.len, 0), (ssize_t)bytes.len);
}

static inline int cassette_file_open(struct cassette_file *file, struct fe_reader **reader_out)
{
    file->why[0] = '\0';
    return fe_reader_open(file->path, reader_out, file->why, sizeof(file->why));
}

#endif

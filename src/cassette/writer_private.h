/* SPDX-License-Identifier: MIT */
#ifndef FE_CASSETTE_WRITER_PRIVATE_H
#define FE_CASSETTE_WRITER_PRIVATE_H

#include "cassette/writer.h"
#include "util/buf.h"

struct fe_writer {
    char *path; /* what the user called it, or what that links to when it is to be replaced */
    char *part; /* what is written instead, until it is closed; NULL: the path itself */
    int fd;
    int old_fd;   /* the file to be replaced, kept locked; -1: none */
    bool created; /* there was no such file before */
    bool named;   /* its name is on the disk, too */
    bool dirty;   /* something was written since the last sync */
    int error;    /* 0, or the first failure */
    uint64_t written;
    struct fe_buf pending; /* whole frames behind what is written */
};

/* One line on why `path` cannot be opened or begun, and what to do. */
void fe_writer_explain(const char *path, int error, char why[FE_WRITER_WHY_BYTES]);

/* Puts the directory of the file on the disk, where its name is. */
int fe_writer_sync_name(const struct fe_writer *writer);

#endif

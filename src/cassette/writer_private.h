/* SPDX-License-Identifier: MIT */
#ifndef FE_CASSETTE_WRITER_PRIVATE_H
#define FE_CASSETTE_WRITER_PRIVATE_H

#include "cassette/frame.h"
#include "cassette/writer.h"
#include "util/buf.h"

/* The session that is being written. */
struct fe_written {
    uint64_t begin; /* its offset in the file */
    uint64_t frames;
    uint64_t exchanges;
    uint64_t bytes;    /* without an index */
    uint32_t crc;      /* of these */
    bool had_an_index; /* where it comes from: so it is to get one of its own */
};

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
    struct fe_written session;
    struct fe_buf pending; /* whole frames behind what is written */
};

/* One line on why `path` cannot be opened or begun, and what to do. */
void fe_writer_explain(const char *path, int error, char why[FE_WRITER_WHY_BYTES]);

/* The kind of a whole frame. */
static inline uint64_t fe_writer_kind(struct fe_slice frame)
{
    return frame.len > 1 ? (unsigned char)frame.ptr[1] : FE_FRAME_KINDS;
}

/* Takes note of a frame that is about to be put. */
void fe_writer_note(struct fe_writer *writer, struct fe_slice frame);

/* As fe_writer_put(), whatever it is. */
int fe_writer_put_as_it_is(struct fe_writer *writer, const struct fe_safe_frame *frame);

/* Puts the directory of the file on the disk, where its name is. */
int fe_writer_sync_name(const struct fe_writer *writer);

#endif

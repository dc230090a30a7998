/* SPDX-License-Identifier: MIT */
/* A file that would grow past RLIMIT_FSIZE is an error as a full disk is, -EFBIG, where SIGXFSZ
 * does not end the process. */
#include "cassette/writer_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cassette/decode.h"
#include "cassette/safe.h"

enum {
    GATHERED_FRAME_BYTES_MAX = 32 << 10 /* copying a larger one costs more than a call of its own */
};

/* ── writing ── */

/* How many of these bytes are whole frames. */
static size_t whole_frames(struct fe_slice bytes)
{
    size_t whole = 0;
    const char *why = NULL;
    ptrdiff_t len = 0;
    do {
        whole += (size_t)len;
        len = fe_frame_length(fe_slice_from(bytes, whole), NULL, &why);
    } while (len > 0);
    return whole;
}

/* What of `bytes` was written ends within a frame: that one is cut off. Should the cut fail, the
 * next to open the file does it. */
static int fail(struct fe_writer *writer, int error, struct fe_slice written)
{
    writer->error = error;
    writer->written += whole_frames(written);
    fe_buf_clear(&writer->pending);
    (void)!ftruncate(writer->fd, (off_t)writer->written);
    return error;
}

static int write_all(struct fe_writer *writer, struct fe_slice bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(writer->fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail(writer, n < 0 ? -errno : -EIO, (struct fe_slice){bytes.ptr, done});
        }
        done += (size_t)n;
    }
    writer->written += bytes.len;
    writer->dirty = writer->dirty || bytes.len > 0;
    return 0;
}

int fe_writer_flush(struct fe_writer *writer)
{
    if (writer->error != 0) {
        return writer->error;
    }
    int r = write_all(writer, fe_buf_slice(&writer->pending));
    fe_buf_clear(&writer->pending);
    return r;
}

int fe_writer_put(struct fe_writer *writer, const struct fe_safe_frame *frame)
{
    uint64_t kind = fe_writer_kind(fe_buf_slice(&frame->encoded));
    if (kind == FE_FRAME_INDEX) {
        writer->session.had_an_index = true;
        return writer->error;
    }
    if (kind == FE_FRAME_SEAL && writer->session.had_an_index) {
        return fe_writer_seal(writer);
    }
    return fe_writer_put_as_it_is(writer, frame);
}

/* What is short of a frame is none. Those before it stay. */
static int refuse(struct fe_writer *writer, int error)
{
    int r = fe_writer_flush(writer);
    return r < 0 ? r : fail(writer, error, FE_SLICE(""));
}

int fe_writer_put_as_it_is(struct fe_writer *writer, const struct fe_safe_frame *frame)
{
    struct fe_slice bytes = fe_buf_slice(&frame->encoded);
    int r = writer->error;
    if (frame->encoded.error < 0) {
        return refuse(writer, frame->encoded.error);
    }
    fe_writer_note(writer, bytes);
    bool direct = bytes.len > GATHERED_FRAME_BYTES_MAX;
    if (r == 0 && (direct || bytes.len > writer->pending.bytes_max - writer->pending.len)) {
        r = fe_writer_flush(writer);
    }
    if (r == 0 && direct) {
        return write_all(writer, bytes);
    }
    if (r == 0) {
        r = fe_buf_put(&writer->pending, bytes);
        r = r < 0 ? refuse(writer, r) : 0;
    }
    return r;
}

/* Takes nothing from the heap: the file has its name by now, and nothing may fail but the disk. */
int fe_writer_sync_name(const struct fe_writer *writer)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(writer->path, '/');
    if (slash) {
        int len = (int)(slash - writer->path) + 1;
        (void)snprintf(folder, sizeof(folder), "%.*s", len, writer->path);
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    /* Some file systems cannot sync a directory, and need not. */
    int r = fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
    (void)close(fd);
    return r;
}

int fe_writer_sync(struct fe_writer *writer)
{
    int r = fe_writer_flush(writer);
    if (r == 0 && writer->dirty && fdatasync(writer->fd) < 0) {
        r = -errno;
    }
    if (r == 0 && !writer->named) {
        r = fe_writer_sync_name(writer);
    }
    writer->dirty = writer->dirty && r != 0;
    writer->named = writer->named || r == 0;
    writer->error = r;
    return r;
}

const char *fe_writer_file(const struct fe_writer *writer)
{
    return writer->part ? writer->part : writer->path;
}

uint64_t fe_writer_bytes(const struct fe_writer *writer)
{
    return writer->written + writer->pending.len;
}

/* ── the end ── */

int fe_writer_close(struct fe_writer *writer)
{
    int r = fe_writer_sync(writer);
    if (r == 0 && writer->part) {
        if (rename(writer->part, writer->path) < 0) {
            r = -errno;
        } else {
            free(writer->part);
            writer->part = NULL;
            writer->created = false;
            r = fe_writer_sync_name(writer);
        }
    }
    fe_writer_free(writer);
    return r;
}

void fe_writer_free(struct fe_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    /* An empty file is of no use to anybody, and would be in the way of the next recording. */
    if (writer->created && writer->written == 0) {
        (void)unlink(writer->part ? writer->part : writer->path);
    }
    if (writer->fd >= 0) {
        (void)close(writer->fd);
    }
    if (writer->old_fd >= 0) {
        (void)close(writer->old_fd);
    }
    fe_buf_done(&writer->pending);
    free(writer->part);
    free(writer->path);
    free(writer);
}

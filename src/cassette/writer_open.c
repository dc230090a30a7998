/* SPDX-License-Identifier: MIT */
/* Opening a cassette to write it: nothing that is there is lost, and no two processes write it.
 * Whoever writes holds a lock (flock) on the file, and, when it is to be replaced, on its
 * successor. */
#include "cassette/writer_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/decode.h"
#include "cassette/reader.h"
#include "util/alloc.h"

enum {
    PENDING_BYTES_MAX = 256 << 10,
    OPEN_FLAGS = O_CLOEXEC | O_APPEND | O_NONBLOCK /* a pipe of that name shall not block */
};

struct opening {
    const struct fe_writer_options *options;
    struct fe_writer *writer;
    char *why;
};

static int say(struct opening *o, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int say(struct opening *o, int error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(o->why, FE_WRITER_WHY_BYTES, format, args);
    va_end(args);
    return error;
}

static const char *advice_on(int error)
{
    switch (error) {
    case -ENOENT:
    case -ENOTDIR:
        return "its folder does not exist: create it first";
    case -EACCES:
    case -EPERM:
    case -EROFS:
        return "no permission to write it: name another file, or change the permissions";
    case -EISDIR:
        return "it is a directory: name a file in it";
    case -ENOSPC:
    case -EDQUOT:
    case -EFBIG:
        return "there is no space left to record to: make room, or name a file elsewhere";
    case -EBUSY:
        return "it is being written by another process: wait for its end, or name another file";
    default:
        return NULL;
    }
}

void fe_writer_explain(const char *path, int error, char why[FE_WRITER_WHY_BYTES])
{
    const char *advice = advice_on(error);
    (void)snprintf(why, FE_WRITER_WHY_BYTES, "%s: %s", path, advice ? advice : strerror(-error));
}

static int explain(struct opening *o, const char *path, int error)
{
    fe_writer_explain(path, error, o->why);
    return error;
}

/* ── files and locks ── */

static int open_file(const struct opening *o, const char *path, int flags)
{
    int fd = open(path, flags | OPEN_FLAGS, o->options->private_file ? 0600 : 0666);
    return fd < 0 ? -errno : fd;
}

static bool is_file(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* Whether the path still names what was opened: it may have been replaced before it was locked. */
static bool is_current(int fd, const char *path)
{
    struct stat opened;
    struct stat named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

static int lock_file(struct opening *o, int fd, const char *path)
{
    if (!is_file(fd)) {
        return say(o, -EINVAL, "%s: it is not a regular file: name another", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        return explain(o, path, errno == EWOULDBLOCK ? -EBUSY : -errno);
    }
    return is_current(fd, path) ? 0 : explain(o, path, -EBUSY);
}

static char *part_of(const char *path)
{
    struct fe_buf name;
    fe_buf_init(&name, FILENAME_MAX + sizeof(".part"));
    (void)fe_buf_printf(&name, "%s.part", path);
    char *part = fe_xstrdup(fe_buf_slice(&name));
    fe_buf_done(&name);
    return part;
}

/* Whether somebody is about to replace the file, even if it does not exist yet. */
static bool part_is_busy(const char *path)
{
    char *part = part_of(path);
    int fd = open(part, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool busy = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        (void)close(fd);
    }
    free(part);
    return busy;
}

/* ── a new file ── */

static int create(struct opening *o, const char *path)
{
    struct fe_writer *writer = o->writer;
    int fd = open_file(o, path, O_RDWR | O_CREAT | O_EXCL);
    if (fd < 0) {
        return explain(o, path, fd);
    }
    writer->fd = fd;
    int r = lock_file(o, fd, path);
    writer->created = r == 0;
    return r;
}

static int open_new(struct opening *o)
{
    const char *path = o->writer->path;
    if (part_is_busy(path)) {
        return explain(o, path, -EBUSY);
    }
    int r = create(o, path);
    struct stat status;
    if (r == -EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return explain(o, path, -EISDIR);
    }
    return r != -EEXIST ? r
                        : say(o, r,
                              "%s: it exists already: add to it with --append, replace it with "
                              "--overwrite, or name another file",
                              path);
}

/* ── one in place of another ── */

/* Links are followed first, so that not the link is replaced but what it leads to. */
static int open_replaced(struct opening *o)
{
    struct fe_writer *writer = o->writer;
    char *real = realpath(writer->path, NULL);
    if (real) {
        free(writer->path);
        writer->path = real;
    }
    int fd = open_file(o, writer->path, O_RDONLY);
    if (fd == -ENOENT) {
        return 0;
    }
    if (fd < 0) {
        return explain(o, writer->path, fd);
    }
    writer->old_fd = fd;
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        return explain(o, writer->path, -EISDIR);
    }
    return lock_file(o, fd, writer->path);
}

static int open_successor(struct opening *o)
{
    struct fe_writer *writer = o->writer;
    int r = open_replaced(o);
    if (r < 0) {
        return r;
    }
    writer->part = part_of(writer->path);
    r = create(o, writer->part);
    if (r != -EEXIST) {
        return r;
    }
    if (part_is_busy(writer->path)) {
        return explain(o, writer->path, -EBUSY);
    }
    return say(o, r,
               "%s: left over from a recording with --overwrite that was interrupted: rename it if "
               "you want to keep it, else remove it",
               writer->part);
}

/* ── behind what is there ── */

/* Every session must be one that this program can write behind. */
static int check_session(struct opening *o, struct fe_slice frame)
{
    struct fe_arena arena = {NULL};
    struct fe_frame session;
    const char *reason = NULL;
    ptrdiff_t r = fe_frame_decode(frame, &arena, &session, &reason);
    bool newer = r > 0 && session.session.format > FE_CASSETTE_FORMAT;
    fe_arena_done(&arena);
    return newer ? say(o, -EBADMSG,
                       "%s: it is of a newer format than this program writes: name another file",
                       o->writer->path)
                 : 0;
}

static bool is_all_zero(struct fe_slice bytes)
{
    return bytes.len == 0 ||
           (bytes.ptr[0] == '\0' && memcmp(bytes.ptr, bytes.ptr + 1, bytes.len - 1) == 0);
}

/* From `end` on there are no good frames at once. A frame that the file ends in is what a crash
 * leaves, and so are zeros, after a power cut; anything else is damage. */
static int cut_tail(struct opening *o, const struct fe_reader *reader, uint64_t end, bool torn)
{
    struct fe_slice all = fe_reader_bytes(reader);
    uint64_t bytes = all.len - end;
    torn = torn || is_all_zero(fe_slice_from(all, (size_t)end));
    if (!torn || fe_reader_resync(reader, end) != all.len) {
        return say(o, -EBADMSG,
                   "%s: it is damaged at byte %llu: run \"foundry-cassette repair %s\" first",
                   o->writer->path, (unsigned long long)end, o->writer->path);
    }
    if (ftruncate(o->writer->fd, (off_t)end) < 0) {
        return explain(o, o->writer->path, -errno);
    }
    o->writer->dirty = true;
    return say(
        o, 0,
        "%s: a recording was interrupted in it: the last %llu bytes, from byte %llu on, were "
        "no whole frame and have been cut off",
        o->writer->path, (unsigned long long)bytes, (unsigned long long)end);
}

static int check_frames(struct opening *o, const struct fe_reader *reader)
{
    struct fe_slice rest = fe_reader_bytes(reader);
    uint64_t at = 0;
    int r = 0;
    while (r == 0 && rest.len > 0) {
        uint64_t kind = 0;
        const char *reason = NULL;
        ptrdiff_t len = fe_frame_length(rest, &kind, &reason);
        if (len <= 0) {
            r = cut_tail(o, reader, at, len == 0);
            break;
        }
        if (kind == FE_FRAME_SESSION) {
            r = check_session(o, rest);
        }
        rest = fe_slice_from(rest, (size_t)len);
        at += (uint64_t)len;
    }
    o->writer->written = at;
    return r;
}

static int check_cassette(struct opening *o)
{
    struct stat status;
    struct fe_reader *reader = NULL;
    if (fstat(o->writer->fd, &status) < 0) {
        return explain(o, o->writer->path, -errno);
    }
    if (status.st_size == 0) {
        return 0;
    }
    int r = fe_reader_open(o->writer->path, &reader, o->why, FE_WRITER_WHY_BYTES);
    if (r == 0) {
        o->why[0] = '\0';
        r = check_frames(o, reader);
    }
    fe_reader_free(reader);
    return r;
}

static int open_behind(struct opening *o)
{
    struct fe_writer *writer = o->writer;
    if (part_is_busy(writer->path)) {
        return explain(o, writer->path, -EBUSY);
    }
    int r = create(o, writer->path);
    if (r != -EEXIST) {
        return r;
    }
    o->why[0] = '\0';
    int fd = open_file(o, writer->path, O_RDWR);
    if (fd < 0) {
        return explain(o, writer->path, fd);
    }
    writer->fd = fd;
    r = lock_file(o, fd, writer->path);
    if (r == 0 && o->options->private_file && fchmod(fd, 0600) < 0) {
        r = explain(o, writer->path, -errno);
    }
    return r < 0 ? r : check_cassette(o);
}

int fe_writer_open(const struct fe_writer_options *options, struct fe_writer **writer_out,
                   char why[FE_WRITER_WHY_BYTES])
{
    struct fe_writer *writer = fe_xalloc(sizeof(*writer));
    struct opening o = {options, writer, why};
    why[0] = '\0';
    writer->path = fe_xstrdup(fe_slice_cstr(options->path));
    writer->fd = -1;
    writer->old_fd = -1;
    fe_buf_init(&writer->pending, PENDING_BYTES_MAX);
    int r = 0;
    switch (options->mode) {
    case FE_WRITER_CREATE:
        r = open_new(&o);
        break;
    case FE_WRITER_APPEND:
        r = open_behind(&o);
        break;
    case FE_WRITER_OVERWRITE:
        r = open_successor(&o);
        break;
    }
    if (r < 0) {
        fe_writer_free(writer);
        return r;
    }
    *writer_out = writer;
    return 0;
}

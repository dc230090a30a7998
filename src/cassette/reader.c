/* SPDX-License-Identifier: MIT */
#include "cassette/reader_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cassette/decode.h"
#include "util/alloc.h"

enum {
    RELEASE_BYTES = 8 << 20 /* at a time; whole pages */
};

/* ── opening ── */

struct why {
    const char *path;
    char *text;
    size_t size;
};

static int refuse(const struct why *why, const char *what)
{
    (void)snprintf(why->text, why->size, "%s: %s", why->path, what);
    return -EBADMSG;
}

static const char *advice_on(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "; check the path";
    case EACCES:
    case EPERM:
        return "; change its permissions";
    case EISDIR:
        return "; name a file in it";
    default:
        return "";
    }
}

static int fail(const struct why *why, int error)
{
    (void)snprintf(why->text, why->size, "%s: cannot be read: %s%s", why->path, strerror(error),
                   advice_on(error));
    return -error;
}

/* -errno, or a descriptor of a regular file that is not empty. */
static int open_file(const struct why *why, struct stat *status)
{
    int fd = open(why->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return fail(why, errno);
    }
    int r = fstat(fd, status) < 0 ? fail(why, errno) : 0;
    if (r == 0 && S_ISDIR(status->st_mode)) {
        r = fail(why, EISDIR);
    } else if (r == 0 && !S_ISREG(status->st_mode)) {
        r = refuse(why, "not a cassette: it is no regular file; copy what it gives to one");
    } else if (r == 0 && status->st_size == 0) {
        r = refuse(why, "not a cassette: it is empty; nothing was recorded to it: record again");
    }
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    return fd;
}

static int map_file(const struct why *why, struct fe_reader *reader)
{
    struct stat status = {0};
    int fd = open_file(why, &status);
    if (fd < 0) {
        return fd;
    }
    void *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int r = map == MAP_FAILED ? fail(why, errno) : 0;
    (void)close(fd);
    if (r == 0) {
        reader->bytes = (struct fe_slice){map, (size_t)status.st_size};
        reader->device = status.st_dev;
        reader->inode = status.st_ino;
    }
    return r;
}

/* What people have in hand instead, by how it begins. */
static const struct {
    struct fe_slice beginning;
    const char *what;
} others[] = {
    {FE_SLICE_INIT("{\"kind\":"), "not a cassette but the JSON of one: "
                                  "`foundry-cassette import --json` makes it one"},
    {FE_SLICE_INIT("{"), "not a cassette: it looks like JSON; if it is a HAR file, "
                         "`foundry-cassette import --har` makes it one"},
    {FE_SLICE_INIT("["), "not a cassette: it looks like JSON; name what --mode record has written"},
    {FE_SLICE_INIT("---"), "not a cassette: it looks like YAML; a seed is given with --seed"},
    {FE_SLICE_INIT("\x1f\x8b"), "not a cassette: it is compressed; gunzip it first"},
    {FE_SLICE_INIT("\x28\xb5\x2f\xfd"), "not a cassette: it is compressed; unzstd it first"},
    {FE_SLICE_INIT("PK"), "not a cassette: it is a ZIP file; unzip it first"},
    {FE_SLICE_INIT("version https://git-lfs"), "not a cassette but what Git LFS left in its place; "
                                               "`git lfs pull` fetches it"},
};

static int refuse_other(const struct why *why, struct fe_slice bytes)
{
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (fe_slice_starts(bytes, others[i].beginning)) {
            return refuse(why, others[i].what);
        }
    }
    return refuse(why, "not a cassette: no session frame is at its front; name what --mode record "
                       "has written");
}

static int refuse_version(const struct why *why, const struct fe_frame_session *session)
{
    (void)snprintf(why->text, why->size,
                   "%s: a cassette of format %" PRIu64 ", which needs a reader of version %" PRIu64
                   " and this is one of version %d: use a newer foundry-emulator (it was written "
                   "by " FE_PRI ")",
                   why->path, session->format, session->reader, FE_CASSETTE_READER,
                   (int)(session->recorder.len < 80 ? session->recorder.len : 80),
                   session->recorder.ptr);
    return -EBADMSG;
}

static int refuse_front(const struct why *why, struct fe_slice bytes, const char *damage)
{
    if (!fe_slice_starts(bytes, FE_SLICE("\x93\0\xce"))) {
        return refuse_other(why, bytes);
    }
    (void)snprintf(why->text, why->size,
                   "%s: damaged in its first frame, without which nothing else can be read (%s); "
                   "take it from a copy or from git",
                   why->path, damage);
    return -EBADMSG;
}

static int check_front(const struct why *why, struct fe_slice bytes)
{
    struct fe_arena arena = {NULL};
    struct fe_frame frame;
    const char *damage = "it is not whole";
    ptrdiff_t length = fe_frame_decode(bytes, &arena, &frame, &damage);
    int r = 0;
    if (length <= 0) {
        r = refuse_front(why, bytes, damage);
    } else if (frame.kind != FE_FRAME_SESSION) {
        r = refuse_other(why, bytes);
    } else if (frame.session.reader > FE_CASSETTE_READER) {
        r = refuse_version(why, &frame.session);
    }
    fe_arena_done(&arena);
    return r;
}

int fe_reader_open(const char *path, struct fe_reader **reader_out, char *why, size_t why_size)
{
    const struct why where = {.path = path, .text = why, .size = why_size};
    struct fe_reader *reader = fe_xalloc(sizeof(*reader));
    *reader_out = NULL;
    reader->path = fe_xstrdup(fe_slice_cstr(path));
    int r = map_file(&where, reader);
    if (r == 0) {
        r = check_front(&where, reader->bytes);
    }
    if (r < 0) {
        fe_reader_free(reader);
        return r;
    }
    *reader_out = reader;
    return 0;
}

struct fe_reader *fe_reader_new_trusting(struct fe_slice bytes)
{
    struct fe_reader *reader = fe_xalloc(sizeof(*reader));
    reader->bytes = bytes;
    reader->trusted = true;
    return reader;
}

void fe_reader_free(struct fe_reader *reader)
{
    if (reader) {
        if (reader->bytes.len > 0 && !reader->trusted) {
            (void)munmap((void *)(uintptr_t)reader->bytes.ptr, reader->bytes.len);
        }
        free(reader->path);
        free(reader);
    }
}

const char *fe_reader_path(const struct fe_reader *reader)
{
    return reader->path;
}

void fe_reader_release(const struct fe_reader *reader, uint64_t *released, uint64_t offset)
{
    uint64_t begin = (*released + RELEASE_BYTES - 1) / RELEASE_BYTES * RELEASE_BYTES;
    uint64_t end = offset / RELEASE_BYTES * RELEASE_BYTES;
    if (end > begin) {
        uintptr_t map = (uintptr_t)reader->bytes.ptr;
        (void)madvise((void *)(map + begin), (size_t)(end - begin), MADV_DONTNEED);
        *released = end;
    }
}

bool fe_reader_same_file(const struct fe_reader *a, const struct fe_reader *b)
{
    return a->device == b->device && a->inode == b->inode;
}

struct fe_slice fe_reader_bytes(const struct fe_reader *reader)
{
    return reader->bytes;
}

/* ── frames ── */

/* The next place that a frame might begin at: three bytes are alike in all of them. */
static uint64_t next_candidate(struct fe_slice bytes, uint64_t offset)
{
    for (; offset + 2 < bytes.len; offset++) {
        const unsigned char *p = (const unsigned char *)bytes.ptr + offset;
        if ((p[0] == 0x93 || p[0] == 0x94) && p[1] < 0x80 && p[2] == 0xce) {
            return offset;
        }
    }
    return bytes.len;
}

static bool is_frame(struct fe_slice bytes, uint64_t offset)
{
    const char *why = NULL;
    return fe_frame_length(fe_slice_from(bytes, (size_t)offset), NULL, &why) > 0;
}

uint64_t fe_reader_resync(const struct fe_reader *reader, uint64_t offset)
{
    struct fe_slice bytes = reader->bytes;
    const char *why = NULL;
    if (offset >= bytes.len) {
        return bytes.len;
    }
    /* If only the checksum is wrong, the frame is stepped over: what is in a body may look like a
     * frame, and be one, of somebody else's cassette. */
    ptrdiff_t extent = fe_frame_extent(fe_slice_from(bytes, (size_t)offset), &why);
    uint64_t behind = extent > 0 ? offset + (uint64_t)extent : offset;
    if (extent > 0 && (behind == bytes.len || is_frame(bytes, behind))) {
        return behind;
    }
    do {
        offset = next_candidate(bytes, offset + 1);
    } while (offset < bytes.len && !is_frame(bytes, offset));
    return offset;
}

static ptrdiff_t decode_at(const struct fe_reader *reader, uint64_t offset, struct fe_arena *arena,
                           struct fe_frame *frame_out, const char **why_out)
{
    struct fe_slice rest = fe_slice_from(reader->bytes, (size_t)offset);
    return reader->trusted ? fe_frame_decode_trusted(rest, arena, frame_out, why_out)
                           : fe_frame_decode(rest, arena, frame_out, why_out);
}

int fe_reader_next(const struct fe_reader *reader, uint64_t *offset, struct fe_arena *arena,
                   struct fe_frame *frame_out, const char **why_out)
{
    if (*offset >= reader->bytes.len) {
        return 0;
    }
    *why_out = "the file ends within a frame";
    ptrdiff_t length = decode_at(reader, *offset, arena, frame_out, why_out);
    if (length > 0) {
        *offset += (uint64_t)length;
        return 1;
    }
    if (!is_frame(reader->bytes, *offset) &&
        fe_reader_resync(reader, *offset) == reader->bytes.len) {
        return -ENODATA;
    }
    if (length == 0) {
        *why_out = "a frame that claims to be longer than the file";
    }
    return -EBADMSG;
}

void fe_reader_frame_at(const struct fe_reader *reader, uint64_t offset, struct fe_arena *arena,
                        struct fe_frame *frame_out)
{
    const char *why = NULL;
    if (offset >= reader->bytes.len || decode_at(reader, offset, arena, frame_out, &why) <= 0) {
        *frame_out = (struct fe_frame){.kind = FE_FRAME_KINDS};
    }
}

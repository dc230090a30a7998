/* SPDX-License-Identifier: MIT */
/* Writes go to the page cache from the loop's own thread: at these sizes that is a copy in memory,
 * cheaper than handing the bytes to another thread. */
#include "util/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"

struct fe_spool {
    struct fe_spill *spill;
    int64_t spilled; /* its own part of that */
    struct fe_buf memory;
    int64_t bytes_max;
    int fd; /* -1: all of it is in memory */
    int64_t length;
    int error; /* the first one, for good */
    void *map; /* of the file, `map_bytes` long; NULL: it is not mapped */
    size_t map_bytes;
};

struct fe_spool *fe_spool_new(struct fe_spill *spill, size_t memory_bytes_max, int64_t bytes_max)
{
    struct fe_spool *spool = fe_xalloc(sizeof(*spool));
    spool->spill = spill;
    fe_buf_init(&spool->memory, memory_bytes_max);
    spool->bytes_max = bytes_max;
    spool->fd = -1;
    return spool;
}

static void unmap(struct fe_spool *spool)
{
    if (spool->map) {
        (void)munmap(spool->map, spool->map_bytes);
        spool->map = NULL;
    }
}

void fe_spool_free(struct fe_spool *spool)
{
    if (spool == NULL) {
        return;
    }
    unmap(spool);
    if (spool->fd >= 0) {
        (void)close(spool->fd);
    }
    spool->spill->bytes -= spool->spilled;
    fe_buf_done(&spool->memory);
    free(spool);
}

/* A file that only its descriptor knows: mode 0600 from the start, unlinked at once. */
static int open_unnamed(int *fd_out)
{
    const char *folder = getenv("TMPDIR");
    struct fe_buf path;
    fe_buf_init(&path, 4096);
    int r = fe_buf_printf(&path, "%s/foundry-emulator-XXXXXX",
                          folder && folder[0] != '\0' ? folder : "/tmp");
    if (r == 0) {
        int fd = mkstemp(path.ptr);
        r = fd < 0 ? -errno : 0;
        if (fd >= 0) {
            (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
            (void)unlink(path.ptr);
            *fd_out = fd;
        }
    }
    fe_buf_done(&path);
    return r;
}

static int write_all(int fd, struct fe_slice data)
{
    while (data.len > 0) {
        ssize_t n = write(fd, data.ptr, data.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EFBIG ? -ENOSPC : -errno; /* RLIMIT_FSIZE: it is not our own limit */
        }
        data = fe_slice_from(data, (size_t)n);
    }
    return 0;
}

static int write_file(struct fe_spool *spool, struct fe_slice data)
{
    if ((int64_t)data.len > FE_LIMIT_SPILLED_BYTES - spool->spill->bytes) {
        return -EDQUOT;
    }
    spool->spill->bytes += (int64_t)data.len;
    spool->spilled += (int64_t)data.len;
    return write_all(spool->fd, data);
}

static int move_to_file(struct fe_spool *spool)
{
    int r = open_unnamed(&spool->fd);
    if (r == 0) {
        r = write_file(spool, fe_buf_slice(&spool->memory));
    }
    fe_buf_done(&spool->memory);
    return r;
}

static int append(struct fe_spool *spool, struct fe_slice data)
{
    if ((int64_t)data.len > spool->bytes_max - spool->length) {
        return -EFBIG;
    }
    int64_t length = spool->length + (int64_t)data.len;
    if (spool->fd < 0 && length <= (int64_t)spool->memory.bytes_max) {
        return fe_buf_put(&spool->memory, data);
    }
    int r = spool->fd < 0 ? move_to_file(spool) : 0;
    return r < 0 ? r : write_file(spool, data);
}

int fe_spool_write(struct fe_spool *spool, struct fe_slice data)
{
    unmap(spool);
    if (spool->error == 0) {
        spool->error = append(spool, data);
    }
    if (spool->error == 0) {
        spool->length += (int64_t)data.len;
    }
    return spool->error;
}

int64_t fe_spool_length(const struct fe_spool *spool)
{
    return spool->length;
}

int fe_spool_fd(const struct fe_spool *spool)
{
    return spool->fd;
}

struct fe_slice fe_spool_bytes(const struct fe_spool *spool)
{
    return fe_buf_slice(&spool->memory);
}

int fe_spool_view(struct fe_spool *spool, struct fe_slice *bytes_out)
{
    if (spool->fd >= 0 && spool->map == NULL) {
        size_t bytes = (size_t)spool->length;
        void *map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, spool->fd, 0);
        if (map == MAP_FAILED) {
            return -errno;
        }
        spool->map = map;
        spool->map_bytes = bytes;
    }
    *bytes_out = spool->fd >= 0 ? (struct fe_slice){spool->map, spool->map_bytes}
                                : fe_buf_slice(&spool->memory);
    return 0;
}

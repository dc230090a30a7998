/* SPDX-License-Identifier: MIT */
/* Writes go to the page cache from the loop's own thread: at these sizes that is a copy in memory,
 * cheaper than handing the bytes to another thread. */
#include "emulate/state/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"

struct fe_result {
    struct fe_buf memory;
    int fd; /* -1: all of it is in memory */
    int64_t length;
    int error; /* the first one, for good */
};

struct fe_result *fe_result_new(void)
{
    struct fe_result *result = fe_xalloc(sizeof(*result));
    fe_buf_init(&result->memory, FE_LIMIT_RESULT_MEMORY_BYTES);
    result->fd = -1;
    return result;
}

void fe_result_free(struct fe_result *result)
{
    if (result == NULL) {
        return;
    }
    if (result->fd >= 0) {
        (void)close(result->fd);
    }
    fe_buf_done(&result->memory);
    free(result);
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
            return -errno;
        }
        data = fe_slice_from(data, (size_t)n);
    }
    return 0;
}

static int spill(struct fe_result *result)
{
    int r = open_unnamed(&result->fd);
    if (r == 0) {
        r = write_all(result->fd, fe_buf_slice(&result->memory));
    }
    fe_buf_done(&result->memory);
    return r;
}

static int append(struct fe_result *result, struct fe_slice data)
{
    if ((int64_t)data.len > FE_LIMIT_RESULT_BYTES - result->length) {
        return -EFBIG;
    }
    int64_t length = result->length + (int64_t)data.len;
    if (result->fd < 0 && length <= (int64_t)FE_LIMIT_RESULT_MEMORY_BYTES) {
        return fe_buf_put(&result->memory, data);
    }
    int r = result->fd < 0 ? spill(result) : 0;
    return r < 0 ? r : write_all(result->fd, data);
}

int fe_result_write(struct fe_result *result, struct fe_slice data)
{
    if (result->error == 0) {
        result->error = append(result, data);
    }
    if (result->error == 0) {
        result->length += (int64_t)data.len;
    }
    return result->error;
}

int64_t fe_result_length(const struct fe_result *result)
{
    return result->length;
}

int fe_result_fd(const struct fe_result *result)
{
    return result->fd;
}

struct fe_slice fe_result_bytes(const struct fe_result *result)
{
    return fe_buf_slice(&result->memory);
}

/* SPDX-License-Identifier: MIT */
/* System calls that fail, or do less than they were asked for. FE_CALLS, "CALL HOW EVERY", makes
 * each EVERYth CALL of the program and its libraries "short", or fail with the errno of that
 * number. Only files, pipes and sockets are met: what counts events cannot do less. Our sockets do
 * not block, so nothing interrupts them. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Libraries find them, too. */
#define OURS __attribute__((visibility("default")))

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags);

static struct {
    char call[16];
    bool is_short;
    int error;
    unsigned long every;
} fault;
static atomic_ulong calls;

__attribute__((constructor)) static void read_fault(void)
{
    const char *text = getenv("FE_CALLS");
    char how[16] = "";
    char every[16] = "";
    if (text && sscanf(text, "%15s %15s %15s", fault.call, how, every) == 3) {
        fault.is_short = strcmp(how, "short") == 0;
        fault.error = (int)strtol(how, NULL, 10);
        fault.every = strtoul(every, NULL, 10);
    }
}

static bool is_met(const char *call, int fd)
{
    struct stat st;
    return fault.every > 0 && strcmp(fault.call, call) == 0 && fstat(fd, &st) == 0 &&
           (st.st_mode & S_IFMT) != 0 && !(fault.error == EINTR && S_ISSOCK(st.st_mode)) &&
           (atomic_fetch_add(&calls, 1) + 1) % fault.every == 0;
}

/* Whether it fails now; else *size is what is asked of the kernel. */
static bool fails(const char *call, int fd, size_t *size)
{
    if (!is_met(call, fd)) {
        return false;
    }
    if (fault.is_short) {
        *size = *size > 1 ? *size / 2 : *size;
        return false;
    }
    errno = fault.error;
    return true;
}

OURS ssize_t read(int fd, void *buf, size_t nbytes)
{
    return fails("read", fd, &nbytes) ? -1 : syscall(SYS_read, fd, buf, nbytes);
}

OURS ssize_t write(int fd, const void *buf, size_t n)
{
    return fails("write", fd, &n) ? -1 : syscall(SYS_write, fd, buf, n);
}

OURS ssize_t pread(int fd, void *buf, size_t nbytes, off_t offset)
{
    return fails("pread", fd, &nbytes) ? -1 : syscall(SYS_pread64, fd, buf, nbytes, offset);
}

OURS ssize_t recv(int fd, void *buf, size_t n, int flags)
{
    return fails("recv", fd, &n) ? -1 : syscall(SYS_recvfrom, fd, buf, n, flags, NULL, NULL);
}

OURS ssize_t send(int fd, const void *buf, size_t n, int flags)
{
    return fails("send", fd, &n) ? -1 : syscall(SYS_sendto, fd, buf, n, flags, NULL, 0);
}

/* Short: half of its first piece. */
OURS ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    size_t size = message->msg_iovlen > 0 ? message->msg_iov[0].iov_len : 0;
    size_t whole = size;
    if (fails("sendmsg", fd, &size)) {
        return -1;
    }
    return size < whole
               ? syscall(SYS_sendto, fd, message->msg_iov[0].iov_base, size, flags, NULL, 0)
               : syscall(SYS_sendmsg, fd, message, flags);
}

OURS ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)
{
    return fails("sendfile", out_fd, &count) ? -1
                                             : syscall(SYS_sendfile, out_fd, in_fd, offset, count);
}

OURS int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
    size_t none = 0;
    return fails("accept4", fd, &none) ? -1 : (int)syscall(SYS_accept4, fd, address, length, flags);
}

OURS int fdatasync(int fildes)
{
    size_t none = 0;
    return fails("fdatasync", fildes, &none) ? -1 : (int)syscall(SYS_fdatasync, fildes);
}

/* SPDX-License-Identifier: MIT */
#include "server/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "http/loop.h"
#include "util/alloc.h"

struct fe_signals {
    int fd;
    struct fe_watch *watch;
    void (*on_signal)(void *arg);
    void *arg;
};

static void on_readable(void *arg)
{
    struct fe_signals *signals = arg;
    struct signalfd_siginfo info;
    while (read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        signals->on_signal(signals->arg);
    }
}

int fe_signals_new(struct fe_loop *loop, void (*on_signal)(void *arg), void *arg,
                   struct fe_signals **signals_out)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    int r = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (r != 0) {
        return -r;
    }
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    struct fe_signals *signals = fe_xalloc(sizeof(*signals));
    signals->fd = fd;
    signals->on_signal = on_signal;
    signals->arg = arg;
    signals->watch = fe_watch_new(loop, fd, on_readable, signals);
    *signals_out = signals;
    return 0;
}

void fe_signals_free(struct fe_signals *signals)
{
    if (signals) {
        fe_watch_free(signals->watch);
        (void)close(signals->fd);
        free(signals);
    }
}

/* SPDX-License-Identifier: MIT */
#include "server/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/loop.h"
#include "util/alloc.h"

struct fe_mailbox {
    const struct fe_mailbox_ops *ops;
    void *self;
    int fd; /* an eventfd: rings when a word is left */
    struct fe_watch *watch;
    atomic_uint stops;
    unsigned stops_taken;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    bool running;
    unsigned long resets_asked;
    unsigned long resets_done;
};

static void take_stops(struct fe_mailbox *mailbox)
{
    unsigned stops = atomic_load(&mailbox->stops);
    if (stops != mailbox->stops_taken) {
        mailbox->stops_taken = stops;
        mailbox->ops->stop(mailbox->self, stops);
    }
}

static void take_resets(struct fe_mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    if (mailbox->resets_asked != mailbox->resets_done) {
        mailbox->ops->reset(mailbox->self);
        mailbox->resets_done = mailbox->resets_asked;
        (void)pthread_cond_broadcast(&mailbox->changed);
    }
    (void)pthread_mutex_unlock(&mailbox->lock);
}

static void on_ring(void *arg)
{
    struct fe_mailbox *mailbox = arg;
    uint64_t rings = 0;
    (void)!read(mailbox->fd, &rings, sizeof(rings));
    take_resets(mailbox);
    take_stops(mailbox);
}

static void ring(struct fe_mailbox *mailbox)
{
    int saved_errno = errno; /* a signal handler leaves no trace */
    uint64_t one = 1;
    (void)!write(mailbox->fd, &one, sizeof(one));
    errno = saved_errno;
}

struct fe_mailbox *fe_mailbox_new(struct fe_loop *loop, const struct fe_mailbox_ops *ops,
                                  void *self)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        return NULL;
    }
    struct fe_mailbox *mailbox = fe_xalloc(sizeof(*mailbox));
    mailbox->ops = ops;
    mailbox->self = self;
    mailbox->fd = fd;
    (void)pthread_mutex_init(&mailbox->lock, NULL);
    (void)pthread_cond_init(&mailbox->changed, NULL);
    mailbox->watch = fe_watch_new(loop, fd, on_ring, mailbox);
    return mailbox;
}

void fe_mailbox_free(struct fe_mailbox *mailbox)
{
    if (mailbox == NULL) {
        return;
    }
    fe_watch_free(mailbox->watch);
    (void)pthread_cond_destroy(&mailbox->changed);
    (void)pthread_mutex_destroy(&mailbox->lock);
    (void)close(mailbox->fd);
    free(mailbox);
}

void fe_mailbox_stop(struct fe_mailbox *mailbox)
{
    atomic_fetch_add(&mailbox->stops, 1);
    ring(mailbox);
}

void fe_mailbox_reset(struct fe_mailbox *mailbox)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    unsigned long mine = ++mailbox->resets_asked;
    if (mailbox->running) {
        ring(mailbox);
    }
    while (mailbox->running && mailbox->resets_done < mine) {
        (void)pthread_cond_wait(&mailbox->changed, &mailbox->lock);
    }
    if (mailbox->resets_done < mine) {
        mailbox->ops->reset(mailbox->self);
        mailbox->resets_done = mine;
    }
    (void)pthread_mutex_unlock(&mailbox->lock);
}

void fe_mailbox_set_running(struct fe_mailbox *mailbox, bool running)
{
    (void)pthread_mutex_lock(&mailbox->lock);
    mailbox->running = running;
    (void)pthread_cond_broadcast(&mailbox->changed);
    (void)pthread_mutex_unlock(&mailbox->lock);
}

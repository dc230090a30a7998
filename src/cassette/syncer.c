/* SPDX-License-Identifier: MIT */
#include "cassette/syncer_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/alloc.h"

struct fe_syncer {
    int fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for the rest */
    pthread_cond_t wake;
    bool asked;
    bool over;
    int error;
};

static bool wait_for_work(struct fe_syncer *syncer)
{
    (void)pthread_mutex_lock(&syncer->lock);
    while (!syncer->asked && !syncer->over) {
        (void)pthread_cond_wait(&syncer->wake, &syncer->lock);
    }
    bool asked = syncer->asked;
    syncer->asked = false;
    (void)pthread_mutex_unlock(&syncer->lock);
    return asked;
}

static void *run(void *arg)
{
    struct fe_syncer *syncer = arg;
    while (wait_for_work(syncer)) {
        int r = fdatasync(syncer->fd) < 0 ? -errno : 0;
        (void)pthread_mutex_lock(&syncer->lock);
        syncer->error = syncer->error < 0 ? syncer->error : r;
        (void)pthread_mutex_unlock(&syncer->lock);
    }
    return NULL;
}

static void free_all(struct fe_syncer *syncer)
{
    (void)pthread_mutex_destroy(&syncer->lock);
    (void)pthread_cond_destroy(&syncer->wake);
    free(syncer);
}

int fe_syncer_new(int fd, struct fe_syncer **syncer_out)
{
    struct fe_syncer *syncer = fe_xalloc(sizeof(*syncer));
    syncer->fd = fd;
    (void)pthread_mutex_init(&syncer->lock, NULL);
    (void)pthread_cond_init(&syncer->wake, NULL);
    int r = pthread_create(&syncer->thread, NULL, run, syncer);
    if (r != 0) {
        free_all(syncer);
        return -r;
    }
    *syncer_out = syncer;
    return 0;
}

void fe_syncer_ask(struct fe_syncer *syncer)
{
    (void)pthread_mutex_lock(&syncer->lock);
    syncer->asked = true;
    (void)pthread_mutex_unlock(&syncer->lock);
    (void)pthread_cond_signal(&syncer->wake);
}

int fe_syncer_error(struct fe_syncer *syncer)
{
    (void)pthread_mutex_lock(&syncer->lock);
    int r = syncer->error;
    (void)pthread_mutex_unlock(&syncer->lock);
    return r;
}

int fe_syncer_free(struct fe_syncer *syncer)
{
    int r = 0;
    if (syncer) {
        (void)pthread_mutex_lock(&syncer->lock);
        syncer->over = true;
        (void)pthread_mutex_unlock(&syncer->lock);
        (void)pthread_cond_signal(&syncer->wake);
        (void)pthread_join(syncer->thread, NULL);
        r = syncer->error;
        free_all(syncer);
    }
    return r;
}

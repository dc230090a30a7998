/* SPDX-License-Identifier: MIT */
/* What a recording consists of, and who may touch it. */
#ifndef FE_CASSETTE_RECORDING_PRIVATE_H
#define FE_CASSETTE_RECORDING_PRIVATE_H

#include "cassette/recorded_message_private.h"
#include "cassette/recording.h"
#include "util/map.h"

struct fe_recording_queue;
struct fe_syncer;

struct fe_recording {
    /* Set when it is opened, and never changed. */
    enum fe_sync sync;
    char *path;
    char *file; /* that is written */
    bool overwrites;
    const struct fe_clock *clock; /* NULL: the monotonic one counts */
    int64_t start_ns;
    struct fe_log log; /* as it was then; the recording's thread writes to it */
    pthread_t thread;

    struct fe_recording_queue *queue; /* has a lock of its own */
    struct fe_recorder recorder;      /* the redactor has one; the rest is the thread's */

    /* The loop's. */
    uint64_t exchange; /* the last number that was given */
    uint64_t ended;    /* how many exchanges have */
    int64_t t_us;      /* the last time */

    /* Everybody's, under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t moved; /* it has begun, written what had ended, or failed */
    bool begun;
    struct fe_recording_facts facts;

    /* The thread's. */
    struct fe_writer *writer;
    struct fe_syncer *syncer;
    struct fe_map exchanges; /* that have not ended */
    int error;               /* that stopped the recording */
    bool unflushed;
    uint64_t unflushed_ends;
    int64_t unflushed_ns; /* since when the oldest of these waits */
    int64_t sync_ns;      /* when there must be a sync; -1: there is nothing to sync */
};

/* The thread's function; `arg` is the recording, with its first frame in the recorder. */
void *fe_recording_run(void *arg);

#endif

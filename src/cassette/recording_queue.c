/* SPDX-License-Identifier: MIT */
#include "cassette/recording_queue_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/clock.h"

enum {
    BLOCK_BYTES = 64 << 10,
    SPARE_BLOCKS_MAX = 16,       /* kept for the next items, more are freed */
    GATHER_BYTES = 256 << 10,    /* so much is worth a wake-up at once */
    GATHER_NS = 2 * 1000 * 1000, /* and less than that, after so long */
    AGE_NS = 10 * 1000 * 1000    /* of what has waited longest; then it is full */
};

struct block {
    struct block *next;
    int64_t since_ns; /* its first item is so old */
    size_t used;
    size_t size;
    alignas(max_align_t) char bytes[];
};

struct fe_recording_queue {
    size_t bytes_max;
    int fd;

    pthread_mutex_t lock; /* for all up to the next empty line */
    pthread_cond_t wake;
    size_t wake_bytes; /* whoever waits is woken when there are as many; SIZE_MAX: nobody waits */
    struct block *first;
    struct block *last;
    struct block *spare;
    size_t spare_count;
    size_t bytes;
    int64_t oldest_ns; /* of the oldest block that is not worked off; INT64_MAX: there is none */
    bool wanted;       /* somebody has found it full */
    bool given_up;
    bool closed;

    /* What the recording's thread has taken. */
    struct block *taken;
    size_t taken_at;
};

int fe_recording_queue_new(size_t bytes_max, struct fe_recording_queue **queue_out)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    struct fe_recording_queue *queue = fe_xalloc(sizeof(*queue));
    queue->bytes_max = bytes_max;
    queue->fd = fd;
    queue->wake_bytes = SIZE_MAX;
    queue->oldest_ns = INT64_MAX;
    (void)pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&queue->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    *queue_out = queue;
    return 0;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void fe_recording_queue_free(struct fe_recording_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    free_blocks(queue->first);
    free_blocks(queue->spare);
    free_blocks(queue->taken);
    (void)pthread_cond_destroy(&queue->wake);
    (void)pthread_mutex_destroy(&queue->lock);
    (void)close(queue->fd);
    free(queue);
}

/* ── filling it ── */

/* Items begin where any type may begin, so that they can be read in their place. */
static size_t item_size(size_t len)
{
    size_t size = sizeof(struct fe_queued) + len;
    return (size + alignof(struct fe_queued) - 1) & ~(alignof(struct fe_queued) - 1);
}

static struct block *add_block(struct fe_recording_queue *queue, size_t size)
{
    struct block *block = size <= BLOCK_BYTES ? queue->spare : NULL;
    if (block) {
        queue->spare = block->next;
        queue->spare_count--;
    } else {
        size_t bytes = size < BLOCK_BYTES ? BLOCK_BYTES : size;
        block = fe_xalloc(sizeof(*block) + bytes);
        block->size = bytes;
    }
    block->next = NULL;
    block->used = 0;
    block->since_ns = fe_clock_monotonic_ns();
    if (queue->oldest_ns == INT64_MAX) {
        queue->oldest_ns = block->since_ns;
    }
    if (queue->last) {
        queue->last->next = block;
    } else {
        queue->first = block;
    }
    queue->last = block;
    return block;
}

/* The lock is held. */
static char *add_item(struct fe_recording_queue *queue, const struct fe_queued *item)
{
    size_t size = item_size(item->len);
    struct block *block = queue->last;
    if (block == NULL || block->size - block->used < size) {
        block = add_block(queue, size);
    }
    char *at = block->bytes + block->used;
    block->used += size;
    queue->bytes += size;
    memcpy(at, item, sizeof(*item));
    return at + sizeof(*item);
}

char *fe_recording_queue_begin(struct fe_recording_queue *queue, const struct fe_queued *item)
{
    (void)pthread_mutex_lock(&queue->lock);
    return add_item(queue, item);
}

void fe_recording_queue_commit(struct fe_recording_queue *queue)
{
    bool wake = queue->bytes >= queue->wake_bytes;
    if (wake) {
        queue->wake_bytes = SIZE_MAX;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    if (wake) {
        (void)pthread_cond_signal(&queue->wake);
    }
}

/* How many bytes of a body the block in use can still take, or a new one. */
static size_t body_room(const struct fe_recording_queue *queue)
{
    const struct block *block = queue->last;
    size_t left = block ? block->size - block->used : 0;
    if (left <= sizeof(struct fe_queued)) {
        left = BLOCK_BYTES;
    }
    return left - sizeof(struct fe_queued);
}

void fe_recording_queue_put_body(struct fe_recording_queue *queue, struct fe_queued item,
                                 struct fe_slice bytes)
{
    bool cut = item.cut;
    (void)pthread_mutex_lock(&queue->lock);
    while (!queue->given_up || queue->bytes < queue->bytes_max) {
        size_t room = body_room(queue);
        item.len = bytes.len < room ? bytes.len : room;
        item.cut = cut && item.len == bytes.len;
        char *at = add_item(queue, &item);
        if (item.len > 0) {
            memcpy(at, bytes.ptr, item.len);
        }
        bytes = fe_slice_from(bytes, item.len);
        if (bytes.len == 0) {
            break;
        }
    }
    fe_recording_queue_commit(queue);
}

/* ── back-pressure ── */

/* The lock is held. */
static bool is_old(const struct fe_recording_queue *queue, int64_t age_ns)
{
    return queue->oldest_ns != INT64_MAX && fe_clock_monotonic_ns() - queue->oldest_ns > age_ns;
}

bool fe_recording_queue_is_full(struct fe_recording_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    bool full = !queue->given_up && (queue->bytes >= queue->bytes_max || is_old(queue, AGE_NS));
    queue->wanted = queue->wanted || full;
    (void)pthread_mutex_unlock(&queue->lock);
    return full;
}

int fe_recording_queue_fd(const struct fe_recording_queue *queue)
{
    return queue->fd;
}

void fe_recording_queue_ack(struct fe_recording_queue *queue)
{
    uint64_t count = 0;
    /* Nothing to read is fine, too. */
    (void)!read(queue->fd, &count, sizeof(count));
}

/* The lock is held. Tells whoever waits for room. */
static void tell_room(struct fe_recording_queue *queue)
{
    const uint64_t one = 1;
    bool room = queue->bytes <= queue->bytes_max / 2 && !is_old(queue, AGE_NS / 2);
    if (queue->wanted && (queue->given_up || room)) {
        queue->wanted = false;
        (void)!write(queue->fd, &one, sizeof(one));
    }
}

void fe_recording_queue_give_up(struct fe_recording_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    queue->given_up = true;
    tell_room(queue);
    (void)pthread_mutex_unlock(&queue->lock);
}

void fe_recording_queue_close(struct fe_recording_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    (void)pthread_mutex_unlock(&queue->lock);
    (void)pthread_cond_signal(&queue->wake);
}

/* ── working it off ── */

/* The lock is held. */
static void wait_for(struct fe_recording_queue *queue, size_t bytes, int64_t deadline_ns)
{
    const struct timespec deadline = {(time_t)(deadline_ns / FE_NS_PER_S),
                                      (long)(deadline_ns % FE_NS_PER_S)};
    int r = 0;
    while (queue->bytes < bytes && !queue->closed && r == 0) {
        queue->wake_bytes = bytes;
        r = deadline_ns < 0 ? pthread_cond_wait(&queue->wake, &queue->lock)
                            : pthread_cond_timedwait(&queue->wake, &queue->lock, &deadline);
    }
    queue->wake_bytes = SIZE_MAX;
}

bool fe_recording_queue_wait(struct fe_recording_queue *queue, int64_t deadline_ns)
{
    (void)pthread_mutex_lock(&queue->lock);
    bool was_idle = queue->bytes == 0;
    wait_for(queue, 1, deadline_ns);
    if (was_idle && queue->bytes > 0) {
        wait_for(queue, GATHER_BYTES, fe_clock_monotonic_ns() + GATHER_NS);
    }
    queue->taken = queue->first;
    queue->taken_at = 0;
    queue->first = NULL;
    queue->last = NULL;
    bool go_on = !queue->closed || queue->taken;
    (void)pthread_mutex_unlock(&queue->lock);
    return go_on;
}

static void give_back(struct fe_recording_queue *queue, struct block *block)
{
    (void)pthread_mutex_lock(&queue->lock);
    const struct block *oldest = queue->taken ? queue->taken : queue->first;
    queue->oldest_ns = oldest ? oldest->since_ns : INT64_MAX;
    queue->bytes -= block->used;
    tell_room(queue);
    bool keep = block->size == BLOCK_BYTES && queue->spare_count < SPARE_BLOCKS_MAX;
    if (keep) {
        block->next = queue->spare;
        queue->spare = block;
        queue->spare_count++;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    if (!keep) {
        free(block);
    }
}

const struct fe_queued *fe_recording_queue_next(struct fe_recording_queue *queue,
                                                struct fe_slice *bytes_out)
{
    struct block *block = queue->taken;
    if (block && queue->taken_at == block->used) {
        queue->taken = block->next;
        queue->taken_at = 0;
        give_back(queue, block);
        block = queue->taken;
    }
    if (block == NULL) {
        return NULL;
    }
    const char *at = block->bytes + queue->taken_at;
    const struct fe_queued *item = (const void *)at;
    queue->taken_at += item_size(item->len);
    *bytes_out = (struct fe_slice){at + sizeof(*item), item->len};
    return item;
}

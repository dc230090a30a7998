/* SPDX-License-Identifier: MIT */
#include "util/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/alloc.h"

/* The first chunk is small, because ten thousand parked requests hold one each; later ones double
 * up to a page or two. These are what the heap is asked for: up to 1 KiB it has at hand. */
enum {
    CHUNK_BYTES_FIRST = 512,
    CHUNK_BYTES_MAX = 16384,
    SMALL_BYTES = 128 /* most of what is printed: formatted once */
};

struct fe_arena_chunk {
    struct fe_arena_chunk *next;
    size_t used;
    size_t size; /* of `bytes` */
    alignas(max_align_t) char bytes[];
};

void fe_arena_done(struct fe_arena *arena)
{
    struct fe_arena_chunk *chunk = arena->chunks;
    while (chunk) {
        struct fe_arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    arena->chunks = NULL;
}

static struct fe_arena_chunk *add_chunk(struct fe_arena *arena, size_t size_min)
{
    struct fe_arena_chunk *chunk = arena->chunks;
    size_t size = chunk ? (sizeof(*chunk) + chunk->size) * 2 : CHUNK_BYTES_FIRST;
    if (size > CHUNK_BYTES_MAX) {
        size = CHUNK_BYTES_MAX;
    }
    if (size < sizeof(*chunk) + size_min) {
        size = sizeof(*chunk) + size_min;
    }
    chunk = fe_xalloc(size);
    chunk->size = size - sizeof(*chunk);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

void *fe_arena_alloc(struct fe_arena *arena, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct fe_arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < rounded) {
        chunk = add_chunk(arena, rounded);
    }
    void *p = chunk->bytes + chunk->used;
    chunk->used += rounded;
    return p;
}

struct fe_slice fe_arena_copy(struct fe_arena *arena, struct fe_slice text)
{
    char *copy = fe_arena_alloc(arena, text.len + 1);
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return (struct fe_slice){copy, text.len};
}

struct fe_slice fe_arena_printf(struct fe_arena *arena, const char *format, ...)
{
    char small[SMALL_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (len < 0) {
        return (struct fe_slice){"", 0};
    }
    if (len < SMALL_BYTES) {
        return fe_arena_copy(arena, (struct fe_slice){small, (size_t)len});
    }
    char *text = fe_arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct fe_slice){text, (size_t)len};
}

size_t fe_arena_bytes(const struct fe_arena *arena)
{
    size_t total = 0;
    for (const struct fe_arena_chunk *chunk = arena->chunks; chunk; chunk = chunk->next) {
        total += sizeof(*chunk) + chunk->size;
    }
    return total;
}

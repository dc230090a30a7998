/* SPDX-License-Identifier: MIT */
/* Memory that dies all at once: a request's, a seed's. Allocation is a bump of a pointer; nothing
 * is freed singly. What a client or a file may put in is bounded by the limits on heads, bodies and
 * seed files before it gets here; so it calls fe_out_of_memory() when there is none. */
#ifndef FE_UTIL_ARENA_H
#define FE_UTIL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "util/slice.h"

struct fe_arena_chunk;

struct fe_arena {
    struct fe_arena_chunk *chunks; /* newest first */
};

/* A zeroed struct fe_arena is an empty one: nothing is allocated until the first call. */
void fe_arena_done(struct fe_arena *arena);

/* Cleared memory, aligned for any type, valid until fe_arena_done(). */
void *fe_arena_alloc(struct fe_arena *arena, size_t size);

/* A copy that is NUL-terminated past its length. */
struct fe_slice fe_arena_copy(struct fe_arena *arena, struct fe_slice text);

struct fe_slice fe_arena_printf(struct fe_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes taken from the heap so far. */
size_t fe_arena_bytes(const struct fe_arena *arena);

#endif

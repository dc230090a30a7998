/* SPDX-License-Identifier: MIT */
/* The one door to the heap. What comes from it is freed with free(). */
#ifndef FE_UTIL_ALLOC_H
#define FE_UTIL_ALLOC_H

#include <stddef.h>

#include "foundry_emulator/out_of_memory.h"
#include "util/slice.h"

/* For sizes that a file or a client chose, bounded beforehand: NULL when memory is out.
 * fe_alloc's memory is not cleared; fe_alloc_resize works as realloc(). */
void *fe_alloc(size_t size);
void *fe_alloc_resize(void *old, size_t size);

/* For small things of our own: cleared memory. When there is none, nothing sensible can be done,
 * and fe_out_of_memory() is called. */
void *fe_xalloc(size_t size);

/* A NUL-terminated copy on the heap, by the rule of fe_xalloc(). */
char *fe_xstrdup(struct fe_slice text);

#endif

/* SPDX-License-Identifier: MIT */
/* A heap that has no memory when it is told to. It stands before the real one for the whole
 * process, libraries and all, because a program's own malloc() goes before the C library's, and
 * before a sanitizer's. */
#ifndef FE_TEST_FAILING_HEAP_H
#define FE_TEST_FAILING_HEAP_H

#include <stdatomic.h>
#include <stdbool.h>

struct failing_heap {
    atomic_ulong seen;      /* allocations since it was armed */
    unsigned long fails_at; /* the number of the one that fails, from 1; 0: none does */
    bool and_after;         /* so do all behind it */
};

/* From now on what is in `heap` counts, which outlives its use; NULL: nothing fails any more. */
void failing_heap_arm(struct failing_heap *heap);

/* Whether it has come to failing. */
bool failing_heap_met(const struct failing_heap *heap);

#endif

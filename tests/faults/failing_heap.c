/* SPDX-License-Identifier: MIT */
#include "failing_heap.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <pthread.h>
#endif

/* Where memory really comes from: what a sanitizer has put before the C library, or the library. */
#if defined(__SANITIZE_ADDRESS__)
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *old, size_t size);

/* Libraries find them, too. */
#define OURS __attribute__((visibility("default")))

static struct failing_heap *_Atomic armed;

void failing_heap_arm(struct failing_heap *heap)
{
    armed = heap;
}

bool failing_heap_met(const struct failing_heap *heap)
{
    return heap->fails_at > 0 && heap->seen >= heap->fails_at;
}

static _Thread_local bool spared;

static bool fails(void)
{
    struct failing_heap *heap = armed;
    if (heap == NULL || spared) {
        return false;
    }
    unsigned long number = atomic_fetch_add(&heap->seen, 1) + 1;
    bool failing = heap->fails_at > 0 &&
                   (number == heap->fails_at || (heap->and_after && number > heap->fails_at));
    if (failing) {
        errno = ENOMEM;
    }
    return failing;
}

OURS void *malloc(size_t size)
{
    return fails() ? NULL : REAL(malloc)(size);
}

OURS void *calloc(size_t nmemb, size_t size)
{
    return fails() ? NULL : REAL(calloc)(nmemb, size);
}

OURS void *realloc(void *ptr, size_t size)
{
    return fails() ? NULL : REAL(realloc)(ptr, size);
}

#if defined(__SANITIZE_ADDRESS__)
/* The sanitizer asks each new thread for its stack, before anything of ours runs there, and gives
 * up without an answer. */
OURS int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    int (*real)(pthread_t, pthread_attr_t *) = NULL;
    spared = true;
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_getattr_np");
    int r = real(thread, attributes);
    spared = false;
    return r;
}
#endif

/* SPDX-License-Identifier: MIT */
#include "util/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SMALL_BYTES_MAX = 1024
};

void *fe_alloc(size_t size)
{
    return malloc(size > 0 ? size : 1);
}

void *fe_alloc_resize(void *old, size_t size)
{
    return realloc(old, size > 0 ? size : 1);
}

/* Of a small piece, calloc() would pass by what the C library keeps at hand; a large one it has
 * from the kernel, which has cleared it. */
static void *allocate_cleared(size_t size)
{
    if (size > SMALL_BYTES_MAX) {
        return calloc(1, size);
    }
    void *p = fe_alloc(size);
    return p ? memset(p, 0, size) : NULL;
}

void *fe_xalloc(size_t size)
{
    void *p = allocate_cleared(size);
    if (p == NULL) {
        fe_out_of_memory();
    }
    return p;
}

char *fe_xstrdup(struct fe_slice text)
{
    char *copy = fe_xalloc(text.len + 1);
    if (text.len > 0) {
        memcpy(copy, text.ptr, text.len);
    }
    return copy;
}

__attribute__((weak)) void fe_out_of_memory(void)
{
    static const char line[] = "foundry-emulator: out of memory\n";
    ssize_t written = write(STDERR_FILENO, line, sizeof(line) - 1); /* stdio would want memory */
    (void)written;
    abort();
}

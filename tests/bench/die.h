/* SPDX-License-Identifier: MIT */
/* How a benchmark's program ends when it cannot go on: a figure that is not right is none. */
#ifndef FE_BENCH_DIE_H
#define FE_BENCH_DIE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "%s%s%s\n", what, errno != 0 ? ": " : "",
                  errno != 0 ? strerror(errno) : "");
    exit(1);
}

#endif

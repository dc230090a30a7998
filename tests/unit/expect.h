/* SPDX-License-Identifier: MIT */
/* What every unit test needs: cmocka with the headers that it wants first, and slices compared. */
#ifndef FE_TESTS_UNIT_EXPECT_H
#define FE_TESTS_UNIT_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "util/slice.h"

/* Lengths and bytes are the same; a failure shows both texts. */
#define EXPECT_SLICE(actual, expected)                                                             \
    expect_slices(actual, fe_slice_cstr(expected), __FILE__, __LINE__)

static inline void expect_slices(struct fe_slice actual, struct fe_slice expected, const char *file,
                                 int line)
{
    if (!fe_slice_eq(actual, expected)) {
        print_error("\"" FE_PRI "\" is not \"" FE_PRI "\"\n", FE_ARG(actual), FE_ARG(expected));
        _fail(file, line);
    }
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif

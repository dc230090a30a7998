/* SPDX-License-Identifier: MIT */
#include "util/errors.h"

#include <errno.h>
#include <stdio.h>

#include "util/alloc.h"
#include "util/limits.h"
#include "util/readable.h"

enum {
    READABLE_BYTES_MAX = 4 * FE_LIMIT_ERROR_BYTES + 1 /* each may be "\xNN", and the line's end */
};

void fe_errors_init(struct fe_errors *errors)
{
    fe_buf_init(&errors->text, (size_t)FE_LIMIT_ERRORS * READABLE_BYTES_MAX + 64);
    errors->count = 0;
}

void fe_errors_done(struct fe_errors *errors)
{
    fe_buf_done(&errors->text);
    errors->count = 0;
}

void fe_errors_add(struct fe_errors *errors, const char *format, ...)
{
    errors->count++;
    if (errors->count > FE_LIMIT_ERRORS) {
        if (errors->count == FE_LIMIT_ERRORS + 1) {
            (void)fe_buf_puts(&errors->text, "there are more errors than these\n");
        }
        return;
    }
    char line[FE_LIMIT_ERROR_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    fe_readable_append(fe_slice_cstr(line), &errors->text);
    if (fe_buf_putc(&errors->text, '\n') == -ENOMEM) {
        fe_out_of_memory(); /* half of what is wrong would be told as all of it */
    }
}

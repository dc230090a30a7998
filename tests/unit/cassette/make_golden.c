/* SPDX-License-Identifier: MIT */
/* Writes the golden cassette of today's format to standard output. */
#include <stdio.h>

#include "sample.h"

int main(void)
{
    struct fe_buf out;
    fe_buf_init(&out, 1 << 20);
    sample_put(&out);
    size_t written = fwrite(out.ptr, 1, out.len, stdout);
    int failed = written != out.len || fflush(stdout) != 0;
    fe_buf_done(&out);
    return failed;
}

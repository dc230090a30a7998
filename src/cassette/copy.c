/* SPDX-License-Identifier: MIT */
#include "cassette/copy.h"

#include <assert.h>

#include "cassette/decode.h"
#include "cassette/json_twin_private.h"
#include "cassette/safe.h"

void fe_copy_frame(struct fe_slice text, struct fe_safe_frame *frame_out)
{
    const char *why = NULL;
    ptrdiff_t length = fe_frame_length(text, NULL, &why);
    assert(length > 0 && (size_t)length == text.len);
    (void)length;
    fe_buf_clear(&frame_out->encoded);
    (void)fe_buf_put(&frame_out->encoded, text);
}

int fe_frame_from_json(struct fe_slice line, struct fe_safe_frame *frame_out, const char **why_out)
{
    return fe_json_twin_read(line, &frame_out->encoded, why_out);
}

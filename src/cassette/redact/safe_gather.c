/* SPDX-License-Identifier: MIT */
#include "cassette/redact/safe_gather.h"

#include <stdlib.h>

#include "cassette/safe.h"
#include "util/alloc.h"

struct fe_safe_gather {
    struct fe_buf bytes;
    struct fe_safe_bytes part;
};

struct fe_safe_gather *fe_safe_gather_new(void)
{
    struct fe_safe_gather *gather = fe_xalloc(sizeof(*gather));
    fe_buf_init(&gather->bytes, SIZE_MAX / 4);
    return gather;
}

void fe_safe_gather_free(struct fe_safe_gather *gather)
{
    if (gather) {
        fe_buf_done(&gather->bytes);
        free(gather);
    }
}

size_t fe_safe_gather_add(struct fe_safe_gather *gather, const struct fe_safe_bytes *bytes)
{
    if (fe_buf_put(&gather->bytes, bytes->bytes) < 0) {
        fe_out_of_memory();
    }
    return bytes->bytes.len;
}

size_t fe_safe_gather_len(const struct fe_safe_gather *gather)
{
    return gather->bytes.len;
}

const struct fe_safe_bytes *fe_safe_gather_part(struct fe_safe_gather *gather, size_t offset,
                                                size_t len)
{
    gather->part.bytes = (struct fe_slice){fe_buf_slice(&gather->bytes).ptr + offset, len};
    return &gather->part;
}

void fe_safe_gather_drop(struct fe_safe_gather *gather, size_t len)
{
    fe_buf_consume(&gather->bytes, len);
}

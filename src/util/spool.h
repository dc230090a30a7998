/* SPDX-License-Identifier: MIT */
/* Bytes that are gathered, exactly as they come: a job's result, a request's body. A few stay in
 * memory; more than that move to a file without a name, so that nothing is left behind however the
 * emulator ends; in TMPDIR, or else /tmp. Written piece by piece, so that nothing is ever held
 * twice. */
#ifndef FE_UTIL_SPOOL_H
#define FE_UTIL_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "util/slice.h"

/* What several spools have in files at this moment, all together: FE_LIMIT_SPILLED_BYTES at most.
 * Start with a zeroed one. */
struct fe_spill {
    int64_t bytes;
};

struct fe_spool;

/* At most `memory_bytes_max` of them in memory, and `bytes_max` in all. `spill`, which outlives it,
 * is charged with what it has in its file. */
struct fe_spool *fe_spool_new(struct fe_spill *spill, size_t memory_bytes_max, int64_t bytes_max);
void fe_spool_free(struct fe_spool *spool); /* NULL is fine */

/* Appends. 0; -EFBIG past bytes_max; -EDQUOT when the files of all together would be too much;
 * -ENOMEM; -errno of the file's refusal (-ENOSPC, …). After an error the spool is not whole, and
 * every further call gives the same error. */
int fe_spool_write(struct fe_spool *spool, struct fe_slice data);

int64_t fe_spool_length(const struct fe_spool *spool);

/* The file, whose bytes start at its beginning; -1 while they are in memory. Stays the spool's. */
int fe_spool_fd(const struct fe_spool *spool);

/* What is in memory, valid until the next write; empty when there is a file. */
struct fe_slice fe_spool_bytes(const struct fe_spool *spool);

/* All bytes, wherever they are, valid until the next write: a file is mapped. 0 or -errno of the
 * mapping. */
int fe_spool_view(struct fe_spool *spool, struct fe_slice *bytes_out);

#endif

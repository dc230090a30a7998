/* SPDX-License-Identifier: MIT */
/* The bytes of a job's result, exactly as they came. Small ones stay in memory; past
 * FE_LIMIT_RESULT_MEMORY_BYTES they move to a file without a name, so that nothing is left behind
 * however the emulator ends. Written piece by piece, so that no result is ever held twice. */
#ifndef FE_EMULATE_STATE_RESULT_H
#define FE_EMULATE_STATE_RESULT_H

#include <stdint.h>

#include "util/slice.h"

struct fe_result;

struct fe_result *fe_result_new(void);
void fe_result_free(struct fe_result *result); /* NULL is fine */

/* Appends. 0; -EFBIG past FE_LIMIT_RESULT_BYTES; -ENOMEM; -errno of the file's refusal (-ENOSPC,
 * …). After an error the result is not whole, and every further call gives the same error. */
int fe_result_write(struct fe_result *result, struct fe_slice data);

int64_t fe_result_length(const struct fe_result *result);

/* The file, whose bytes start at its beginning; -1 while they are in memory. Stays the result's. */
int fe_result_fd(const struct fe_result *result);

/* What is in memory, valid until the next write; empty when there is a file. */
struct fe_slice fe_result_bytes(const struct fe_result *result);

#endif

/* SPDX-License-Identifier: MIT */
/* One exchange as an entry of an HTTP archive (HAR 1.2). */
#ifndef FE_TOOL_HAR_ENTRY_H
#define FE_TOOL_HAR_ENTRY_H

#include "foundry-cassette/input.h"
#include "util/buf.h"

/* Appends the JSON of the exchange at that place of the index. */
void fe_har_put_entry(const struct fe_input *input, size_t at, struct fe_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Percent-encoding (RFC 3986 §2.1). */
#ifndef FE_MESSAGE_PERCENT_H
#define FE_MESSAGE_PERCENT_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/slice.h"

/* Decodes into `arena`, or borrows when there is nothing to decode. With `plus_is_space` as in
 * forms. -EINVAL for a bad escape or %00. */
int fe_percent_decode(struct fe_slice text, bool plus_is_space, struct fe_arena *arena,
                      struct fe_slice *decoded_out);

/* Appends, leaving only unreserved characters (ALPHA DIGIT - . _ ~) as they are. */
int fe_percent_encode(struct fe_slice text, struct fe_buf *out);

#endif

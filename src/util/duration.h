/* SPDX-License-Identifier: MIT */
/* "500ms", "30s", "5m", "1h": how options, seeds and the clock route write durations. */
#ifndef FE_UTIL_DURATION_H
#define FE_UTIL_DURATION_H

#include <stdint.h>

#include "util/slice.h"

/* A whole number and one of the units ms, s, m, h, d; "0" needs none. -EINVAL, or -ERANGE past a
 * hundred years. */
int fe_duration_parse(struct fe_slice text, int64_t *duration_ns_out);

#endif

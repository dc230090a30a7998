/* SPDX-License-Identifier: MIT */
/* Which name a person may have meant. */
#ifndef FE_UTIL_NEAREST_H
#define FE_UTIL_NEAREST_H

#include <stddef.h>

#include "util/slice.h"

/* The one of `names` with the fewest edits from `word` (a character added, dropped or changed), if
 * these are at most a third of its length and at least one is allowed; NULL if there is none. */
const char *fe_nearest(struct fe_slice word, const char *const *names, size_t count);

#endif

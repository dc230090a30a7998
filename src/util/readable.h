/* SPDX-License-Identifier: MIT */
/* What strangers have said, made harmless for a terminal. */
#ifndef FE_UTIL_READABLE_H
#define FE_UTIL_READABLE_H

#include "util/arena.h"
#include "util/buf.h"

/* One line of valid UTF-8: control characters and stray bytes become \xNN. Borrowed if there are
 * none. */
struct fe_slice fe_readable(struct fe_slice text, struct fe_arena *arena);
void fe_readable_append(struct fe_slice text, struct fe_buf *out);

/* The same for many lines: their ends and tabs stay, "\r\n" becomes "\n". */
void fe_readable_lines_append(struct fe_slice text, struct fe_buf *out);

#endif

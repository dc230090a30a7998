/* SPDX-License-Identifier: MIT */
/* JSON for the eye: a line a value, indented, coloured on a terminal. The text of every value is
 * the sender's own. */
#ifndef FE_TOOL_JSON_VIEW_H
#define FE_TOOL_JSON_VIEW_H

#include "foundry-cassette/commands.h"
#include "util/buf.h"

/* Appends to `out` what fe_json_parse() has accepted. 0 or the buffer's error: indentation can make
 * a small text large. */
int fe_json_view(const struct fe_tool *tool, struct fe_slice json, struct fe_buf *out);

#endif

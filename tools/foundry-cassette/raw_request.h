/* SPDX-License-Identifier: MIT */
/* A request as people write it with printf or in a here-document: HTTP/1.1 (RFC 9112), fair about
 * what cannot be misunderstood. Lines may end with a bare LF; version, Host and the empty line
 * behind the last field may be missing. The body is as long as Content-Length says, or chunked; or
 * else all that follows, unless that is empty lines only. */
#ifndef FE_TOOL_RAW_REQUEST_H
#define FE_TOOL_RAW_REQUEST_H

#include "cassette/frame.h"
#include "foundry-cassette/commands.h"
#include "util/arena.h"

enum {
    FE_RAW_REQUEST_BYTES_MAX = 128 << 20
};

struct fe_raw_request {
    struct fe_frame_head head; /* slices of the text, lists in the arena */
    struct fe_slice body;      /* framing taken off */
};

/* `name` is what the text is called: "standard input". Returns FE_TOOL_OK, or complains, with the
 * line, and returns the exit status. */
int fe_raw_request_read(const struct fe_tool *tool, const char *name, struct fe_slice text,
                        struct fe_arena *arena, struct fe_raw_request *request_out);

#endif

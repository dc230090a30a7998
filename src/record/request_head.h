/* SPDX-License-Identifier: MIT */
/* A request's head as the upstream gets it: what the client sent, in its order and spelling, less
 * what was meant for us alone (RFC 9110 §7.6.1) and with the upstream's own name in Host. Nothing
 * is added. */
#ifndef FE_RECORD_REQUEST_HEAD_H
#define FE_RECORD_REQUEST_HEAD_H

#include "cassette/frame.h"
#include "http/rewrite.h"
#include "message/request.h"
#include "util/buf.h"

/* Fills method, target, version, headers and framing. The target is path and query; what authority
 * an absolute one names has no say. With `identity`, whatever codings Accept-Encoding names, the
 * answer is asked for without. Borrows from the request. -E2BIG: too many fields with ours. */
int fe_request_head_make(const struct fe_request *request, const struct fe_rewrite *rewrite,
                         bool identity, struct fe_arena *arena, struct fe_frame_head *head_out);

void fe_request_head_write(const struct fe_frame_head *head, struct fe_buf *out);

#endif

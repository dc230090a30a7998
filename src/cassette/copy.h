/* SPDX-License-Identifier: MIT */
/* Frames that are in a cassette already are safe to be written again: as they are, or by way of the
 * lossless JSON twin of the format (cassettes/README.md), one line a frame, which is what git shows
 * and people review. */
#ifndef FE_CASSETTE_COPY_H
#define FE_CASSETTE_COPY_H

#include "util/buf.h"

struct fe_safe_frame;

/* `text` is exactly one frame with a good checksum (asserted): copied byte for byte. */
void fe_copy_frame(struct fe_slice text, struct fe_safe_frame *frame_out);

/* Appends the frame as one line of JSON, without the newline; unknown kinds and keys too. The
 * frame's bytes stand as text where they are UTF-8, else as base64. */
void fe_frame_to_json(struct fe_slice text, struct fe_buf *out);

/* And back: the same bytes. -EBADMSG: no JSON, or no frame's; *why_out says what (static text). */
int fe_frame_from_json(struct fe_slice line, struct fe_safe_frame *frame_out, const char **why_out);

#endif

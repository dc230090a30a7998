/* SPDX-License-Identifier: MIT */
/* From values to the bytes of a frame (cassettes/README.md). The home of msgpack. */
#ifndef FE_CASSETTE_ENCODE_H
#define FE_CASSETTE_ENCODE_H

#include "cassette/frame.h"

struct fe_safe_bytes;
struct fe_safe_end;
struct fe_safe_frame;
struct fe_safe_head;

struct fe_safe_frame *fe_safe_frame_new(void);
void fe_safe_frame_free(struct fe_safe_frame *frame);

/* Each replaces what is in *frame_out. Text that is UTF-8 becomes a msgpack str, other bytes a bin;
 * keys come in one order and numbers in their shortest form, so that equal values give equal bytes.
 * A session and a seal hold nothing that anybody else has said, an index nothing but numbers and
 * digests of what stands in the file. */
void fe_encode_session(const struct fe_frame_session *session, struct fe_safe_frame *frame_out);
void fe_encode_head(enum fe_frame_kind kind, const struct fe_safe_head *head,
                    struct fe_safe_frame *frame_out);
/* `body` says all but the bytes. */
void fe_encode_body(enum fe_frame_kind kind, const struct fe_frame_body *body,
                    const struct fe_safe_bytes *bytes, struct fe_safe_frame *frame_out);
void fe_encode_end(const struct fe_safe_end *end, struct fe_safe_frame *frame_out);
void fe_encode_index(const struct fe_frame_index *index, struct fe_safe_frame *frame_out);
void fe_encode_seal(const struct fe_frame_seal *seal, struct fe_safe_frame *frame_out);

#endif

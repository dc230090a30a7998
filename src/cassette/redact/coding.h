/* SPDX-License-Identifier: MIT */
/* Takes content codings off as a body comes: gzip, deflate, br, zstd (RFC 9110 §8.4.1, RFC 7932,
 * RFC 8878), several at once. The home of zlib, brotli and zstd. */
#ifndef FE_CASSETTE_REDACT_CODING_H
#define FE_CASSETTE_REDACT_CODING_H

#include "message/headers.h"
#include "util/buf.h"

struct fe_coding;

typedef void fe_coding_fn(void *arg, struct fe_slice decoded);

/* By the message's Content-Encoding; *names_out is its text ("gzip", "gzip, br"), borrowed from the
 * headers; empty and a NULL coding when there is none or "identity" only. -ENOTSUP: one that is not
 * known. */
int fe_coding_new(const struct fe_headers *headers, fe_coding_fn *fn, void *arg,
                  struct fe_coding **coding_out, struct fe_slice *names_out);
void fe_coding_free(struct fe_coding *coding);

/* Calls fn any number of times, with at most 64 KiB each. -EBADMSG: not what it says to be. */
int fe_coding_push(struct fe_coding *coding, struct fe_slice bytes);
/* -EBADMSG: it is not complete; what came has been given. */
int fe_coding_end(struct fe_coding *coding);

/* The whole of it, for who shows or searches a stored body: appends to `out`, whose limit counts.
 * 0, -ENOTSUP, -EBADMSG or the buffer's error. `codings` as in Content-Encoding. */
int fe_decode_content(struct fe_slice codings, struct fe_slice body, struct fe_buf *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Digests, comparisons and encodings that tokens and secrets need. */
#ifndef FE_UTIL_SECRET_H
#define FE_UTIL_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/slice.h"

enum {
    FE_SHA256_BYTES = 32
};

/* Takes the same time wherever the two differ; their lengths may show. */
bool fe_secret_eq(struct fe_slice a, struct fe_slice b);

void fe_sha256(struct fe_slice input, unsigned char digest[FE_SHA256_BYTES]);

/* The same with what it takes kept ready, for where digests are made all the time: the library
 * needs longer to get ready than for what is digested. */
struct fe_hasher;
struct fe_hasher *fe_hasher_new(void);
void fe_hasher_free(struct fe_hasher *hasher); /* NULL is fine */
void fe_hasher_sha256(struct fe_hasher *hasher, struct fe_slice input,
                      unsigned char digest[FE_SHA256_BYTES]);

/* RFC 2104, with SHA-256 and a key as long as its digest. */
void fe_hmac_sha256(const unsigned char key[FE_SHA256_BYTES], struct fe_slice input,
                    unsigned char digest[FE_SHA256_BYTES]);

/* Overwrites in a way that no compiler leaves out. NULL is fine when `len` is 0. */
void fe_wipe(void *bytes, size_t len);

/* Appends without padding (RFC 4648 §5). 0 or the buffer's error. */
int fe_base64url_encode(struct fe_slice input, struct fe_buf *out);

/* Appends with padding (RFC 4648 §4). 0 or the buffer's error. */
int fe_base64_encode(struct fe_slice input, struct fe_buf *out);

/* Appends; padding is required (RFC 4648 §4). -EINVAL for anything outside the alphabet. */
int fe_base64_decode(struct fe_slice input, struct fe_buf *out);

#endif

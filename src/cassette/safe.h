/* SPDX-License-Identifier: MIT */
/* Proof, by type, that what is about to be written holds no secret. Values of these types are made
 * by the redactor (cassette/redact/), by copying frames of an existing cassette (copy.c), and
 * nowhere else: tests/lint/layers lets nobody else include this header but encode.c, which takes
 * them, and writer.c, which takes what that makes. Everybody else passes pointers. */
#ifndef FE_CASSETTE_SAFE_H
#define FE_CASSETTE_SAFE_H

#include "cassette/frame.h"
#include "util/buf.h"

/* A head whose slices are redacted; they live in the arena it was made in. */
struct fe_safe_head {
    struct fe_frame_head head;
};

/* Bytes of a body. */
struct fe_safe_bytes {
    struct fe_slice bytes;
};

/* A word on how an exchange ended, its trailers and all. */
struct fe_safe_end {
    struct fe_frame_end end;
};

/* A whole frame as it stands in a file, checksum and all. */
struct fe_safe_frame {
    struct fe_buf encoded;
};

#endif

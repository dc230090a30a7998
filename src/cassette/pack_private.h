/* SPDX-License-Identifier: MIT */
/* Puts a frame together, value by value: the home of msgpack-c, which packs everything in its
 * shortest form. Errors gather in the buffer. */
#ifndef FE_CASSETTE_PACK_PRIVATE_H
#define FE_CASSETTE_PACK_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

enum {
    FE_PACK_CRC_AT = 3, /* where the checksum's bytes are, behind list, kind and 0xce */
    FE_PACK_META_AT = 7
};

/* Empties `out`. The meta follows, then fe_pack_bin() if `with_bytes`, then fe_pack_end(). */
void fe_pack_begin(struct fe_buf *out, uint64_t kind, bool with_bytes);
void fe_pack_end(struct fe_buf *out); /* puts the checksum in its place */

void fe_pack_map(struct fe_buf *out, size_t pairs);
void fe_pack_array(struct fe_buf *out, size_t values);
void fe_pack_nil(struct fe_buf *out);
void fe_pack_bool(struct fe_buf *out, bool value);
void fe_pack_uint(struct fe_buf *out, uint64_t number);
void fe_pack_int(struct fe_buf *out, int64_t number);
void fe_pack_float(struct fe_buf *out, struct fe_slice bits); /* 4 or 8 bytes, big endian */
void fe_pack_str(struct fe_buf *out, struct fe_slice text);
void fe_pack_bin(struct fe_buf *out, struct fe_slice bytes);
void fe_pack_ext(struct fe_buf *out, int8_t type, struct fe_slice bytes);
void fe_pack_text(struct fe_buf *out, struct fe_slice text); /* a str if it is UTF-8, else a bin */

/* The checksum of a whole frame: over all of it, its own four bytes taken as zero. */
uint32_t fe_frame_crc(struct fe_slice frame);

/* Whether that is what the frame says it is. */
bool fe_frame_is_sound(struct fe_slice frame);

/* Looks at the bytes before the meta. -ENODATA: they are not all there; -EBADMSG: no frame begins
 * so, *why_out saying it. */
int fe_frame_check_beginning(struct fe_slice text, const char **why_out);

#endif

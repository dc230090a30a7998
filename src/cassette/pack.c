/* SPDX-License-Identifier: MIT */
#include "cassette/pack_private.h"

#include <assert.h>

#include <msgpack.h>

#include "cassette/crc32c.h"
#include "util/utf8.h"

static int append(void *arg, const char *bytes, size_t len)
{
    return fe_buf_append(arg, bytes, len);
}

static msgpack_packer packer_of(struct fe_buf *out)
{
    return (msgpack_packer){.data = out, .callback = append};
}

uint32_t fe_frame_crc(struct fe_slice frame)
{
    uint32_t crc = fe_crc32c(0, (struct fe_slice){frame.ptr, FE_PACK_CRC_AT});
    crc = fe_crc32c(crc, FE_SLICE("\0\0\0\0"));
    return fe_crc32c(crc, fe_slice_from(frame, FE_PACK_META_AT));
}

void fe_pack_begin(struct fe_buf *out, uint64_t kind, bool with_bytes)
{
    assert(kind < 0x80);
    fe_buf_clear(out);
    fe_pack_array(out, with_bytes ? 4 : 3);
    fe_pack_uint(out, kind);
    (void)fe_buf_put(out, FE_SLICE("\xce\0\0\0\0"));
}

void fe_pack_end(struct fe_buf *out)
{
    if (out->error != 0) {
        return;
    }
    uint32_t crc = fe_frame_crc(fe_buf_slice(out));
    for (unsigned i = 0; i < 4; i++) {
        out->ptr[FE_PACK_CRC_AT + i] = (char)(crc >> (24 - 8 * i) & 0xff);
    }
}

void fe_pack_map(struct fe_buf *out, size_t pairs)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_map(&packer, pairs);
}

void fe_pack_array(struct fe_buf *out, size_t values)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_array(&packer, values);
}

void fe_pack_nil(struct fe_buf *out)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_nil(&packer);
}

void fe_pack_bool(struct fe_buf *out, bool value)
{
    msgpack_packer packer = packer_of(out);
    (void)(value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer));
}

void fe_pack_uint(struct fe_buf *out, uint64_t number)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_uint64(&packer, number);
}

void fe_pack_int(struct fe_buf *out, int64_t number)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_int64(&packer, number);
}

/* By its bits: as a C value, some NaN would not come out as it went in. */
void fe_pack_float(struct fe_buf *out, struct fe_slice bits)
{
    assert(bits.len == 4 || bits.len == 8);
    (void)fe_buf_putc(out, bits.len == 4 ? '\xca' : '\xcb');
    (void)fe_buf_put(out, bits);
}

void fe_pack_str(struct fe_buf *out, struct fe_slice text)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_str_with_body(&packer, text.ptr, text.len);
}

void fe_pack_bin(struct fe_buf *out, struct fe_slice bytes)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_bin_with_body(&packer, bytes.ptr, bytes.len);
}

void fe_pack_ext(struct fe_buf *out, int8_t type, struct fe_slice bytes)
{
    msgpack_packer packer = packer_of(out);
    (void)msgpack_pack_ext_with_body(&packer, bytes.ptr, bytes.len, type);
}

void fe_pack_text(struct fe_buf *out, struct fe_slice text)
{
    if (fe_utf8_valid(text)) {
        fe_pack_str(out, text);
    } else {
        fe_pack_bin(out, text);
    }
}

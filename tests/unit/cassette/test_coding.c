/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <errno.h>
#include <zlib.h>
#include <zstd.h>

#include "cassette/redact/coding.h"

enum {
    OUTPUT_BYTES = 8 << 20,
    PIECE_BYTES_MAX = 64 << 10
};

/* "hello hello hello hello\n", by the brotli tool: there is no encoder among what we link. */
static const unsigned char brotli[] = {0x1b, 0x17, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde,
                                       0x44, 0x55, 0x86, 0xd6, 0x0a, 0x20, 0x6c, 0x6f,
                                       0x4a, 0x11, 0x79, 0xe2, 0x80, 0xae, 0x16};

static void deflate_to(struct fe_buf *out, struct fe_slice text, int window_bits)
{
    z_stream zlib = {0};
    char *room = NULL;
    assert_int_equal(deflateInit2(&zlib, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t size = deflateBound(&zlib, text.len);
    assert_int_equal(fe_buf_reserve(out, size, &room), 0);
    zlib.next_in = (unsigned char *)(uintptr_t)text.ptr;
    zlib.avail_in = (unsigned)text.len;
    zlib.next_out = (unsigned char *)room;
    zlib.avail_out = (unsigned)size;
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    out->len += zlib.total_out;
    assert_int_equal(deflateEnd(&zlib), Z_OK);
}

static void zstd_to(struct fe_buf *out, struct fe_slice text)
{
    char *room = NULL;
    assert_int_equal(fe_buf_reserve(out, ZSTD_compressBound(text.len), &room), 0);
    size_t len = ZSTD_compress(room, ZSTD_compressBound(text.len), text.ptr, text.len, 3);
    assert_false(ZSTD_isError(len));
    out->len += len;
}

static void on_decoded(void *arg, struct fe_slice decoded)
{
    assert_true(decoded.len > 0 && decoded.len <= PIECE_BYTES_MAX);
    (void)fe_buf_put(arg, decoded);
}

/* Decodes in pieces of `step`; the first error. */
static int decode(const char *codings, struct fe_slice body, size_t step, struct fe_buf *out)
{
    struct fe_header item = {FE_SLICE("content-encoding"), fe_slice_cstr(codings)};
    struct fe_headers headers = {&item, 1, 1};
    struct fe_coding *coding = NULL;
    struct fe_slice names;
    fe_buf_clear(out);
    int r = fe_coding_new(&headers, on_decoded, out, &coding, &names);
    if (r == 0) {
        assert_non_null(coding);
        EXPECT_SLICE(names, codings);
    }
    while (r == 0 && body.len > 0) {
        size_t len = step < body.len ? step : body.len;
        r = fe_coding_push(coding, (struct fe_slice){body.ptr, len});
        body = fe_slice_from(body, len);
    }
    r = r == 0 ? fe_coding_end(coding) : r;
    fe_coding_free(coding);
    return r;
}

static void encode(struct fe_buf *out, const char *codings, struct fe_slice text)
{
    fe_buf_clear(out);
    if (strcmp(codings, "deflate") == 0) {
        deflate_to(out, text, 15);
    } else if (strcmp(codings, "Deflate") == 0) {
        deflate_to(out, text, -15);
    } else if (strcmp(codings, "zstd") == 0) {
        zstd_to(out, text);
    } else {
        deflate_to(out, text, 15 + 16);
    }
}

static const char *const codings[] = {"gzip", "x-gzip", "deflate", "Deflate", "zstd"};

static void takes_them_off_wherever_it_is_cut(void **state)
{
    (void)state;
    struct fe_slice text = FE_SLICE("The same, the same, the same; and something else.");
    struct fe_buf coded;
    struct fe_buf out;
    fe_buf_init(&coded, OUTPUT_BYTES);
    fe_buf_init(&out, OUTPUT_BYTES);
    for (size_t i = 0; i < COUNT_OF(codings); i++) {
        encode(&coded, codings[i], text);
        for (size_t step = 1; step <= coded.len; step++) {
            assert_int_equal(decode(codings[i], fe_buf_slice(&coded), step, &out), 0);
            assert_true(fe_slice_eq(fe_buf_slice(&out), text));
        }
    }
    fe_buf_done(&coded);
    fe_buf_done(&out);
}

static void finds_what_is_not_whole(void **state)
{
    (void)state;
    struct fe_buf coded;
    struct fe_buf out;
    fe_buf_init(&coded, OUTPUT_BYTES);
    fe_buf_init(&out, OUTPUT_BYTES);
    for (size_t i = 0; i < COUNT_OF(codings); i++) {
        encode(&coded, codings[i], FE_SLICE("some text"));
        for (size_t len = 0; len < coded.len; len++) {
            struct fe_slice part = {coded.ptr, len};
            assert_int_equal(decode(codings[i], part, 100, &out), -EBADMSG);
        }
        assert_int_equal(decode(codings[i], FE_SLICE("\xff\xff\xff\xff\xff"), 1, &out), -EBADMSG);
    }
    fe_buf_done(&coded);
    fe_buf_done(&out);
}

static void gives_much_in_small_pieces(void **state)
{
    (void)state;
    struct fe_buf text;
    struct fe_buf coded;
    struct fe_buf out;
    fe_buf_init(&text, OUTPUT_BYTES);
    fe_buf_init(&coded, OUTPUT_BYTES);
    fe_buf_init(&out, OUTPUT_BYTES);
    char *room = NULL;
    assert_int_equal(fe_buf_reserve(&text, 1 << 20, &room), 0);
    memset(room, 'a', 1 << 20);
    text.len = 1 << 20;
    for (size_t i = 0; i < COUNT_OF(codings); i++) {
        encode(&coded, codings[i], fe_buf_slice(&text));
        assert_int_equal(decode(codings[i], fe_buf_slice(&coded), coded.len, &out), 0);
        assert_true(fe_slice_eq(fe_buf_slice(&out), fe_buf_slice(&text)));
    }
    fe_buf_done(&text);
    fe_buf_done(&coded);
    fe_buf_done(&out);
}

static void reads_several_members_and_padding(void **state)
{
    (void)state;
    struct fe_buf coded;
    struct fe_buf out;
    fe_buf_init(&coded, OUTPUT_BYTES);
    fe_buf_init(&out, OUTPUT_BYTES);
    deflate_to(&coded, FE_SLICE("one "), 15 + 16);
    deflate_to(&coded, FE_SLICE("two"), 15 + 16);
    assert_int_equal(fe_buf_append(&coded, "\0\0\0", 3), 0);
    for (size_t step = 1; step <= coded.len; step++) {
        assert_int_equal(decode("gzip", fe_buf_slice(&coded), step, &out), 0);
        EXPECT_SLICE(fe_buf_slice(&out), "one two");
    }
    fe_buf_done(&coded);
    fe_buf_done(&out);
}

static void takes_off_one_after_the_other(void **state)
{
    (void)state;
    struct fe_buf inner;
    struct fe_buf coded;
    struct fe_buf out;
    fe_buf_init(&inner, OUTPUT_BYTES);
    fe_buf_init(&coded, OUTPUT_BYTES);
    fe_buf_init(&out, OUTPUT_BYTES);
    deflate_to(&inner, FE_SLICE("twice"), 15 + 16);
    zstd_to(&coded, fe_buf_slice(&inner));
    assert_int_equal(decode("gzip, zstd", fe_buf_slice(&coded), 1, &out), 0);
    EXPECT_SLICE(fe_buf_slice(&out), "twice");
    fe_buf_clear(&out);
    assert_int_equal(fe_decode_content(FE_SLICE("gzip,identity,zstd"), fe_buf_slice(&coded), &out),
                     0);
    EXPECT_SLICE(fe_buf_slice(&out), "twice");
    fe_buf_done(&inner);
    fe_buf_done(&coded);
    fe_buf_done(&out);
}

static void takes_off_brotli(void **state)
{
    (void)state;
    struct fe_buf out;
    fe_buf_init(&out, OUTPUT_BYTES);
    struct fe_slice body = {(const char *)brotli, sizeof(brotli)};
    for (size_t step = 1; step <= body.len; step++) {
        assert_int_equal(decode("br", body, step, &out), 0);
        EXPECT_SLICE(fe_buf_slice(&out), "hello hello hello hello\n");
    }
    for (size_t len = 0; len < body.len; len++) {
        assert_int_equal(decode("br", (struct fe_slice){body.ptr, len}, 100, &out), -EBADMSG);
    }
    fe_buf_done(&out);
}

static void knows_what_it_does_not_know(void **state)
{
    (void)state;
    struct fe_header item = {FE_SLICE("Content-Encoding"), FE_SLICE("identity")};
    struct fe_headers headers = {&item, 1, 1};
    struct fe_coding *coding = NULL;
    struct fe_slice names;
    struct fe_buf out;
    fe_buf_init(&out, 4);
    assert_int_equal(decode("compress", FE_SLICE("x"), 1, &out), -ENOTSUP);
    assert_int_equal(decode("gzip,gzip,gzip,gzip,gzip", FE_SLICE("x"), 1, &out), -ENOTSUP);
    assert_int_equal(fe_coding_new(&headers, on_decoded, &out, &coding, &names), 0);
    assert_null(coding);
    EXPECT_SLICE(names, "");
    assert_int_equal(fe_decode_content(FE_SLICE(""), FE_SLICE("12345"), &out), -E2BIG);
    fe_buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_them_off_wherever_it_is_cut),
        cmocka_unit_test(finds_what_is_not_whole),
        cmocka_unit_test(gives_much_in_small_pieces),
        cmocka_unit_test(reads_several_members_and_padding),
        cmocka_unit_test(takes_off_one_after_the_other),
        cmocka_unit_test(takes_off_brotli),
        cmocka_unit_test(knows_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

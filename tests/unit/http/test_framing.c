/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/framing.h"
#include "util/buf.h"

static int decide(int minor_version, const char *const *fields, struct fe_framing *framing)
{
    struct fe_arena arena = {NULL};
    struct fe_request request = {.minor_version = minor_version};
    const char *why = NULL;
    for (; *fields; fields += 2) {
        assert_int_equal(fe_headers_add(&request.headers, &arena, fe_slice_cstr(fields[0]),
                                        fe_slice_cstr(fields[1])),
                         0);
    }
    int status = fe_framing_decide(&request, framing, &why);
    assert_true(status == 0 || why != NULL);
    fe_arena_done(&arena);
    return status;
}

#define DECIDE(minor, framing, ...) decide(minor, (const char *const[]){__VA_ARGS__, NULL}, framing)

static void decides_by_the_fields(void **state)
{
    struct fe_framing f;
    (void)state;
    assert_int_equal(DECIDE(1, &f, "A", "b"), 0);
    assert_int_equal(f.kind, FE_FRAMING_NONE);
    assert_int_equal(DECIDE(1, &f, "content-length", "0"), 0);
    assert_int_equal(f.kind, FE_FRAMING_NONE);
    assert_int_equal(DECIDE(1, &f, "content-length", "18446744073709551615"), 0);
    assert_int_equal(f.kind, FE_FRAMING_LENGTH);
    assert_true(f.length == UINT64_MAX);
    assert_int_equal(DECIDE(1, &f, "TRANSFER-ENCODING", "chunked"), 0);
    assert_int_equal(f.kind, FE_FRAMING_CHUNKED);
}

static void refuses_what_can_be_understood_in_two_ways(void **state)
{
    struct fe_framing f;
    (void)state;
    assert_int_equal(DECIDE(1, &f, "Content-Length", "1", "Content-Length", "1"), 400);
    assert_int_equal(DECIDE(1, &f, "Content-Length", "1", "Transfer-Encoding", "chunked"), 400);
    assert_int_equal(DECIDE(0, &f, "Transfer-Encoding", "chunked"), 400);
    assert_int_equal(DECIDE(1, &f, "Transfer-Encoding", "gzip, chunked"), 501);
    assert_int_equal(DECIDE(1, &f, "Transfer-Encoding", ""), 501);
    assert_int_equal(DECIDE(1, &f, "Content-Length", "1 "), 400);
    assert_int_equal(DECIDE(1, &f, "Content-Length", "18446744073709551616"), 413);
}

/* Decodes input that arrives in runs of at most `run` bytes; 0 when the body is complete and all of
 * it was read, -EAGAIN when there must be more. */
static int decode(enum fe_framing_kind kind, uint64_t length, struct fe_slice input, size_t run,
                  struct fe_buf *body)
{
    const struct fe_framing framing = {kind, length};
    struct fe_body_decoder decoder;
    fe_body_decoder_init(&decoder, &framing);
    fe_buf_clear(body);
    while (input.len > 0 && !fe_body_done(&decoder)) {
        struct fe_slice part = {input.ptr, input.len < run ? input.len : run};
        struct fe_slice data = {NULL, 0};
        size_t before = part.len;
        int r = fe_body_decode(&decoder, &part, &data);
        if (r < 0) {
            return r;
        }
        (void)fe_buf_put(body, data);
        input = fe_slice_from(input, before - part.len);
    }
    return fe_body_done(&decoder) && input.len == 0 ? 0 : -EAGAIN;
}

#define CHUNKS                                                                                     \
    "5\r\nhello\r\n00006;a=\"b\";c\t d\r\n "                                                       \
    "world\r\na\r\n0123456789\r\nB\r\n0123456789-\r\n0;x\r\nT: u\r\nV: "                           \
    "w\r\n\r\n"

static void decodes_chunks_cut_anywhere(void **state)
{
    struct fe_buf body;
    struct fe_slice input = FE_SLICE(CHUNKS);
    (void)state;
    fe_buf_init(&body, 1000);
    for (size_t run = 1; run <= input.len; run++) {
        assert_int_equal(decode(FE_FRAMING_CHUNKED, 0, input, run, &body), 0);
        assert_string_equal(body.ptr, "hello world01234567890123456789-");
    }
    for (size_t len = 0; len < input.len; len++) {
        struct fe_slice part = {input.ptr, len};
        assert_int_equal(decode(FE_FRAMING_CHUNKED, 0, part, len + 1, &body), -EAGAIN);
    }
    fe_buf_done(&body);
}

static void stops_at_the_end_of_the_body(void **state)
{
    struct fe_body_decoder decoder;
    struct fe_slice data = {NULL, 0};
    struct fe_slice input = FE_SLICE("abcdeGET /");
    const struct fe_framing length = {FE_FRAMING_LENGTH, 5};
    const struct fe_framing none = {FE_FRAMING_NONE, 0};
    (void)state;
    fe_body_decoder_init(&decoder, &length);
    assert_int_equal(fe_body_decode(&decoder, &input, &data), 0);
    assert_int_equal(data.len, 5);
    assert_int_equal(input.len, 5);
    assert_true(fe_body_done(&decoder));
    fe_body_decoder_init(&decoder, &none);
    assert_true(fe_body_done(&decoder));
}

static void refuses_what_is_no_chunk(void **state)
{
    static const char *const bad[] = {
        "\r\n",
        ";\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\n",
        "0x1\r\n",
        " 1\r\n",
        "1 \r\n",
        "1\n",
        "1\rx",
        "1;a\nb",
        "1;\x01",
        "1;\x7f",
        "10000000000000000\r\n",
        "1000000000000000\r\n",
        "FFFFFFFFFFFFFFFF\r\n",
        "1\x80\r\n",
        "1\r\nab",
        "1\r\na\n",
        "1\r\na\rb",
        "0\r\n\n",
        "0\r\n\rx",
        "0\r\n a: b\r\n",
        "0\r\nA: b\r\n\tc\r\n",
        "0\r\nA\rb",
        "0\r\nA\nb",
        "0\r\nA\x01",
    };
    struct fe_buf body;
    (void)state;
    fe_buf_init(&body, 1000);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fe_slice input = fe_slice_cstr(bad[i]);
        assert_int_equal(decode(FE_FRAMING_CHUNKED, 0, input, input.len, &body), -EBADMSG);
        assert_int_equal(decode(FE_FRAMING_CHUNKED, 0, input, 1, &body), -EBADMSG);
    }
    fe_buf_done(&body);
}

static void takes_the_largest_size_it_can_count(void **state)
{
    struct fe_body_decoder decoder;
    struct fe_slice data = {NULL, 0};
    struct fe_slice input = FE_SLICE("0FFFFFFFFFFFFFFF\r\nabc");
    const struct fe_framing chunked = {FE_FRAMING_CHUNKED, 0};
    (void)state;
    fe_body_decoder_init(&decoder, &chunked);
    assert_int_equal(fe_body_decode(&decoder, &input, &data), 0);
    assert_int_equal(data.len, 3);
    assert_true(decoder.left == (UINT64_C(1) << 60) - 1 - 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_by_the_fields),
        cmocka_unit_test(refuses_what_can_be_understood_in_two_ways),
        cmocka_unit_test(decodes_chunks_cut_anywhere),
        cmocka_unit_test(stops_at_the_end_of_the_body),
        cmocka_unit_test(refuses_what_is_no_chunk),
        cmocka_unit_test(takes_the_largest_size_it_can_count),
    };
    return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}

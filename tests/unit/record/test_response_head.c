/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "../expect.h"
#include "record/response_head.h"
#include "util/buf.h"
#include "util/limits.h"

#define OK "HTTP/1.1 200 OK\r\n"

static int parse(struct fe_arena *arena, struct fe_slice text, bool to_head,
                 struct fe_response_head *head)
{
    struct fe_response_scan scan = {0};
    const char *why = NULL;
    *head = (struct fe_response_head){.length = 0};
    ptrdiff_t len = fe_response_head_scan(&scan, text);
    if (len <= 0) {
        return (int)len;
    }
    assert_int_equal(len, text.len);
    int r = fe_response_head_parse(text, to_head, arena, head, &why);
    assert_true(r == 0 || why != NULL);
    return r;
}

static int outcome_of(const char *text)
{
    struct fe_arena arena = {NULL};
    struct fe_response_head head;
    int r = parse(&arena, fe_slice_cstr(text), false, &head);
    fe_arena_done(&arena);
    return r;
}

static void reads_what_servers_send(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_response_head head;
    struct fe_buf fields;
    (void)state;
    fe_buf_init(&fields, 1000);
    assert_int_equal(parse(&arena,
                           FE_SLICE("HTTP/1.0 299 Fine \xc3\xbc by me\n"
                                    "b-A:\t 1 \r\nB-a:\r\nlong: one\r\n  two\n\tthree\r\n\n"),
                           false, &head),
                     0);
    assert_int_equal(head.head.status, 299);
    assert_int_equal(head.head.minor_version, 0);
    EXPECT_SLICE(head.head.reason, "Fine \xc3\xbc by me");
    for (size_t i = 0; i < head.head.headers.count; i++) {
        const struct fe_header *field = &head.head.headers.items[i];
        (void)fe_buf_printf(&fields, FE_PRI "=" FE_PRI "|", FE_ARG(field->name),
                            FE_ARG(field->value));
    }
    EXPECT_SLICE(fe_buf_slice(&fields), "b-A=1|B-a=|long=one    two \tthree|");
    assert_int_equal(head.head.framing, FE_RECORDED_CLOSE);
    assert_false(head.keeps_alive);
    fe_buf_done(&fields);
    fe_arena_done(&arena);
}

static void a_reason_may_be_missing(void **state)
{
    static const char *const texts[] = {"HTTP/1.1 204\r\n\r\n", "HTTP/1.1 204 \r\n\r\n"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct fe_arena arena = {NULL};
        struct fe_response_head head;
        assert_int_equal(parse(&arena, fe_slice_cstr(texts[i]), false, &head), 0);
        EXPECT_SLICE(head.head.reason, "");
        assert_int_equal(head.head.framing, FE_RECORDED_NONE);
        assert_true(head.keeps_alive);
        fe_arena_done(&arena);
    }
}

static void refuses_what_is_not_http(void **state)
{
    static const char *const texts[] = {
        "SSH-2.0\r\n\r\n",          "\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",  "HTTP/1.1  200 OK\r\n\r\n",    "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",     "HTTP/1.1\r\n\r\n",
        OK "no colon\r\n\r\n",      OK "space : 1\r\n\r\n",        OK ": 1\r\n\r\n",
        OK "a: b\rc: d\r\n\r\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(outcome_of(texts[i]), -EBADMSG);
    }
    struct fe_arena arena = {NULL};
    struct fe_response_head head;
    assert_int_equal(parse(&arena, FE_SLICE(OK "a: b\0c\r\n\r\n"), false, &head), -EBADMSG);
    fe_arena_done(&arena);
}

static void knows_garbage_from_its_first_bytes(void **state)
{
    struct fe_response_scan scan = {0};
    (void)state;
    assert_int_equal(fe_response_head_scan(&scan, FE_SLICE("HTT")), 0);
    assert_int_equal(fe_response_head_scan(&scan, FE_SLICE("HTTX")), -EBADMSG);
}

static void refuses_a_body_with_two_ends(void **state)
{
    static const char *const texts[] = {
        OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        OK "Content-Length: 1, 2\r\n\r\n",
        OK "Content-Length: -1\r\n\r\n",
        OK "Content-Length:\r\n\r\n",
        OK "Content-Length: 0x1\r\n\r\n",
        OK "Content-Length: 9223372036854775808\r\n\r\n",
        OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK "Transfer-Encoding: identity\r\n\r\n",
        OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(outcome_of(texts[i]), -EBADMSG);
    }
}

static void expect_framing(const char *fields, bool to_head, enum fe_recorded_framing framing,
                           bool keeps_alive)
{
    struct fe_arena arena = {NULL};
    struct fe_response_head head;
    struct fe_slice text = fe_arena_printf(&arena, OK "%s\r\n", fields);
    assert_int_equal(parse(&arena, text, to_head, &head), 0);
    assert_int_equal(head.head.framing, framing);
    assert_int_equal(head.keeps_alive, keeps_alive);
    assert_true(framing != FE_RECORDED_LENGTH || head.length == 5);
    fe_arena_done(&arena);
}

static void decides_where_the_body_ends(void **state)
{
    (void)state;
    expect_framing("Content-Length: 5\r\n", false, FE_RECORDED_LENGTH, true);
    expect_framing("content-length: 5, 5\r\nContent-Length: 05\r\n", false, FE_RECORDED_LENGTH,
                   true);
    expect_framing("Content-Length: 5\r\nConnection: a, Close\r\n", false, FE_RECORDED_LENGTH,
                   false);
    expect_framing("transfer-encoding: Chunked\r\n", false, FE_RECORDED_CHUNKED, true);
    expect_framing("", false, FE_RECORDED_CLOSE, false);
    expect_framing("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", true, FE_RECORDED_NONE,
                   true);
}

static void finds_the_end_byte_by_byte(void **state)
{
    static const struct fe_slice text = FE_SLICE_INIT(OK "a: b\r\n\n");
    struct fe_response_scan scan = {0};
    (void)state;
    for (size_t len = 0; len < text.len; len++) {
        assert_int_equal(fe_response_head_scan(&scan, (struct fe_slice){text.ptr, len}), 0);
    }
    assert_int_equal(fe_response_head_scan(&scan, text), text.len);
}

static void a_head_has_limits(void **state)
{
    struct fe_response_scan scan = {0};
    struct fe_arena arena = {NULL};
    struct fe_response_head head;
    struct fe_buf text;
    (void)state;
    fe_buf_init(&text, 1 << 20);
    (void)fe_buf_puts(&text, OK);
    for (size_t i = 0; i < FE_LIMIT_UPSTREAM_FIELDS; i++) {
        (void)fe_buf_puts(&text, "a: b\r\n");
    }
    (void)fe_buf_puts(&text, "\r\n");
    assert_int_equal(parse(&arena, fe_buf_slice(&text), false, &head), 0);
    text.len -= 2;
    (void)fe_buf_puts(&text, "a: b\r\n\r\n");
    assert_int_equal(parse(&arena, fe_buf_slice(&text), false, &head), -EBADMSG);
    text.len -= 2;
    while (text.len <= FE_LIMIT_UPSTREAM_HEAD_BYTES) {
        (void)fe_buf_putc(&text, 'c');
    }
    assert_int_equal(fe_response_head_scan(&scan, fe_buf_slice(&text)), -EMSGSIZE);
    fe_buf_done(&text);
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_servers_send),
        cmocka_unit_test(a_reason_may_be_missing),
        cmocka_unit_test(refuses_what_is_not_http),
        cmocka_unit_test(knows_garbage_from_its_first_bytes),
        cmocka_unit_test(refuses_a_body_with_two_ends),
        cmocka_unit_test(decides_where_the_body_ends),
        cmocka_unit_test(finds_the_end_byte_by_byte),
        cmocka_unit_test(a_head_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

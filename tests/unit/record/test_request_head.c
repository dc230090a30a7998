/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "record/request_head.h"
#include "rewrite_fixture.h"

static int make(struct fe_arena *arena, const char *target, bool identity,
                const char *const *fields, struct fe_frame_head *head)
{
    const struct fe_rewrite rewrite =
        rewrite_between("https://stack.example", "http://localhost:4000", arena);
    struct fe_request request = {.method_text = FE_SLICE_INIT("PURGE"),
                                 .target = fe_slice_cstr(target)};
    for (; *fields; fields += 2) {
        assert_int_equal(fe_headers_add(&request.headers, arena, fe_slice_cstr(fields[0]),
                                        fe_slice_cstr(fields[1])),
                         0);
    }
    return fe_request_head_make(&request, &rewrite, identity, arena, head);
}

static void expect_head(const char *target, bool identity, const char *const *fields,
                        const char *expected)
{
    struct fe_arena arena = {NULL};
    struct fe_frame_head head;
    struct fe_buf text;
    fe_buf_init(&text, 1 << 16);
    assert_int_equal(make(&arena, target, identity, fields, &head), 0);
    fe_request_head_write(&head, &text);
    EXPECT_SLICE(fe_buf_slice(&text), expected);
    fe_buf_done(&text);
    fe_arena_done(&arena);
}

#define FIELDS(...)                                                                                \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void fields_keep_order_and_spelling(void **state)
{
    (void)state;
    expect_head("/a%20b?c=d&c", false,
                FIELDS("x-B", "1", "hOST", "localhost:4000", "X-A", "", "x-b", "2"),
                "PURGE /a%20b?c=d&c HTTP/1.1\r\nx-B: 1\r\nhOST: stack.example\r\nX-A: \r\n"
                "x-b: 2\r\n\r\n");
}

static void a_missing_host_comes_first(void **state)
{
    (void)state;
    expect_head("/", false, FIELDS("A", "b"),
                "PURGE / HTTP/1.1\r\nHost: stack.example\r\nA: b\r\n\r\n");
}

static void fields_for_one_hop_stay_here(void **state)
{
    (void)state;
    expect_head("/", false,
                FIELDS("Host", "h", "Connection", "keep-alive, X-Mine", "X-Mine", "1", "TE",
                       "trailers", "Keep-Alive", "1", "Upgrade", "h2c", "Proxy-Authorization",
                       "secret", "Proxy-Connection", "close", "Expect", "100-continue",
                       "Transfer-Encoding", "chunked"),
                "PURGE / HTTP/1.1\r\nHost: stack.example\r\nExpect: 100-continue\r\n"
                "Transfer-Encoding: chunked\r\n\r\n");
}

static void framing_cannot_be_listed_away(void **state)
{
    (void)state;
    expect_head("/", false,
                FIELDS("Connection", "content-length, host", "Host", "h", "Content-Length", "3"),
                "PURGE / HTTP/1.1\r\nHost: stack.example\r\nContent-Length: 3\r\n\r\n");
}

static void an_absolute_target_leads_nowhere_else(void **state)
{
    (void)state;
    expect_head("http://evil.example:81/a?b", false, FIELDS("Host", "evil.example"),
                "PURGE /a?b HTTP/1.1\r\nHost: stack.example\r\n\r\n");
    expect_head("HTTPS://evil.example?b", false, FIELDS("Host", "evil.example"),
                "PURGE /?b HTTP/1.1\r\nHost: stack.example\r\n\r\n");
    expect_head("//evil.example/a", false, FIELDS("Host", "evil.example"),
                "PURGE //evil.example/a HTTP/1.1\r\nHost: stack.example\r\n\r\n");
}

static void codings_are_declined_when_bodies_are_rewritten(void **state)
{
    (void)state;
    expect_head("/", true,
                FIELDS("Host", "h", "accept-encoding", "gzip", "A", "b", "Accept-Encoding", "br"),
                "PURGE / HTTP/1.1\r\nHost: stack.example\r\naccept-encoding: identity\r\n"
                "A: b\r\n\r\n");
}

static void the_frame_knows_the_framing(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_frame_head head;
    (void)state;
    assert_int_equal(make(&arena, "/", false, FIELDS("A", "b"), &head), 0);
    assert_int_equal(head.framing, FE_RECORDED_NONE);
    assert_int_equal(make(&arena, "/", false, FIELDS("Content-Length", "0"), &head), 0);
    assert_int_equal(head.framing, FE_RECORDED_LENGTH);
    assert_int_equal(make(&arena, "/", false, FIELDS("transfer-encoding", "chunked"), &head), 0);
    assert_int_equal(head.framing, FE_RECORDED_CHUNKED);
    assert_int_equal(head.minor_version, 1);
    fe_arena_done(&arena);
}

static void there_may_be_no_room_for_a_host(void **state)
{
    struct fe_arena arena = {NULL};
    struct fe_frame_head head;
    const char *fields[257]; /* 128 names and values */
    (void)state;
    for (size_t i = 0; i < 256; i++) {
        fields[i] = "a";
    }
    fields[256] = NULL;
    assert_int_equal(make(&arena, "/", false, fields, &head), -E2BIG);
    fields[0] = "Host";
    assert_int_equal(make(&arena, "/", false, fields, &head), 0);
    fe_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_keep_order_and_spelling),
        cmocka_unit_test(a_missing_host_comes_first),
        cmocka_unit_test(fields_for_one_hop_stay_here),
        cmocka_unit_test(framing_cannot_be_listed_away),
        cmocka_unit_test(an_absolute_target_leads_nowhere_else),
        cmocka_unit_test(codings_are_declined_when_bodies_are_rewritten),
        cmocka_unit_test(the_frame_knows_the_framing),
        cmocka_unit_test(there_may_be_no_room_for_a_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

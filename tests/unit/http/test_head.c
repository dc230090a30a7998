/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/head.h"
#include "util/buf.h"
#include "util/limits.h"

struct parsed {
    struct fe_arena arena;
    struct fe_head head;
    int status;
    const char *why;
};

/* Scan and parse together: the status, or -1 when the head is not complete. */
static int parse(struct parsed *parsed, const char *text)
{
    struct fe_head_scan scan = {0};
    struct fe_slice whole = fe_slice_cstr(text);
    *parsed = (struct parsed){.status = -1};
    ptrdiff_t len = fe_head_scan(&scan, whole, &parsed->why);
    if (len > 0) {
        parsed->status = fe_head_parse((struct fe_slice){text, (size_t)len}, scan.lines,
                                       &parsed->arena, &parsed->head, &parsed->why);
    } else if (len < 0) {
        parsed->status = (int)-len;
    }
    return parsed->status;
}

static int status_of(const char *text)
{
    struct parsed parsed;
    int status = parse(&parsed, text);
    fe_arena_done(&parsed.arena);
    assert_true(status <= 0 || parsed.why != NULL);
    return status;
}

static void assert_slice(struct fe_slice slice, const char *text)
{
    assert_int_equal(slice.len, strlen(text));
    assert_memory_equal(slice.ptr, text, slice.len);
}

static void reads_a_request(void **state)
{
    struct parsed p;
    (void)state;
    assert_int_equal(parse(&p, "POST /a/b?c=d HTTP/1.1\r\nHost: h:80\r\nX:  y z\t\r\nEmpty:\r\n"
                               "Content-Length: 5\r\n\r\nhello"),
                     0);
    const struct fe_request *request = &p.head.request;
    assert_int_equal(request->method, FE_POST);
    assert_slice(request->target, "/a/b?c=d");
    assert_slice(request->path, "/a/b");
    assert_slice(request->query, "c=d");
    assert_slice(request->host, "h:80");
    assert_int_equal(request->minor_version, 1);
    assert_int_equal(request->headers.count, 4);
    assert_slice(request->headers.items[1].name, "X");
    assert_slice(request->headers.items[1].value, "y z");
    assert_slice(request->headers.items[2].value, "");
    assert_int_equal(p.head.framing.kind, FE_FRAMING_LENGTH);
    assert_int_equal(p.head.framing.length, 5);
    assert_true(p.head.keep_alive);
    assert_false(p.head.expects_continue);
    fe_arena_done(&p.arena);
}

static void takes_the_host_of_an_absolute_target(void **state)
{
    struct parsed p;
    (void)state;
    assert_int_equal(parse(&p, "GET HTTP://Other:81?q HTTP/1.1\r\nHost: h\r\n\r\n"), 0);
    assert_slice(p.head.request.host, "Other:81");
    assert_slice(p.head.request.path, "/");
    assert_slice(p.head.request.query, "q");
    fe_arena_done(&p.arena);
}

static void needs_no_host_from_http_1_0(void **state)
{
    (void)state;
    assert_int_equal(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
    assert_int_equal(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
}

static void knows_good_hosts_from_bad(void **state)
{
    static const char *const good[] = {
        "h", "h:0", "h:65535", "a.b-c_d~e:1", "127.0.0.1:4000", "[::1]", "[2001:db8::1]:443"};
    static const char *const bad[] = {
        "",   "h:",   "h:65536", "h:+1",      "a b",        "a/b",      "a@b", "a,b", "[",
        "[]", "[::1", "[::1]x",  "[1.2.3.4]", "[::1%25lo]", "\xc3\xa9", ":80", "a%41"};
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        (void)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", good[i]);
        assert_int_equal(status_of(text), 0);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", bad[i]);
        assert_int_equal(status_of(text), 400);
    }
}

static void knows_good_targets_from_bad(void **state)
{
    static const char *const good[] = {"/",  "//",       "/%2F%fF",     "/{a}|b",         "/a?%20?",
                                       "/?", "http://h", "https://h/a", "http://[::1]:1/"};
    static const char *const bad[] = {"a",           "*",       "/%",        "/%4",
                                      "/%g0",        "/%00",    "/a#",       "/\x80",
                                      "ftp://h/",    "http://", "http:///a", "http://h:99999/",
                                      "http://u@h/", "/a\tb"};
    char text[128];
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        (void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", good[i]);
        assert_int_equal(status_of(text), 0);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void)snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", bad[i]);
        assert_int_equal(status_of(text), 400);
    }
}

static void knows_who_keeps_the_connection(void **state)
{
    static const struct {
        const char *text;
        bool keep_alive;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, CLOSE\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: a\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: closed\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct parsed p;
        assert_int_equal(parse(&p, rows[i].text), 0);
        assert_int_equal(p.head.keep_alive, rows[i].keep_alive);
        fe_arena_done(&p.arena);
    }
}

static void expects_a_continue_only_with_a_body(void **state)
{
    struct parsed p;
    (void)state;
    assert_int_equal(parse(&p, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n"),
                     0);
    assert_true(p.head.expects_continue);
    fe_arena_done(&p.arena);
    assert_int_equal(parse(&p, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n"), 0);
    assert_false(p.head.expects_continue);
    fe_arena_done(&p.arena);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n"), 417);
    assert_int_equal(status_of("PUT / HTTP/1.0\r\nExpect: x\r\n\r\n"), 0);
}

/* A head is found at the same place, or refused, however it arrives. */
static void scans_the_same_however_it_is_cut(void **state)
{
    static const char *const texts[] = {
        "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\nbody",
        "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\rA: b\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\n\r\n",
    };
    const char *why = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct fe_slice whole = fe_slice_cstr(texts[i]);
        struct fe_head_scan once = {0};
        ptrdiff_t expected = fe_head_scan(&once, whole, &why);
        assert_int_not_equal(expected, 0);
        for (size_t cut = 0; cut <= whole.len; cut++) {
            struct fe_head_scan scan = {0};
            ptrdiff_t r = fe_head_scan(&scan, (struct fe_slice){whole.ptr, cut}, &why);
            if (r == 0) {
                r = fe_head_scan(&scan, whole, &why);
            }
            assert_int_equal(r, expected);
        }
    }
}

static void takes_as_many_fields_as_the_limit(void **state)
{
    struct fe_buf text;
    struct parsed p;
    (void)state;
    fe_buf_init(&text, 1 << 20);
    (void)fe_buf_puts(&text, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (size_t i = 1; i < FE_LIMIT_HEADERS; i++) {
        (void)fe_buf_puts(&text, "A: b\r\n");
    }
    size_t len = text.len;
    (void)fe_buf_puts(&text, "\r\n");
    assert_int_equal(parse(&p, text.ptr), 0);
    assert_int_equal(p.head.request.headers.count, FE_LIMIT_HEADERS);
    fe_arena_done(&p.arena);
    text.len = len;
    (void)fe_buf_puts(&text, "A: b\r\n");
    assert_int_equal(status_of(text.ptr), 431); /* at once, without waiting for its end */
    fe_buf_done(&text);
}

static void takes_lines_as_long_as_the_limit(void **state)
{
    struct fe_buf text;
    (void)state;
    for (int over = 0; over < 2; over++) {
        fe_buf_init(&text, 1 << 20);
        (void)fe_buf_puts(&text, "OPTIONS /");
        for (size_t i = 1; i < FE_LIMIT_TARGET_BYTES + (size_t)over; i++) {
            (void)fe_buf_putc(&text, 'x');
        }
        (void)fe_buf_puts(&text, " HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_int_equal(status_of(text.ptr), over ? 414 : 0);
        fe_buf_done(&text);
    }
}

static void refuses_what_is_too_long_as_a_whole(void **state)
{
    struct fe_buf text;
    (void)state;
    fe_buf_init(&text, 1 << 20);
    (void)fe_buf_puts(&text, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (size_t i = 0; i < (size_t)5 * 7000; i++) {
        const char *field = i == 0 ? "A: " : "\r\nA: ";
        (void)fe_buf_puts(&text, i % 7000 == 0 ? field : "x");
    }
    assert_int_equal(status_of(text.ptr), 431);
    fe_buf_clear(&text);
    (void)fe_buf_puts(&text, "GET /");
    for (size_t i = 0; i < FE_LIMIT_TARGET_BYTES; i++) {
        (void)fe_buf_putc(&text, 'x');
    }
    (void)fe_buf_puts(&text, " HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_int_equal(status_of(text.ptr), 414);
    fe_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_request),
        cmocka_unit_test(takes_the_host_of_an_absolute_target),
        cmocka_unit_test(needs_no_host_from_http_1_0),
        cmocka_unit_test(knows_good_hosts_from_bad),
        cmocka_unit_test(knows_good_targets_from_bad),
        cmocka_unit_test(knows_who_keeps_the_connection),
        cmocka_unit_test(expects_a_continue_only_with_a_body),
        cmocka_unit_test(scans_the_same_however_it_is_cut),
        cmocka_unit_test(takes_as_many_fields_as_the_limit),
        cmocka_unit_test(takes_lines_as_long_as_the_limit),
        cmocka_unit_test(refuses_what_is_too_long_as_a_whole),
    };
    return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}

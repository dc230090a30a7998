/* SPDX-License-Identifier: MIT */
/* Inputs that fooled, crashed or hung the raw library, one row each, and a request behind every one
 * that shows whether the framing was fooled. Then the good ones, cut everywhere. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server_private.h"
#include "util/alloc.h"
#include "util/limits.h"

#define H "Host: h\r\n"
#define LINE "POST /a HTTP/1.1\r\n" H
#define NEXT "GET /next HTTP/1.1\r\n" H "\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\n" H "\r\n"
#define CHUNKED LINE "Transfer-Encoding: chunked\r\n\r\n"

enum then {
    NEXT_IS_SERVED,
    CLOSES
};

struct row {
    const char *name;
    const char *input;
    size_t len; /* 0: a C string */
    int status; /* 0: no answer */
    enum then then;
    const char *body; /* of the answer; NULL: any */
};

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct row rows[] = {
    {"01 CL+TE", LINE "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
     0, 400, CLOSES, NULL},
    {"02 TE+CL", LINE "Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" SMUGGLED,
     0, 400, CLOSES, NULL},
    {"03 TE xchunked", LINE "Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 0, 501,
     CLOSES, NULL},
    {"03 TE xchunked and CL", LINE "Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n\r\nabc", 0,
     400, CLOSES, NULL},
    {"04 TE 'chunked '", LINE "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 0, 501, CLOSES, NULL},
    {"05 TE CHUNKED", LINE "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", 0, 501, CLOSES, NULL},
    {"06 TE gzip, chunked", LINE "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 0, 501,
     CLOSES, NULL},
    {"06 TE twice",
     LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 501,
     CLOSES, NULL},
    {"07 TE behind a tab", LINE "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 0, 501, CLOSES,
     NULL},
    {"07 TE behind tab and space", LINE "Transfer-Encoding:\t chunked\r\n\r\n0\r\n\r\n", 0, 501,
     CLOSES, NULL},
    {"08 TE before a space", LINE "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 0, 400, CLOSES,
     NULL},
    {"09 CL twice, differing", LINE "Content-Length: 0\r\nContent-Length: 46\r\n\r\n" SMUGGLED, 0,
     400, CLOSES, NULL},
    {"10 CL twice, the same", LINE "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 0, 400,
     CLOSES, NULL},
    {"11 CL -1", LINE "Content-Length: -1\r\n\r\n", 0, 400, CLOSES, NULL},
    {"12 CL +4", LINE "Content-Length: +4\r\n\r\nabcd", 0, 400, CLOSES, NULL},
    {"13 CL 4, 4", LINE "Content-Length: 4, 4\r\n\r\nabcd", 0, 400, CLOSES, NULL},
    {"14 CL 0x4", LINE "Content-Length: 0x4\r\n\r\nabcd", 0, 400, CLOSES, NULL},
    {"15 CL empty", LINE "Content-Length:\r\n\r\n" SMUGGLED, 0, 400, CLOSES, NULL},
    {"16 CL 2^64+4", LINE "Content-Length: 18446744073709551620\r\n\r\nabcd", 0, 413, CLOSES, NULL},
    {"17 CL 3e19", LINE "Content-Length: 30000000000000000000\r\n\r\nabcd", 0, 413, CLOSES, NULL},
    {"17 CL 1.1e19", LINE "Content-Length: 11000000000000000000\r\n\r\nabcd", 0, 413, CLOSES, NULL},
    {"18 CL before a space", LINE "Content-Length : 46\r\n\r\n" SMUGGLED, 0, 400, CLOSES, NULL},
    {"19 folded by tab", LINE "A: b\r\n\tc\r\n\r\n", 0, 400, CLOSES, NULL},
    {"20 CL behind a space", LINE " Content-Length: 46\r\n\r\n" SMUGGLED, 0, 400, CLOSES, NULL},
    {"21 no colon", LINE "Header\r\n\r\n", 0, 400, CLOSES, NULL},
    {"22 empty name", LINE ": value\r\n\r\n", 0, 400, CLOSES, NULL},
    {"23 space in the name", LINE "A b: c\r\n\r\n", 0, 400, CLOSES, NULL},
    {"24 NUL in the name", BYTES(LINE "A\0b: c\r\n\r\n"), 400, CLOSES, NULL},
    {"25 NUL in the value", BYTES(LINE "A: b\0c\r\n\r\n"), 400, CLOSES, NULL},
    {"26 bare LF", "GET /a HTTP/1.1\n" H "\n", 0, 400, CLOSES, NULL},
    {"27 bare LF, incomplete", "GET /a HTTP/1.1\n", 0, 400, CLOSES, NULL},
    {"28 CR LF LF", LINE "\n", 0, 400, CLOSES, NULL},
    {"29 bare CR", LINE "A: b\rc\r\n\r\n", 0, 400, CLOSES, NULL},
    {"33 NUL in the path", BYTES("GET /a\0/../b HTTP/1.1\r\n" H "\r\n"), 400, CLOSES, NULL},
    {"34 %00 in the path", "GET /a%00b HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"35 %zz in the path", "GET /a%zzb HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"36 %z at the end of the query", "GET /a?b=%4 HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"37 %2F and %2e%2e", "GET /a%2Fb/%2e%2e/c HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED,
     "GET /a%2Fb/%2e%2e/c "},
    {"38 high bytes", "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"39 control in the path", "GET /a\x01 HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"39 DEL in the path", "GET /a\x7f HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"39 tab in the path", "GET /a\tb HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"41 absolute form", "GET http://other:81/a?b HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED,
     "GET http://other:81/a?b "},
    {"41 absolute form without a path", "GET HTTPS://[::1]?b HTTP/1.1\r\n" H "\r\n", 0, 200,
     NEXT_IS_SERVED, NULL},
    {"41 absolute form without Host", "GET http://other/a HTTP/1.1\r\n\r\n", 0, 400, CLOSES, NULL},
    {"41 absolute form with user", "GET http://u:p@other/a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES,
     NULL},
    {"42 absolute form, port 99999", "GET http://other:99999/a HTTP/1.1\r\n" H "\r\n", 0, 400,
     CLOSES, NULL},
    {"43 OPTIONS *", "OPTIONS * HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED, "OPTIONS * "},
    {"43 GET *", "GET * HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"44 CONNECT", "CONNECT h:1 HTTP/1.1\r\n" H "\r\n", 0, 501, CLOSES, NULL},
    {"45 method in lower case", "get /a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"45 method in mixed case", "Get /a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"46 unknown method", "FOO /a HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED, "FOO /a "},
    {"46 method that is no token", "G@T /a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"47 TRACE", "TRACE /a HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED, "TRACE /a "},
    {"48 no Host", "GET /a HTTP/1.1\r\n\r\n", 0, 400, CLOSES, NULL},
    {"49 two Hosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 0, 400, CLOSES, NULL},
    {"49 bad Host", "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", 0, 400, CLOSES, NULL},
    {"50 HTTP/1.0 keep-alive", "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0, 200,
     NEXT_IS_SERVED, "GET /a "},
    {"51 HTTP/1.0 with TE", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0,
     400, CLOSES, NULL},
    {"52 HTTP/0.9", "GET /a\r\n\r\n", 0, 400, CLOSES, NULL},
    {"53 HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 505, CLOSES, NULL},
    {"54 HTTP/9.9", "GET /a HTTP/9.9\r\n" H "\r\n", 0, 505, CLOSES, NULL},
    {"54 HTTP/2.0", "GET /a HTTP/2.0\r\n" H "\r\n", 0, 505, CLOSES, NULL},
    {"55 HTTP/1.12", "GET /a HTTP/1.12\r\n" H "\r\n", 0, 505, CLOSES, NULL},
    {"55 http/1.1", "GET /a http/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"56 chunk size past 64 bits", CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n", 0, 400,
     CLOSES, NULL},
    {"57 chunk size FFFFFFFFFFFFFFFF", CHUNKED "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", 0, 400,
     CLOSES, NULL},
    {"58 high byte in the chunk size", CHUNKED "5\x80\r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"59 chunk extension", CHUNKED "5;name=\"v;\";x\r\nhello\r\n0;last\r\n\r\n", 0, 200,
     NEXT_IS_SERVED, "POST /a hello"},
    {"59 CR in a chunk extension", CHUNKED "5;a\rb\r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"60 space behind the chunk size", CHUNKED "5 \r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"61 LF behind the chunk size", CHUNKED "5\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"62 longer than the chunk", CHUNKED "5\r\nhelloo\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"63 chunk size -1", CHUNKED "-1\r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"63 chunk size 0x5", CHUNKED "0x5\r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"63 no chunk size", CHUNKED "\r\nhello\r\n0\r\n\r\n", 0, 400, CLOSES, NULL},
    {"63 chunk size past the limit", CHUNKED "100001\r\n", 0, 413, CLOSES, NULL},
    {"63 chunk sizes past the limit together", CHUNKED "5\r\nhello\r\nffffc;x\r\n", 0, 413, CLOSES,
     NULL},
    {"64 trailers", CHUNKED "5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\n", 0, 200,
     NEXT_IS_SERVED, "POST /a hello"},
    {"64 folded trailer", CHUNKED "0\r\nA: b\r\n c\r\n\r\n", 0, 400, CLOSES, NULL},
    {"65 garbage behind a request", "GET /a HTTP/1.1\r\n" H "\r\ngarbage\r\n\r\n", 0, 200, CLOSES,
     "GET /a "},
    {"66 empty lines before", "\r\n\r\nGET /a HTTP/1.1\r\n" H "\r\n", 0, 200, NEXT_IS_SERVED,
     "GET /a "},
    {"67 TLS hello", BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400, CLOSES, NULL},
    {"71 multipart", LINE "Content-Type: multipart\r\nContent-Length: 5\r\n\r\nhello", 0, 200,
     NEXT_IS_SERVED, "POST /a hello"},
    {"72 Expect in HTTP/1.0",
     "POST /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\nExpect: "
     "100-continue\r\n\r\nhello",
     0, 200, NEXT_IS_SERVED, "POST /a hello"},
    {"73 unknown Expect", LINE "Content-Length: 5\r\nExpect: 200-ok\r\n\r\nhello", 0, 417, CLOSES,
     NULL},
    {"74 double space", "GET  /a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"74 space at the end", "GET /a HTTP/1.1 \r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"74 space at the start", " GET /a HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"75 fragment", "GET /a#b HTTP/1.1\r\n" H "\r\n", 0, 400, CLOSES, NULL},
    {"76 Connection: TE, close", "GET /a HTTP/1.1\r\n" H "Connection: TE, close\r\n\r\n", 0, 200,
     CLOSES, "GET /a "},
    {"h2c upgrade",
     "GET /a HTTP/1.1\r\n" H "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: "
     "h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
     0, 200, NEXT_IS_SERVED, "GET /a "},
};

static void check(struct rig *rig, const struct row *row)
{
    struct client client;
    client_open(&client, rig);
    client_send_bytes(&client, row->input, row->len > 0 ? row->len : strlen(row->input));
    client_send(&client, NEXT);
    if (row->status != 0) {
        struct answer answer = client_take(&client, false);
        if (answer.status != row->status) {
            fail_msg("%s: %d instead of %d", row->name, answer.status, row->status);
        }
        if (row->body && strcmp(answer.body.len > 0 ? answer.body.ptr : "", row->body) != 0) {
            fail_msg("%s: the body is %s", row->name, answer.body.ptr);
        }
        fe_buf_done(&answer.body);
    }
    if (row->then == NEXT_IS_SERVED) {
        client_expect(&client, 200, "GET /next ");
    } else {
        WAIT_FOR(&client, client.eof);
        if (client.in.len > 0 && memmem(client.in.ptr, client.in.len, "GET /next", 9)) {
            fail_msg("%s: what follows was served", row->name);
        }
    }
    if (rig->smuggled) {
        fail_msg("%s: a request was smuggled", row->name);
    }
    client_close(&client);
}

static void is_never_fooled(void **state)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(*state, &rows[i]);
    }
}

/* The same, a byte at a time: what is refused is refused no later, and not otherwise. */
static void is_never_fooled_byte_by_byte(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct client client;
        size_t len = row->len > 0 ? row->len : strlen(row->input);
        client_open(&client, rig);
        for (size_t at = 0; at < len && !client.eof; at++) {
            client_send_bytes(&client, row->input + at, 1);
            client_pump(&client);
        }
        if (row->status != 0) {
            client_expect(&client, row->status, row->body);
        }
        if (row->then == NEXT_IS_SERVED) {
            client_send(&client, NEXT);
            client_expect(&client, 200, "GET /next ");
        } else {
            WAIT_FOR(&client, client.eof);
        }
        assert_false(rig->smuggled);
        client_close(&client);
    }
}

/* ── those that are too long to write down ── */

static void refuse_long(struct rig *rig, const char *before, size_t count, const char *piece,
                        int status)
{
    struct client client;
    struct fe_buf input;
    fe_buf_init(&input, 10 << 20);
    (void)fe_buf_puts(&input, before);
    for (size_t i = 0; i < count; i++) {
        (void)fe_buf_puts(&input, piece);
    }
    client_open(&client, rig);
    client_send_bytes(&client, input.ptr, input.len);
    client_expect(&client, status, NULL);
    client_expect_eof(&client);
    client_close(&client);
    fe_buf_done(&input);
}

static void refuses_what_is_too_large(void **state)
{
    refuse_long(*state, LINE "A: ", 100000, "x", 431); /* 30 */
    refuse_long(*state, LINE "A: ", 9000, "x", 431);   /* 31 */
    refuse_long(*state, LINE, 5000, "A: b\r\n", 431);  /* 32 */
    refuse_long(*state, LINE, 129, "A: b\r\n", 431);
    refuse_long(*state, "GET /", 10000, "x", 414); /* 40 */
    refuse_long(*state, CHUNKED "5;", 1000, "x", 400);
    refuse_long(*state, CHUNKED "0\r\n", 10000, "A: b\r\n", 400);
}

/* 77: a form of 6 MB. */
static void takes_a_large_form_without_parsing_it(void **state)
{
    struct rig *rig = *state;
    struct client client;
    char *form = fe_xalloc(6000000);
    memset(form, 'a', 6000000);
    client_open(&client, rig);
    client_send(&client, "POST /sink HTTP/1.1\r\n" H "Content-Length: 6000000\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
    client_send_bytes(&client, form, 6000000);
    client_expect(&client, 200, "sunk");
    assert_int_equal(rig->sunk_bytes, 6000000);
    client_send(&client, NEXT);
    client_expect(&client, 200, "GET /next ");
    client_close(&client);
    free(form);
}

/* 68 to 70 */
static void forgets_partial_requests_of_clients_that_leave(void **state)
{
    static void (*const ways[])(struct client *) = {client_close, client_reset, client_finish};
    static const char *const parts[] = {"GET /a HT", LINE "Content-Length: 5\r\n\r\nhe",
                                        CHUNKED "5\r\nhel", CHUNKED "0\r\nA: b\r\n"};
    struct rig *rig = *state;
    for (size_t i = 0; i < 12; i++) {
        struct client client;
        client_open(&client, rig);
        client_send(&client, parts[i % 4]);
        client_settle(&client);
        assert_int_equal(fe_http_server_connections(rig->server), 1);
        ways[i / 4](&client);
        WAIT_FOR(&client, fe_http_server_connections(rig->server) == 0);
        if (client.fd >= 0) {
            client_close(&client);
        }
    }
}

/* ── bad bodies of requests that have their answer already ── */

#define BAD_CHUNK "Transfer-Encoding: chunked\r\n\r\n-\r\n" NEXT

static void closes_behind_an_early_answer_when_the_body_is_bad(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /early HTTP/1.1\r\n" H BAD_CHUNK);
    client_expect(&client, 403, "early");
    client_expect_eof(&client);
    client_close(&client);
}

static void sends_an_early_answer_to_its_end_when_the_body_is_bad(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /early-big HTTP/1.1\r\n" H BAD_CHUNK);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.body.len, 8 << 20);
    fe_buf_done(&answer.body);
    client_expect_eof(&client);
    client_close(&client);
}

static void sends_an_early_answer_to_its_end_when_the_body_ends_too_soon(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "POST /early-big HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nabc");
    client_finish(&client);
    struct answer answer = client_take(&client, false);
    assert_int_equal(answer.body.len, 8 << 20);
    fe_buf_done(&answer.body);
    client_expect_eof(&client);
    client_close(&client);
}

static void cuts_off_a_stream_whose_body_is_bad(void **state)
{
    struct rig *rig = *state;
    struct client client;
    client_open(&client, rig);
    client_send(&client, "POST /pipe HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
                         "5\r\nhello\r\n-\r\n" NEXT);
    client_expect(&client, 0, NULL);
    assert_int_equal(rig->gone, 1);
    client_close(&client);
}

/* ── good requests, cut ── */

static const char stream[] =
    "GET /contracts/a?b=c%20d HTTP/1.1\r\n" H "X: y\r\n\r\n"
    "POST /b HTTP/1.1\r\n" H
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nT: u\r\n\r\n"
    "POST /c HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc" NEXT;

static void expect_stream(struct client *client)
{
    client_expect(client, 200, "GET /contracts/a?b=c%20d ");
    client_expect(client, 200, "POST /b hello world");
    client_expect(client, 200, "POST /c abc");
    client_expect(client, 200, "GET /next ");
    client_close(client);
}

static void understands_requests_cut_anywhere(void **state)
{
    for (size_t cut = 1; cut < sizeof(stream) - 1; cut++) {
        struct client client;
        client_open(&client, *state);
        client_send_bytes(&client, stream, cut);
        client_settle(&client);
        client_send_bytes(&client, stream + cut, sizeof(stream) - 1 - cut);
        expect_stream(&client);
    }
}

static void understands_requests_byte_by_byte(void **state)
{
    struct client client;
    client_open(&client, *state);
    for (size_t at = 0; at < sizeof(stream) - 1; at++) {
        client_send_bytes(&client, stream + at, 1);
        client_pump(&client);
    }
    expect_stream(&client);
}

static void explains_a_refusal(void **state)
{
    struct client client;
    client_open(&client, *state);
    client_send(&client, "GET /a HTTP/1.1\r\n\r\n");
    WAIT_FOR(&client, client.eof);
    assert_non_null(strstr(client.in.ptr, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(client.in.ptr, "\r\nX-Foundry-Emulator: emulate\r\n"));
    assert_non_null(strstr(client.in.ptr, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(client.in.ptr, "{\"errorCode\":\"INVALID_ARGUMENT\","
                                          "\"errorName\":\"Default:InvalidArgument\","
                                          "\"errorInstanceId\":\""));
    assert_non_null(strstr(client.in.ptr, "\"reason\":\"There must be exactly one Host field.\""));
    client_close(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_never_fooled),
        TEST(is_never_fooled_byte_by_byte),
        TEST(refuses_what_is_too_large),
        TEST(takes_a_large_form_without_parsing_it),
        TEST(forgets_partial_requests_of_clients_that_leave),
        TEST(closes_behind_an_early_answer_when_the_body_is_bad),
        TEST(sends_an_early_answer_to_its_end_when_the_body_is_bad),
        TEST(sends_an_early_answer_to_its_end_when_the_body_ends_too_soon),
        TEST(cuts_off_a_stream_whose_body_is_bad),
        TEST(understands_requests_cut_anywhere),
        TEST(understands_requests_byte_by_byte),
        TEST(explains_a_refusal),
    };
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}

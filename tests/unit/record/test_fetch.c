/* SPDX-License-Identifier: MIT */
/* Against a server of the test's own, on a thread: it takes one connection after the other, waits
 * for what it expects, word for word, and sends what it is told. */
#include "../expect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "record/fetch.h"

enum {
    ROOM = 4096,
    TIMEOUT_MS = 20000,
    MIB = 1 << 20
};

/* "@" in what is expected is the server's address. */
struct turn {
    const char *expected;
    const char *answer;
    size_t padding; /* bytes behind the answer */
    bool silent;    /* it waits for the end of the connection instead of an answer */
};

struct fetching {
    int listener;
    char origin[64];
    pthread_t server;
    struct turn turn;
    char got[ROOM];
    struct fe_fetcher *fetcher;
    struct fe_arena arena;
    struct fe_fetch_answer answer;
    char why[FE_FETCH_WHY_BYTES];
};

/* ── the server ── */

static void send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* the client has seen enough */
        }
        bytes += sent;
        len -= (size_t)sent;
    }
}

static void send_padding(int fd, size_t len)
{
    static char zeros[MIB];
    for (; len > 0; len -= len < MIB ? len : MIB) {
        send_all(fd, zeros, len < MIB ? len : MIB);
    }
}

/* How much of it is there: from the end of the head on; -1: the head has not ended. */
static ptrdiff_t body_bytes(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");
    return end ? (ptrdiff_t)strlen(end) : -1;
}

static void read_request(struct fetching *f, int fd)
{
    size_t got = 0;
    f->got[0] = '\0';
    while (body_bytes(f->got) < body_bytes(f->turn.expected) && got < ROOM - 1) {
        ssize_t n = recv(fd, f->got + got, ROOM - 1 - got, 0);
        if (n <= 0) {
            break;
        }
        got += (size_t)n;
        f->got[got] = '\0';
    }
}

static void *serve(void *arg)
{
    struct fetching *f = arg;
    char byte = 0;
    int fd = accept(f->listener, NULL, NULL);
    if (f->turn.silent) {
        while (recv(fd, &byte, 1, 0) > 0) {
        }
    } else {
        read_request(f, fd);
        send_all(fd, f->turn.answer, strlen(f->turn.answer));
        send_padding(fd, f->turn.padding);
    }
    (void)close(fd);
    return NULL;
}

/* ── the client ── */

static int set_up(void **state)
{
    static struct fetching f;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    f = (struct fetching){.listener = socket(AF_INET, SOCK_STREAM, 0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(f.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(f.listener, 1), 0);
    assert_int_equal(getsockname(f.listener, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(f.origin, sizeof(f.origin), "http://127.0.0.1:%u", ntohs(address.sin_port));
    *state = &f;
    return 0;
}

static void begin(struct fetching *f, int64_t timeout_ms)
{
    struct fe_errors errors;
    const struct fe_fetcher_options options = {.origin = f->origin, .timeout_ms = timeout_ms};
    fe_errors_init(&errors);
    assert_int_equal(fe_fetcher_new(&options, &f->fetcher, &errors), 0);
    fe_errors_done(&errors);
}

static int tear_down(void **state)
{
    struct fetching *f = *state;
    fe_fetcher_free(f->fetcher);
    fe_arena_done(&f->arena);
    (void)close(f->listener);
    return 0;
}

static int ask(struct fetching *f, const struct fe_fetch_request *request, struct turn turn)
{
    f->turn = turn;
    assert_int_equal(pthread_create(&f->server, NULL, serve, f), 0);
    int r = fe_fetch(f->fetcher, request, &f->arena, &f->answer, f->why);
    if (turn.silent) {
        fe_fetcher_free(f->fetcher); /* closes the connection */
        f->fetcher = NULL;
    }
    assert_int_equal(pthread_join(f->server, NULL), 0);
    return r;
}

static void expect_asked(struct fetching *f)
{
    struct fe_slice expected = fe_slice_cstr(f->turn.expected);
    ptrdiff_t at = fe_slice_index(expected, '@');
    struct fe_slice head = {expected.ptr, (size_t)at};
    struct fe_slice rest = fe_slice_from(expected, (size_t)at + 1);
    EXPECT_SLICE(fe_slice_cstr(f->got), fe_arena_printf(&f->arena, FE_PRI "%s" FE_PRI, FE_ARG(head),
                                                        f->origin + strlen("http://"), FE_ARG(rest))
                                            .ptr);
}

static const struct fe_headers none = {NULL, 0, 0};

static struct fe_fetch_request get(const char *target)
{
    return (struct fe_fetch_request){
        .method = FE_SLICE("GET"), .target = fe_slice_cstr(target), .headers = &none};
}

/* ── tests ── */

static void sends_what_it_is_given_and_nothing_else(void **state)
{
    struct fetching *f = *state;
    struct fe_header items[] = {
        {FE_SLICE("X-empty"), FE_SLICE("")},       {FE_SLICE("host"), FE_SLICE("elsewhere")},
        {FE_SLICE("ACCEPT"), FE_SLICE("a/b")},     {FE_SLICE("Content-Length"), FE_SLICE("99")},
        {FE_SLICE("x-twice"), FE_SLICE("1")},      {FE_SLICE("x-twice"), FE_SLICE("2")},
        {FE_SLICE("Connection"), FE_SLICE("none")}};
    const struct fe_headers headers = {items, COUNT_OF(items), COUNT_OF(items)};
    const struct fe_fetch_request request = {
        .method = FE_SLICE("PATCH"),
        .target = FE_SLICE("/a/../b%2f?c=%7e&&d"),
        .headers = &headers,
        .body = FE_SLICE("body"),
    };
    begin(f, TIMEOUT_MS);
    assert_int_equal(ask(f, &request,
                         (struct turn){"PATCH /a/../b%2f?c=%7e&&d HTTP/1.1\r\nHost: @\r\n"
                                       "X-empty:\r\nACCEPT: a/b\r\nx-twice: 1\r\nx-twice: 2\r\n"
                                       "Content-Length: 4\r\n\r\nbody",
                                       .answer = "HTTP/1.1 204 No\r\n\r\n"}),
                     0);
    assert_int_equal(f->answer.status, 204);
    expect_asked(f);
}

#define GET_A "GET /a HTTP/1.1\r\nHost: @\r\n\r\n"

static void gives_fields_and_bytes_as_they_came(void **state)
{
    struct fetching *f = *state;
    const struct fe_fetch_request request = get("/a");
    begin(f, TIMEOUT_MS);
    assert_int_equal(
        ask(f, &request,
            (struct turn){GET_A, .answer = "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                                           "HTTP/1.1 301 Moved\r\nLocation: /b\r\n"
                                           "Content-Encoding: gzip\r\nX-a:  1 \r\n"
                                           "Transfer-Encoding: chunked\r\n\r\n"
                                           "2\r\nno\r\n1\r\nt\r\n0\r\nX-Trailer: 1\r\n\r\n"}),
        0);
    assert_int_equal(f->answer.status, 301);
    EXPECT_SLICE(f->answer.body, "not");
    assert_int_equal(f->answer.headers.count, 4);
    EXPECT_SLICE(f->answer.headers.items[0].name, "Location");
    EXPECT_SLICE(f->answer.headers.items[2].value, "1");
}

static void a_head_has_no_body(void **state)
{
    struct fetching *f = *state;
    struct fe_fetch_request request = get("/a");
    request.method = FE_SLICE("HEAD");
    begin(f, TIMEOUT_MS);
    assert_int_equal(ask(f, &request,
                         (struct turn){"HEAD /a HTTP/1.1\r\nHost: @\r\n\r\n",
                                       .answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"}),
                     0);
    expect_asked(f);
    assert_int_equal(f->answer.body.len, 0);
}

static void an_answer_that_breaks_off_is_none(void **state)
{
    struct fetching *f = *state;
    const struct fe_fetch_request request = get("/a");
    begin(f, TIMEOUT_MS);
    assert_int_equal(
        ask(f, &request,
            (struct turn){GET_A, .answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nshort"}),
        -ECONNRESET);
    assert_true(strlen(f->why) > 1);
    assert_int_equal(ask(f, &request, (struct turn){GET_A, .answer = "SSH-2.0\r\n"}), -ECONNRESET);
}

static void a_body_has_its_limit(void **state)
{
    struct fetching *f = *state;
    const struct fe_fetch_request request = get("/a");
    begin(f, TIMEOUT_MS);
    const struct turn turn = {GET_A, .answer = "HTTP/1.1 200 OK\r\n\r\n",
                              .padding = FE_FETCH_BODY_BYTES + 1};
    assert_int_equal(ask(f, &request, turn), -E2BIG);
    assert_string_equal(f->why, "Its body has more than 64 MiB.");
    const struct turn most = {GET_A, .answer = "HTTP/1.1 200 OK\r\n\r\n",
                              .padding = FE_FETCH_BODY_BYTES};
    assert_int_equal(ask(f, &request, most), 0);
    assert_int_equal(f->answer.body.len, FE_FETCH_BODY_BYTES);
}

static void nobody_there_and_nobody_who_speaks(void **state)
{
    struct fetching *f = *state;
    const struct fe_fetch_request request = get("/a");
    begin(f, 50);
    assert_int_equal(ask(f, &request, (struct turn){.silent = true}), -ETIMEDOUT);
    (void)close(f->listener);
    begin(f, TIMEOUT_MS);
    assert_int_equal(fe_fetch(f->fetcher, &request, &f->arena, &f->answer, f->why), -ECONNREFUSED);
    assert_true(strlen(f->why) > 1);
}

#define FETCH_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    (void)setenv("NO_PROXY", "*", 1);
    const struct CMUnitTest tests[] = {
        FETCH_TEST(sends_what_it_is_given_and_nothing_else),
        FETCH_TEST(gives_fields_and_bytes_as_they_came),
        FETCH_TEST(a_head_has_no_body),
        FETCH_TEST(an_answer_that_breaks_off_is_none),
        FETCH_TEST(a_body_has_its_limit),
        FETCH_TEST(nobody_there_and_nobody_who_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

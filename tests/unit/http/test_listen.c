/* SPDX-License-Identifier: MIT */
/* Listen addresses, and the sockets that they open. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/listener.h"
#include "http/server.h"

static struct fe_listen_address parse(const char *url)
{
    struct fe_listen_address address;
    const char *why = NULL;
    assert_int_equal(fe_listen_address_parse(fe_slice_cstr(url), &address, &why), 0);
    return address;
}

/* A client of whoever listens at that URL. */
static int connect_to(const char *url)
{
    const struct fe_listen_address address = parse(url);
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    struct sockaddr_in in = {AF_INET, htons(address.port), {htonl(INADDR_LOOPBACK)}, {0}};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons(address.port),
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct sockaddr *to = (const struct sockaddr *)&in;
    socklen_t len = sizeof(in);
    if (address.unix_socket) {
        memcpy(un.sun_path, address.host, sizeof(un.sun_path) - 1);
        to = (const struct sockaddr *)&un;
        len = sizeof(un);
    } else if (strchr(address.host, ':')) {
        to = (const struct sockaddr *)&in6;
        len = sizeof(in6);
    }
    int fd = socket(to->sa_family, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, to, len), 0);
    return fd;
}

static void reads_addresses(void **state)
{
    (void)state;
    struct fe_listen_address a = parse("http://127.0.0.1:4000");
    assert_string_equal(a.host, "127.0.0.1");
    assert_int_equal(a.port, 4000);
    assert_true(a.loopback && !a.tls && !a.unix_socket);
    a = parse("https://[::1]:0/");
    assert_string_equal(a.host, "::1");
    assert_int_equal(a.port, 0);
    assert_true(a.loopback && a.tls);
    a = parse("HTTP://localhost:65535");
    assert_true(a.loopback);
    a = parse("http://0.0.0.0:80");
    assert_false(a.loopback);
    a = parse("http://[::]:80");
    assert_false(a.loopback);
    a = parse("http://127.example.org:80");
    assert_false(a.loopback);
    a = parse("unix:/tmp/x y");
    assert_string_equal(a.host, "/tmp/x y");
    assert_true(a.loopback && a.unix_socket);
}

static void says_what_it_expected(void **state)
{
    static const char *const bad[] = {"",
                                      "4000",
                                      "ftp://h:1",
                                      "http://",
                                      "http://h",
                                      "http://h:",
                                      "http://:1",
                                      "http://h:65536",
                                      "http://h:1/a",
                                      "http://u@h:1",
                                      "http://::1:80",
                                      "http://[::1:80",
                                      "unix:"};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fe_listen_address address;
        const char *why = NULL;
        assert_int_equal(fe_listen_address_parse(fe_slice_cstr(bad[i]), &address, &why), -EINVAL);
        assert_memory_equal(why, "expected ", 9);
    }
}

static void tells_the_real_port(void **state)
{
    struct fe_listener first;
    struct fe_listener second;
    (void)state;
    struct fe_listen_address address = parse("http://127.0.0.1:0");
    assert_int_equal(fe_listener_open(&first, &address), 0);
    assert_int_equal(listen(first.fd, 1), 0);
    address = parse(first.url);
    assert_true(address.port > 0);
    assert_int_equal(fe_listener_open(&second, &address), -EADDRINUSE);
    (void)close(first.fd);
    fe_listener_done(&first);
}

static void replaces_a_socket_that_nobody_listens_on(void **state)
{
    char folder[] = "/tmp/fe-listen-XXXXXX";
    char url[64];
    struct fe_listener stale;
    struct fe_listener live;
    struct fe_listener third;
    struct stat st;
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(url, sizeof(url), "unix:%s/socket", folder);
    const struct fe_listen_address address = parse(url);
    assert_int_equal(fe_listener_open(&stale, &address), 0);
    (void)close(stale.fd);
    assert_int_equal(fe_listener_open(&live, &address), 0);
    assert_int_equal(listen(live.fd, 1), 0);
    assert_string_equal(live.url, url);
    assert_int_equal(fe_listener_open(&third, &address), -EADDRINUSE);
    fe_listener_done(&stale); /* the file is not its own any more */
    assert_int_equal(stat(address.host, &st), 0);
    (void)close(live.fd);
    fe_listener_done(&live);
    assert_int_equal(stat(address.host, &st), -1);
    assert_int_equal(rmdir(folder), 0);
}

static void leaves_a_file_alone_that_is_no_socket(void **state)
{
    char path[] = "/tmp/fe-listen-XXXXXX";
    char url[64];
    struct fe_listener listener;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)snprintf(url, sizeof(url), "unix:%s", path);
    const struct fe_listen_address address = parse(url);
    assert_int_equal(fe_listener_open(&listener, &address), -EADDRINUSE);
    assert_int_equal(unlink(path), 0);
    (void)close(fd);
}

static void speaks_no_tls_yet(void **state)
{
    struct fe_env env = {.log = {.level = FE_LOG_ERROR}};
    static const struct fe_app app = {.self = NULL};
    struct fe_loop *loop = fe_loop_new();
    struct fe_http_server *server = fe_http_server_new(loop, &env, &app);
    const struct fe_listen_address address = parse("https://127.0.0.1:0");
    (void)state;
    assert_int_equal(fe_http_server_listen(server, &address), -EPROTONOSUPPORT);
    assert_null(fe_http_server_url(server, 0));
    fe_http_server_free(server);
    fe_loop_free(loop);
}

static void tell_peer(void *self, struct fe_exchange *x)
{
    struct fe_buf *peer = self;
    (void)fe_buf_put(peer, fe_exchange_request(x)->peer);
    fe_exchange_answer(x, 204);
}

/* What the server takes a client of that address for. */
static void assert_peer(const char *url, const char *expected)
{
    struct fe_buf peer;
    struct fe_env env = {.log = {.level = FE_LOG_ERROR}};
    const struct fe_app app = {.self = &peer, .on_request = tell_peer};
    struct fe_loop *loop = fe_loop_new();
    struct fe_http_server *server = fe_http_server_new(loop, &env, &app);
    struct fe_listen_address address = parse(url);
    fe_buf_init(&peer, 100);
    fe_clock_init(&env.clock);
    assert_int_equal(fe_http_server_listen(server, &address), 0);
    int fd = connect_to(fe_http_server_url(server, 0));
    assert_int_equal(send(fd, "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
    for (int i = 0; i < 1000000 && peer.len == 0; i++) {
        fe_loop_turn(loop);
    }
    assert_memory_equal(peer.ptr, expected, strlen(expected));
    fe_http_server_free(server);
    fe_loop_free(loop);
    fe_buf_done(&peer);
    (void)close(fd);
}

static void tells_who_the_client_is(void **state)
{
    char folder[] = "/tmp/fe-listen-XXXXXX";
    char url[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(url, sizeof(url), "unix:%s/socket", folder);
    assert_peer("http://127.0.0.1:0", "127.0.0.1:");
    assert_peer("http://[::1]:0", "[::1]:");
    assert_peer(url, "unix");
    assert_int_equal(rmdir(folder), 0); /* the socket is gone with the server */
}

static void refuses_a_port_that_is_taken(void **state)
{
    struct fe_env env = {.log = {.level = FE_LOG_ERROR}};
    static const struct fe_app app = {.self = NULL};
    struct fe_loop *loop = fe_loop_new();
    struct fe_http_server *server = fe_http_server_new(loop, &env, &app);
    struct fe_listen_address address = parse("http://127.0.0.1:0");
    (void)state;
    assert_int_equal(fe_http_server_listen(server, &address), 0);
    address = parse(fe_http_server_url(server, 0));
    assert_int_equal(fe_http_server_listen(server, &address), -EADDRINUSE);
    assert_null(fe_http_server_url(server, 1));
    fe_http_server_free(server);
    fe_loop_free(loop);
}

static void starts_and_stops_over_and_over(void **state)
{
    struct fe_env env = {.log = {.level = FE_LOG_ERROR}};
    static const struct fe_app app = {.self = NULL};
    const struct fe_listen_address address = parse("http://127.0.0.1:0");
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct fe_loop *loop = fe_loop_new();
        struct fe_http_server *server = fe_http_server_new(loop, &env, &app);
        assert_int_equal(fe_http_server_listen(server, &address), 0);
        assert_int_equal(fe_http_server_listen(server, &address), 0);
        fe_loop_turn(loop);
        fe_http_server_free(server);
        fe_loop_free(loop);
    }
    int fd = open("/dev/null", O_RDONLY);
    assert_true(fd < 20); /* no descriptor was left open */
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses),
        cmocka_unit_test(says_what_it_expected),
        cmocka_unit_test(tells_the_real_port),
        cmocka_unit_test(replaces_a_socket_that_nobody_listens_on),
        cmocka_unit_test(leaves_a_file_alone_that_is_no_socket),
        cmocka_unit_test(speaks_no_tls_yet),
        cmocka_unit_test(tells_who_the_client_is),
        cmocka_unit_test(refuses_a_port_that_is_taken),
        cmocka_unit_test(starts_and_stops_over_and_over),
    };
    return cmocka_run_group_tests_name("listen", tests, NULL, NULL);
}

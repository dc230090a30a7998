/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "rig.h"
#include "util/alloc.h"

void client_connect(struct client *client, struct rig *rig)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(rig->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    *client = (struct client){.rig = rig};
    fe_buf_init(&client->in, 1 << 30);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
}

void client_use_tls(struct client *client, SSL_CTX *trust)
{
    client->ssl = SSL_new(trust);
    assert_non_null(client->ssl);
    assert_int_equal(SSL_set_fd(client->ssl, client->fd), 1);
    SSL_set_mode(client->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_connect_state(client->ssl);
}

void client_secure(struct client *client)
{
    if (client->rig->trust) {
        client_use_tls(client, client->rig->trust);
        assert_int_equal(SSL_set1_host(client->ssl, "localhost"), 1);
        WAIT_FOR(client, SSL_is_init_finished(client->ssl) || client->eof);
        assert_false(client->eof);
    }
}

void client_open(struct client *client, struct rig *rig)
{
    client_connect(client, rig);
    client_secure(client);
}

static void say_goodbye(struct client *client)
{
    if (client->ssl && !client->reset && SSL_is_init_finished(client->ssl)) {
        (void)SSL_shutdown(client->ssl);
    }
}

static void drop(struct client *client)
{
    SSL_free(client->ssl);
    client->ssl = NULL;
    fe_buf_done(&client->in);
    (void)close(client->fd);
    client->fd = -1;
}

void client_close(struct client *client)
{
    say_goodbye(client);
    drop(client);
}

void client_reset(struct client *client)
{
    const struct linger at_once = {.l_onoff = 1};
    (void)setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    drop(client);
}

void client_finish(struct client *client)
{
    say_goodbye(client);
    (void)shutdown(client->fd, SHUT_WR);
}

/* errno is EAGAIN for whatever TLS waits for. */
ssize_t client_receive(struct client *client, void *room, size_t len)
{
    size_t n = 0;
    if (client->ssl == NULL) {
        return recv(client->fd, room, len, 0);
    }
    ERR_clear_error();
    errno = 0;
    if (SSL_read_ex(client->ssl, room, len, &n) == 1) {
        return (ssize_t)n;
    }
    switch (SSL_get_error(client->ssl, 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_SYSCALL:
        return errno != 0 ? -1 : 0;
    case SSL_ERROR_ZERO_RETURN:
        client->notified = true;
        return 0;
    default:
        return 0;
    }
}

ssize_t client_transmit(struct client *client, const void *bytes, size_t len)
{
    size_t n = 0;
    if (client->ssl == NULL) {
        return send(client->fd, bytes, len, MSG_NOSIGNAL);
    }
    ERR_clear_error();
    if (SSL_write_ex(client->ssl, bytes, len, &n) == 1) {
        return (ssize_t)n;
    }
    int error = SSL_get_error(client->ssl, 0);
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
    return -1;
}

void client_pump(struct client *client)
{
    char bytes[65536];
    fe_loop_turn(client->rig->loop);
    if (client->fd < 0 || client->eof) {
        return;
    }
    ssize_t n = client_receive(client, bytes, sizeof(bytes));
    if (n > 0) {
        assert_int_equal(fe_buf_append(&client->in, bytes, (size_t)n), 0);
    } else if (n == 0 || errno != EAGAIN) {
        client->eof = true;
        client->reset = n < 0;
    }
}

int64_t client_deadline_ns(void)
{
    return fe_clock_monotonic_ns() + FE_TEST_SECONDS / 6 * FE_NS_PER_S;
}

void client_wait(struct client *client, int64_t end_ns, const char *condition)
{
    client_pump(client);
    if (fe_clock_monotonic_ns() > end_ns) {
        fail_msg("never: %s", condition);
    }
}

/* The server and its clients share a thread and a kernel: when a few turns change nothing, nothing
 * is under way. */
void client_settle(struct client *client)
{
    for (size_t still = 0, before = client->in.len; still < 5; still++) {
        client_pump(client);
        if (client->in.len != before) {
            before = client->in.len;
            still = 0;
        }
    }
}

void client_send_bytes(struct client *client, const void *bytes, size_t len)
{
    size_t sent = 0;
    while (sent < len && !client->eof) {
        ssize_t n = client_transmit(client, (const char *)bytes + sent, len - sent);
        if (n < 0 && errno != EAGAIN) {
            return; /* refused: the answer tells */
        }
        sent += n > 0 ? (size_t)n : 0;
        if (sent < len) {
            client_pump(client);
        }
    }
}

void client_send(struct client *client, const char *text)
{
    client_send_bytes(client, text, strlen(text));
}

/* ── answers ── */

static bool head_is_in(const struct client *client, size_t *len_out)
{
    const char *end =
        client->in.len > 0 ? memmem(client->in.ptr, client->in.len, "\r\n\r\n", 4) : NULL;
    *len_out = end ? (size_t)(end - client->in.ptr) + 4 : 0;
    return end != NULL;
}

static long field_number(const char *head, const char *name)
{
    const char *at = strcasestr(head, name);
    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* Decodes a chunked body; true when it is complete. A large one is not looked at again and again,
 * but when the input ends as it must. */
static bool take_chunks(struct client *client, size_t offset, struct fe_buf *body)
{
    if (client->in.len > 1 << 20 &&
        memcmp(client->in.ptr + client->in.len - 5, "0\r\n\r\n", 5) != 0) {
        return false;
    }
    for (;;) {
        const char *at = client->in.ptr + offset;
        const char *line = memmem(at, client->in.len - offset, "\r\n", 2);
        if (line == NULL) {
            break;
        }
        size_t size = strtoul(at, NULL, 16);
        size_t start = offset + (size_t)(line - at) + 2;
        if (client->in.len < start + size + 2) {
            break;
        }
        (void)fe_buf_append(body, client->in.ptr + start, size);
        assert_memory_equal(client->in.ptr + start + size, "\r\n", 2);
        offset = start + size + 2;
        if (size == 0) {
            fe_buf_consume(&client->in, offset);
            return true;
        }
    }
    fe_buf_clear(body);
    return false;
}

static bool take_body(struct client *client, size_t head_len, const char *head, struct fe_buf *body)
{
    long length = field_number(head, "\r\nContent-Length: ");
    if (strcasestr(head, "\r\nTransfer-Encoding: chunked")) {
        return take_chunks(client, head_len, body);
    }
    if (length < 0) {
        length = 0;
    }
    if (client->in.len < head_len + (size_t)length) {
        return false;
    }
    (void)fe_buf_append(body, client->in.ptr + head_len, (size_t)length);
    fe_buf_consume(&client->in, head_len + (size_t)length);
    return true;
}

static int status_of(const char *head)
{
    return (int)strtol(head + strlen("HTTP/1.1 "), NULL, 10);
}

struct answer client_take(struct client *client, bool head_only)
{
    struct answer answer = {.status = 0};
    size_t head_len = 0;
    fe_buf_init(&answer.body, 1 << 30);
    WAIT_FOR(client, head_is_in(client, &head_len) || client->eof);
    if (head_len == 0) {
        return answer;
    }
    char *head = fe_xstrdup((struct fe_slice){client->in.ptr, head_len});
    if (head_only) {
        fe_buf_consume(&client->in, head_len);
        answer.status = status_of(head);
    } else {
        bool whole = false;
        WAIT_FOR(client, (whole = take_body(client, head_len, head, &answer.body)) || client->eof);
        answer.status = whole ? status_of(head) : 0;
    }
    free(head);
    return answer;
}

void client_expect(struct client *client, int status, const char *body)
{
    struct answer answer = client_take(client, false);
    assert_int_equal(answer.status, status);
    if (body) {
        assert_string_equal(answer.body.len > 0 ? answer.body.ptr : "", body);
    }
    fe_buf_done(&answer.body);
}

void client_expect_eof(struct client *client)
{
    WAIT_FOR(client, client->eof);
    assert_int_equal(client->in.len, 0);
}

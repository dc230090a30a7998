/* SPDX-License-Identifier: MIT */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"

enum {
    REQUEST_BYTES = 4096
};

SSL_CTX *client_tls(void)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (tls == NULL || SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1) {
        die("TLS 1.3");
    }
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
    SSL_CTX_clear_mode(tls, SSL_MODE_AUTO_RETRY); /* a ticket is no answer: do not wait behind it */
    return tls;
}

void client_open(struct client *client, int port, SSL_CTX *tls)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->tls = NULL;
    client->length = 0;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        die("connect");
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (tls) {
        client->tls = SSL_new(tls);
        if (client->tls == NULL || SSL_set_fd(client->tls, client->fd) != 1 ||
            SSL_connect(client->tls) != 1) {
            die("TLS handshake");
        }
    }
}

void client_close(struct client *client)
{
    SSL_free(client->tls);
    (void)close(client->fd);
}

void client_write(struct client *client, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t n =
            client->tls ? SSL_write(client->tls, data, (int)bytes) : write(client->fd, data, bytes);
        if (n <= 0) {
            die("write");
        }
        data += n;
        bytes -= (size_t)n;
    }
}

void client_send(struct client *client, const char *method, const char *path, const char *headers,
                 const char *body)
{
    char text[REQUEST_BYTES];
    int length = snprintf(text, sizeof(text),
                          "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n%s",
                          method, path, headers, strlen(body), body);
    if (length < 0 || (size_t)length >= sizeof(text)) {
        die("the request is too long");
    }
    client->length = 0;
    client_write(client, text, (size_t)length);
}

static size_t read_some(struct client *client)
{
    char *to = client->text + client->length;
    size_t room = sizeof(client->text) - 1 - client->length;
    ssize_t n = 0;
    if (client->tls) {
        n = SSL_read(client->tls, to, (int)room);
        if (n <= 0 && SSL_get_error(client->tls, (int)n) == SSL_ERROR_WANT_READ) {
            return 0;
        }
    } else {
        n = read(client->fd, to, room);
    }
    if (n <= 0) {
        die("the connection ended before the answer did");
    }
    return (size_t)n;
}

int client_take(struct client *client)
{
    client->length += read_some(client);
    client->text[client->length] = '\0';
    char *end = strstr(client->text, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    const char *field = strstr(client->text, "Content-Length: ");
    size_t body = field && field < end ? strtoul(field + strlen("Content-Length: "), NULL, 10) : 0;
    size_t whole = (size_t)(end + 4 - client->text) + body;
    if (client->length > whole || whole >= sizeof(client->text)) {
        (void)fputs(client->text, stderr);
        die("more came than was expected");
    }
    client->body = end + 4;
    return client->length == whole ? (int)strtol(client->text + strlen("HTTP/1.1 "), NULL, 10) : 0;
}

const char *client_receive(struct client *client, int status)
{
    int came = 0;
    while (came == 0) {
        came = client_take(client);
    }
    if (came != status) {
        (void)fprintf(stderr, "%s\n", client->text);
        die("another status was expected");
    }
    return client->body;
}

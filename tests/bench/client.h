/* SPDX-License-Identifier: MIT */
/* A connection that asks one thing at a time and checks what comes back: small answers with a
 * Content-Length, plain or over TLS. Whatever is not as it should be ends the program. */
#ifndef FE_BENCH_CLIENT_H
#define FE_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

enum {
    CLIENT_TEXT_BYTES = 4096
};

struct client {
    int fd;
    SSL *tls; /* NULL: plain */
    size_t length;
    char text[CLIENT_TEXT_BYTES]; /* the answer as far as it has come, NUL-terminated */
    const char *body;             /* of the last whole answer, in `text` */
};

/* For TLS 1.3; no certificate is looked at, no session resumed. */
SSL_CTX *client_tls(void);

/* Connects to a port of 127.0.0.1, and shakes hands if there is `tls`. */
void client_open(struct client *client, int port, SSL_CTX *tls);
void client_close(struct client *client);

/* Sends bytes as they are, all of them. */
void client_write(struct client *client, const char *data, size_t bytes);

/* Sends a whole request. `headers` are lines that end in CRLF, or "". */
void client_send(struct client *client, const char *method, const char *path, const char *headers,
                 const char *body);

/* Reads once. Returns the answer's status when it is whole, or else 0. */
int client_take(struct client *client);

/* Waits for the whole answer, whose status must be this. Returns its body. */
const char *client_receive(struct client *client, int status);

#endif

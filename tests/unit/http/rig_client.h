/* SPDX-License-Identifier: MIT */
/* The rig's clients: sockets, or TLS on sockets, that never block the server's thread. */
#ifndef FE_TESTS_HTTP_RIG_CLIENT_H
#define FE_TESTS_HTTP_RIG_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <openssl/ssl.h>

#include "util/buf.h"
#include "util/slice.h"

struct rig;

struct client {
    struct rig *rig;
    int fd;
    SSL *ssl; /* NULL: plain */
    struct fe_buf in;
    bool eof;
    bool reset;
    bool notified; /* TLS: the end was said, not only met */
};

void client_open(struct client *client, struct rig *rig);
void client_connect(struct client *client, struct rig *rig); /* plain, whatever the server is */
void client_secure(struct client *client);                   /* then TLS, if the server is */
void client_use_tls(struct client *client, SSL_CTX *trust);  /* from here on; no byte is sent yet */
void client_close(struct client *client);                    /* FIN */
void client_reset(struct client *client);                    /* RST */
void client_finish(struct client *client);                   /* FIN of its sending side only */
ssize_t client_transmit(struct client *client, const void *bytes, size_t len); /* as send() would */
ssize_t client_receive(struct client *client, void *room, size_t len);         /* as recv() would */
void client_send(struct client *client, const char *text);
void client_send_bytes(struct client *client, const void *bytes, size_t len);

/* Turns the loop once and reads what has come. */
void client_pump(struct client *client);

/* Turns the loop until it is so. Fails the test when it is never. */
#define WAIT_FOR(client_, condition_)                                                              \
    for (int64_t end_ns_ = client_deadline_ns(); !(condition_);                                    \
         client_wait(client_, end_ns_, #condition_)) {                                             \
    }
int64_t client_deadline_ns(void);
void client_wait(struct client *client, int64_t end_ns, const char *condition);

/* Turns the loop until everything that can happen has. */
void client_settle(struct client *client);

struct answer {
    int status; /* 0: the connection closed, or the answer was cut */
    struct fe_slice head;
    struct fe_buf body; /* decoded; fe_buf_done() it */
};

/* Waits for an answer and takes it off the input. `head_only` for answers to HEAD. */
struct answer client_take(struct client *client, bool head_only);

/* Takes an answer and checks it. */
void client_expect(struct client *client, int status, const char *body);
void client_expect_eof(struct client *client);

#endif

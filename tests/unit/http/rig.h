/* SPDX-License-Identifier: MIT */
/* A real server with a small app, and clients on real sockets, all on one thread: the loop is
 * turned by whoever waits. Nothing sleeps; deadlines pass by fe_http_server_tick(). */
#ifndef FE_TESTS_HTTP_RIG_H
#define FE_TESTS_HTTP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/exchange.h"
#include "http/router.h"
#include "http/server.h"

enum {
    RIG_PARKED_MAX = 32,
    RIG_BODY_BYTES_MAX = 1 << 20
};

/* The app. It answers by path:
 *   /park        kept in `parked`, until rig_release()
 *   /stream/N    N bytes, piece by piece, as fast as the client reads
 *   /hold        an answer that has begun and does not go on: kept in `parked`
 *   /pipe        the body comes back as it arrives, the client's reading slowing down its writing
 *   /sink        the body is read and counted, unless `paused` or `aborts`
 *   /early       answered before its body is read; /early-big with 8 MiB
 *   /measured    ten bytes, announced; /measured-short writes five of them
 *   /file        the file `file`
 *   /big         8 MiB at once
 *   any other    "METHOD target body" */
struct rig {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_http_server *server;
    struct fe_app app;
    uint16_t port;
    int file;
    int64_t file_bytes;

    struct fe_exchange *parked[RIG_PARKED_MAX];
    size_t parked_count;
    bool paused;
    bool aborts; /* /sink does, at the first data */
    struct fe_exchange *sink;
    uint64_t stream_left;

    size_t requests;
    size_t sent;
    size_t gone;
    uint64_t sunk_bytes;    /* by /sink and /pipe */
    uint64_t request_bytes; /* of the last one that ended */
    uint64_t response_bytes;
    bool smuggled; /* "/smuggled" was asked for */
    struct fe_buf log;
};

int rig_setup(void **state);
int rig_teardown(void **state);

/* Answers the oldest parked one. */
void rig_release(struct rig *rig, const char *body);

/* Seconds pass. */
void rig_pass(struct rig *rig, unsigned seconds);

/* ── clients ── */

struct client {
    struct rig *rig;
    int fd;
    struct fe_buf in;
    bool eof;
    bool reset;
};

void client_open(struct client *client, struct rig *rig);
void client_close(struct client *client);  /* FIN */
void client_reset(struct client *client);  /* RST */
void client_finish(struct client *client); /* FIN of its sending side only */
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

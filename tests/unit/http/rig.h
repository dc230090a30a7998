/* SPDX-License-Identifier: MIT */
/* A real server with a small app, and clients on real sockets, all on one thread: the loop is
 * turned by whoever waits. Nothing sleeps; deadlines pass by fe_http_server_tick(). Compiled with
 * RIG_TLS, both ends speak TLS, and whatever is said here of bytes is true of what is inside it. */
#ifndef FE_TESTS_HTTP_RIG_H
#define FE_TESTS_HTTP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "http/exchange.h"
#include "http/router.h"
#include "http/server.h"
#include "rig_client.h"

enum {
    RIG_PARKED_MAX = 32,
    RIG_BODY_BYTES_MAX = 1 << 20,
    RIG_KEPT_BYTES_MAX = 16 << 20
};

/* The app. It answers by path:
 *   /park        kept in `parked`, until rig_release()
 *   /stream/N    N bytes, piece by piece, as fast as the client reads
 *   /hold        an answer that has begun and does not go on: kept in `parked`
 *   /pipe        the body comes back as it arrives, the client's reading slowing down its writing;
 *                with "?framed", as it crossed the wire
 *   /sink        the body is read and counted, unless `paused` or `aborts`
 *   /early       answered before its body is read; /early-big with 8 MiB
 *   /measured    ten bytes, announced; /measured-short writes five of them
 *   /file        the file `file`
 *   /big         8 MiB at once
 *   /relay/…     somebody else's answers (rig_relay.h)
 *   /kept/…      the body is kept first, and then it is as the rest of the path says
 *   any other    "METHOD target body" */
struct rig {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_http_server *server;
    struct fe_app app;
    uint16_t port;
    char *tls_directory; /* NULL: plain */
    SSL_CTX *trust;      /* the clients' side of TLS */
    int file;
    int64_t file_bytes;

    struct fe_exchange *parked[RIG_PARKED_MAX];
    size_t parked_count;
    bool paused;
    bool aborts; /* /sink does, at the first data */
    struct fe_exchange *sink;
    uint64_t stream_left;
    size_t kept_bytes; /* of the last body that was kept */

    size_t requests;
    size_t sent;
    size_t gone;
    uint64_t sunk_bytes;    /* by /sink and /pipe */
    uint64_t request_bytes; /* of the last one that ended */
    uint64_t response_bytes;
    bool tls;      /* so the last one that any other path answered was told */
    bool smuggled; /* "/smuggled" was asked for */
    struct fe_buf log;
};

int rig_setup(void **state); /* by RIG_TLS */
int rig_teardown(void **state);

/* Answers the oldest parked one. */
void rig_release(struct rig *rig, const char *body);

/* Seconds pass. */
void rig_pass(struct rig *rig, unsigned seconds);

#endif

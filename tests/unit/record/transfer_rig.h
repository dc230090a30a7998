/* SPDX-License-Identifier: MIT */
/* Whole transfers: a client by way of the loopback engine, an upstream that is a socket of the
 * test's own and does what the test says, and libcurl between them. All on one thread. */
#ifndef FE_TESTS_UNIT_RECORD_TRANSFER_RIG_H
#define FE_TESTS_UNIT_RECORD_TRANSFER_RIG_H

#include "../expect.h"
#include "http/loop.h"
#include "http/loopback.h"
#include "record/record.h"

enum {
    PATIENCE_S = 20,
    PATIENCE_MS = PATIENCE_S * 1000,
    TEXT_BYTES = 4096
};

struct transfer_rig {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_record *record;
    struct fe_app app;
    struct fe_loopback *client;
    int listener;
    int upstream; /* -1, or the connection that was accepted last */
    bool ended;
    enum fe_outcome outcome;
    char url[64];
};

/* What rig_ask(rig, FE_GET, "/a?b", NULL) sends, as the upstream gets it. */
#define GET "GET /a?b HTTP/1.1\r\nHost: @\r\nX-b: 1\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

/* For cmocka. */
int rig_setup(void **state);
int rig_teardown(void **state);

/* Anew, in place of the one from rig_setup(). */
void rig_start_record(struct transfer_rig *f, int64_t timeout_ms, bool rewrite_bodies);

/* A client sends a request with Host: localhost:4000 and X-b: 1; the one before is gone. */
void rig_ask(struct transfer_rig *f, enum fe_method method, const char *target, const char *body);

/* Its exchange ends. */
void rig_await_end(struct transfer_rig *f);

/* It ends with this answer, whole; the body as it crossed the wire. */
void rig_expect_answer(struct transfer_rig *f, int status, const char *body);

/* It ends with an error body that names `name` and the upstream. */
void rig_expect_error(struct transfer_rig *f, int status, const char *name);

/* Hangs up on the connection before, and waits for one more. */
void rig_accept(struct transfer_rig *f);

/* The upstream sends. */
void rig_say(struct transfer_rig *f, const char *text);

/* What the upstream has got: `size` bytes, or fewer at the end of the connection. */
size_t rig_hear(struct transfer_rig *f, char *room, size_t size);

/* "@" in the text stands for the upstream's address. */
void rig_expect_heard(struct transfer_rig *f, const char *text);

/* The upstream's connection has been closed. */
void rig_expect_end(struct transfer_rig *f);

/* The upstream closes its connection. */
void rig_hang_up(struct transfer_rig *f);

#endif

/* SPDX-License-Identifier: MIT */
/* An engine without sockets: hands one request to an app and keeps the answer. Unit tests and
 * fuzzers come in by this door. */
#ifndef FE_HTTP_LOOPBACK_H
#define FE_HTTP_LOOPBACK_H

#include <stdbool.h>

#include "http/exchange.h"

struct fe_loopback;

struct fe_loopback_request {
    enum fe_method method;
    const char *target;         /* "/path?query" */
    const char *const *headers; /* name, value, …, NULL; or NULL. Host is added when absent, and
                                   Content-Length when there is a body */
    struct fe_slice body;
};

/* Sends the request. The result stays until fe_loopback_free(), which hangs up first if there is no
 * answer yet. The loop is for handlers that use timers. */
struct fe_loopback *fe_loopback_send(const struct fe_app *app, struct fe_env *env,
                                     struct fe_loop *loop,
                                     const struct fe_loopback_request *request);
void fe_loopback_free(struct fe_loopback *client);

/* The client leaves before its answer: FE_GONE. */
void fe_loopback_hang_up(struct fe_loopback *client);

/* Whether the answer is complete. An answer given later must be waited for with fe_loop_turn(). */
bool fe_loopback_done(const struct fe_loopback *client);
bool fe_loopback_aborted(const struct fe_loopback *client);
int fe_loopback_status(const struct fe_loopback *client); /* 0: none yet */
struct fe_slice fe_loopback_body(const struct fe_loopback *client);
/* The first field of that name; empty if there is none. */
struct fe_slice fe_loopback_header(const struct fe_loopback *client, const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/* Makes connections to the upstream. libcurl does what it is best at: names, both families of
 * addresses at once, proxies from the environment (HTTPS_PROXY, NO_PROXY; they tunnel, whatever the
 * scheme), TLS and the checking of certificates. What is said on a connection is ours to say:
 * libcurl's own HTTP keeps neither chunk sizes nor the order of fields, and sends again what it
 * thinks it may.
 *
 * So each connection is an easy handle with CURLOPT_CONNECT_ONLY, which stays in the multi handle
 * for as long as the connection lives. The multi handle runs on our loop while connections are in
 * the making, and has nothing to watch afterwards. */
#ifndef FE_RECORD_CONNECTOR_H
#define FE_RECORD_CONNECTOR_H

#include "record/curl_library.h"
#include "record/failure.h"
#include "util/slice.h"

struct fe_connector;
struct fe_loop;

enum {
    FE_DIAL_READ_BYTES = 64 << 10 /* the most that libcurl hands out in one go */
};

struct fe_connector_options {
    struct fe_slice url; /* an origin: fe_origin_text() */
    const char *ca_file; /* NULL: the system's */
    bool insecure;
    int64_t timeout_ms;
};

/* One attempt, and then one connection: for upstream.c. */
struct fe_dial;

/* Once, from the loop. `failure` is NULL when it is connected; then fd is to be watched. */
typedef void fe_dialled_fn(void *arg, int fd, const struct fe_failure *failure);

/* `curl` is borrowed; strings are copied. NULL when libcurl refuses. */
struct fe_connector *fe_connector_new(const struct fe_curl_library *curl, struct fe_loop *loop,
                                      const struct fe_connector_options *options);
/* After every dial. NULL is fine. */
void fe_connector_free(struct fe_connector *connector);

/* NULL when libcurl refuses. */
struct fe_dial *fe_dial_new(struct fe_connector *connector, fe_dialled_fn *fn, void *arg);
/* Gives up, or closes. */
void fe_dial_free(struct fe_dial *dial);

/* Bytes sent, received (0: the end); -EAGAIN, or -errno. */
ptrdiff_t fe_dial_send(struct fe_dial *dial, struct fe_slice bytes);
ptrdiff_t fe_dial_recv(struct fe_dial *dial, char *room, size_t size);

#endif

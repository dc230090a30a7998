/* SPDX-License-Identifier: MIT */
/* Connections as the public API shows them. Secrets go in, and only their names come out. */
#ifndef FE_EMULATE_PLATFORM_CONNECTION_JSON_H
#define FE_EMULATE_PLATFORM_CONNECTION_JSON_H

#include <stdbool.h>

#include "emulate/platform/platform.h"
#include "util/json.h"
#include "util/json_writer.h"

#define FE_WORKER_UNKNOWN "{\"type\":\"unknownWorker\"}"

struct fe_connection_domain {
    struct fe_slice host;
    int64_t port;           /* 0: not said */
    struct fe_slice scheme; /* "HTTP", "HTTPS"; empty: not said */
    struct fe_slice auth;   /* JSON, an object; empty: none */
};

/* Whether the API knows such a RestAuthenticationMode. */
bool fe_connection_auth_known(struct fe_slice auth);

/* A Domain. Of its auth, only what the API knows is shown, and a secret in plain text becomes the
 * name of one. */
void fe_connection_put_domain(struct fe_json_writer *writer,
                              const struct fe_connection_domain *domain);

void fe_connection_put_configuration(struct fe_json_writer *writer,
                                     const struct fe_connection *connection);
void fe_connection_put(struct fe_json_writer *writer, const struct fe_connection *connection);

#endif

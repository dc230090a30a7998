/* SPDX-License-Identifier: MIT */
/* A request's head as plain values. Slices live as long as whoever holds the struct says. */
#ifndef FE_MESSAGE_REQUEST_H
#define FE_MESSAGE_REQUEST_H

#include <stdbool.h>

#include "message/headers.h"
#include "message/method.h"
#include "util/slice.h"

struct fe_request {
    enum fe_method method;
    struct fe_slice method_text; /* as it came: the only name of FE_METHOD_OTHER */
    struct fe_slice target;      /* as it came */
    struct fe_slice path;        /* of the target, not decoded; starts with "/" (or is "*") */
    struct fe_slice query;       /* behind the "?", not decoded; empty if there is none */
    struct fe_slice host;        /* the Host field, or the authority of an absolute-form target */
    int minor_version;           /* HTTP/1.minor_version */
    bool tls;
    struct fe_slice peer; /* "127.0.0.1:4711", "unix" */
    struct fe_headers headers;
};

#endif

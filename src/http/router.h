/* SPDX-License-Identifier: MIT */
/* Finds the route of a request: rows of {method, pattern, handler}, matched segment by segment. */
#ifndef FE_HTTP_ROUTER_H
#define FE_HTTP_ROUTER_H

#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "message/method.h"
#include "util/slice.h"

enum fe_access {
    FE_ACCESS_OPEN,
    FE_ACCESS_BEARER /* a live bearer token, and `scope` unless that is NULL */
};

enum fe_body_mode {
    FE_BODY_WHOLE, /* the handler runs when the body is complete */
    FE_BODY_STREAM /* the handler runs at once and reads */
};

struct fe_route {
    enum fe_method method;
    const char *pattern; /* "/a/:name/b": ":name" takes one segment, which is not empty */
    fe_handler_fn *handler;
    enum fe_access access;
    const char *scope;
    enum fe_body_mode body;
    uint64_t body_bytes_max; /* more is answered 413; 0: a body is read and dropped up to 64 KiB */
};

enum {
    FE_ROUTE_PARAMS_MAX = 4
};

struct fe_route_match {
    const struct fe_route *route;
    void *self;
    struct fe_slice params[FE_ROUTE_PARAMS_MAX]; /* not decoded, in the pattern's order */
    unsigned allowed; /* bit per enum fe_method: what the path would take */
};

struct fe_router;
struct fe_router *fe_router_new(void);
void fe_router_free(struct fe_router *router);

/* The rows are borrowed and outlive the router. Two rows with the same method and pattern are a
 * bug, and asserted. Literal segments win over parameters. */
void fe_router_add(struct fe_router *router, const struct fe_route *routes, size_t count,
                   void *self);

/* 0; -ENOENT: no such path; -EACCES: the path takes other methods, match->allowed. HEAD finds what
 * GET finds. */
int fe_router_find(const struct fe_router *router, enum fe_method method, struct fe_slice path,
                   struct fe_route_match *match_out);

/* Every row, in the order added: NULL at the end. */
const struct fe_route *fe_router_row(const struct fe_router *router, size_t index);

#endif

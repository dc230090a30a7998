/* SPDX-License-Identifier: MIT */
/* The answers that every route gives: JSON, pages, redirects, and the error bodies of Foundry's
 * APIs (contract §4.3). Each sets the answer and returns its status, for a handler to return. */
#ifndef FE_HTTP_REPLY_H
#define FE_HTTP_REPLY_H

#include "http/exchange.h"
#include "util/json_writer.h"

/* Starts a JSON body in fe_exchange_out() and says so in Content-Type. */
void fe_reply_json_begin(struct fe_exchange *x, struct fe_json_writer *writer);

/* No body. */
int fe_reply_empty(struct fe_exchange *x, int status);

/* A body of any type. */
int fe_reply_bytes(struct fe_exchange *x, int status, struct fe_slice content_type,
                   struct fe_slice body);

/* 302 by `Location`, never stored. */
int fe_reply_redirect(struct fe_exchange *x, struct fe_slice location);

/* The Conjure error envelope: errorCode, errorName, errorDescription, errorInstanceId (a new UUID)
 * and parameters. `parameters` is name, value, name, value, …, NULL; every value a string. */
struct fe_api_error {
    int status;
    const char *code;        /* "NOT_FOUND" */
    const char *name;        /* "Default:NotFound" */
    const char *description; /* a sentence; NULL leaves the member out */
};
int fe_reply_error(struct fe_exchange *x, const struct fe_api_error *error, ...)
    __attribute__((sentinel));

/* The commonest ones. `what` says what was wrong, in a sentence, as parameter "reason". */
int fe_reply_invalid_argument(struct fe_exchange *x, const char *what); /* 400 */
/* 400: `what`, "The body", is no JSON that can be read; `error` is fe_json_parse()'s. */
int fe_reply_bad_json(struct fe_exchange *x, const char *what, int error);
int fe_reply_not_found(struct fe_exchange *x, const char *name, struct fe_slice id); /* 404 */
int fe_reply_route_not_mounted(struct fe_exchange *x);                               /* 404 */
int fe_reply_out_of_memory(struct fe_exchange *x);                                   /* 503 */
int fe_reply_no_room(struct fe_exchange *x); /* 503: on the disk, for the request's body */
/* 501, for a method that nothing here has. */
int fe_reply_method_unknown(struct fe_exchange *x);
/* To "OPTIONS *": 204, and what methods there are. */
int fe_reply_options(struct fe_exchange *x);
/* 405; `allowed` has a bit for each enum fe_method that the path takes. */
int fe_reply_method_not_allowed(struct fe_exchange *x, unsigned allowed);

#endif

/* SPDX-License-Identifier: MIT */
/* HTTP methods (RFC 9110 §9, RFC 5789). */
#ifndef FE_MESSAGE_METHOD_H
#define FE_MESSAGE_METHOD_H

#include <stdbool.h>

#include "util/slice.h"

enum fe_method {
    FE_GET,
    FE_HEAD,
    FE_POST,
    FE_PUT,
    FE_DELETE,
    FE_OPTIONS,
    FE_PATCH,
    FE_METHODS,                  /* how many have a name here */
    FE_METHOD_OTHER = FE_METHODS /* any other: the request has its text */
};

/* Case matters, as in HTTP; FE_METHOD_OTHER for what is none of them. */
enum fe_method fe_method_parse(struct fe_slice text);

/* Whether it may change what it names: whatever is not GET, HEAD or OPTIONS (RFC 9110 §9.2.1). */
bool fe_method_is_write(enum fe_method method);

/* "GET" and so on, of those that have a name; static text. */
struct fe_slice fe_method_text(enum fe_method method);

#endif

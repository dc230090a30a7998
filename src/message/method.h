/* SPDX-License-Identifier: MIT */
/* HTTP methods (RFC 9110 §9, RFC 5789). */
#ifndef FE_MESSAGE_METHOD_H
#define FE_MESSAGE_METHOD_H

#include "util/slice.h"

enum fe_method {
    FE_GET,
    FE_HEAD,
    FE_POST,
    FE_PUT,
    FE_DELETE,
    FE_OPTIONS,
    FE_PATCH,
    FE_METHODS /* how many there are */
};

/* Case matters, as in HTTP. -EINVAL for any other. */
int fe_method_parse(struct fe_slice text, enum fe_method *method_out);

/* "GET" and so on; static text. */
struct fe_slice fe_method_text(enum fe_method method);

#endif

/* SPDX-License-Identifier: MIT */
/* The request target (RFC 9112 §3.2), in the forms that a server of its own takes: "/path?query",
 * "http://host/path?query" and "*". */
#ifndef FE_HTTP_TARGET_H
#define FE_HTTP_TARGET_H

#include "util/slice.h"

struct fe_target {
    struct fe_slice path;      /* starts with "/", or is "*" */
    struct fe_slice query;     /* behind the "?" */
    struct fe_slice authority; /* of the absolute form, checked; else empty */
};

/* 0 or -EINVAL, *why_out saying what is wrong (static text). Nothing is decoded; every slice is a
 * part of `text` or static. */
int fe_target_parse(struct fe_slice text, struct fe_target *target_out, const char **why_out);

#endif

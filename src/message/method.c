/* SPDX-License-Identifier: MIT */
#include "message/method.h"

#include <assert.h>

static const struct fe_slice names[FE_METHODS] = {
    [FE_GET] = FE_SLICE_INIT("GET"),       [FE_HEAD] = FE_SLICE_INIT("HEAD"),
    [FE_POST] = FE_SLICE_INIT("POST"),     [FE_PUT] = FE_SLICE_INIT("PUT"),
    [FE_DELETE] = FE_SLICE_INIT("DELETE"), [FE_OPTIONS] = FE_SLICE_INIT("OPTIONS"),
    [FE_PATCH] = FE_SLICE_INIT("PATCH"),
};

enum fe_method fe_method_parse(struct fe_slice text)
{
    for (size_t i = 0; i < FE_METHODS; i++) {
        if (fe_slice_eq(text, names[i])) {
            return (enum fe_method)i;
        }
    }
    return FE_METHOD_OTHER;
}

bool fe_method_is_write(enum fe_method method)
{
    return method != FE_GET && method != FE_HEAD && method != FE_OPTIONS;
}

struct fe_slice fe_method_text(enum fe_method method)
{
    assert(method < FE_METHODS);
    return names[method];
}

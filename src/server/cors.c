/* SPDX-License-Identifier: MIT */
#include "server/cors.h"

bool fe_cors_is_preflight(const struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_slice ignored = FE_SLICE("");
    return request->method == FE_OPTIONS &&
           fe_headers_get(&request->headers, FE_SLICE("Origin"), &ignored) &&
           fe_headers_get(&request->headers, FE_SLICE("Access-Control-Request-Method"), &ignored);
}

int fe_cors_preflight(struct fe_exchange *x)
{
    struct fe_slice headers = FE_SLICE("");
    fe_exchange_header(x, FE_SLICE("Access-Control-Allow-Methods"),
                       FE_SLICE("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS"));
    if (fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("Access-Control-Request-Headers"),
                       &headers)) {
        fe_exchange_header(x, FE_SLICE("Access-Control-Allow-Headers"), headers);
    }
    fe_exchange_header(x, FE_SLICE("Access-Control-Max-Age"), FE_SLICE("600"));
    return 204;
}

void fe_cors_on_answer(struct fe_exchange *x)
{
    struct fe_slice origin = FE_SLICE("");
    if (fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("Origin"), &origin)) {
        fe_exchange_header(x, FE_SLICE("Access-Control-Allow-Origin"), origin);
        fe_exchange_header(x, FE_SLICE("Access-Control-Expose-Headers"),
                           FE_SLICE("X-Foundry-Emulator"));
        fe_exchange_header(x, FE_SLICE("Vary"), FE_SLICE("Origin"));
    }
}

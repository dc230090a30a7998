/* SPDX-License-Identifier: MIT */
#include "server/guard.h"

#include "http/authority.h"
#include "http/origin.h"

/* A name that the emulator was told is its own. */
static bool is_own_name(const struct fe_guard *guard, struct fe_slice host)
{
    for (size_t i = 0; i < sizeof(guard->urls) / sizeof(guard->urls[0]); i++) {
        struct fe_slice url = guard->urls[i];
        struct fe_origin own;
        if (fe_origin_take(&url, NULL, &own) == 0 && fe_slice_eq_nocase(own.host, host)) {
            return true;
        }
    }
    for (size_t i = 0; i < FE_LIMIT_LISTENERS; i++) {
        if (guard->names[i].len > 0 && fe_slice_eq_nocase(guard->names[i], host)) {
            return true;
        }
    }
    return false;
}

/* An address cannot be rebound, so any is fine: who reaches the listener may use it. */
static bool is_our_host(const struct fe_guard *guard, struct fe_slice text)
{
    struct fe_authority authority;
    return fe_authority_parse(text, &authority) == 0 &&
           (fe_host_is_address(authority.host) || fe_host_is_loopback(authority.host) ||
            is_own_name(guard, authority.host));
}

/* Anybody may have a page at an address, so an address that is not this machine's own has to be the
 * one that is asked. */
static bool is_our_origin(const struct fe_guard *guard, struct fe_slice text, struct fe_slice host)
{
    struct fe_origin origin;
    struct fe_authority asked;
    if (fe_origin_take(&text, NULL, &origin) < 0 || text.len > 0) {
        return false;
    }
    return fe_host_is_loopback(origin.host) || is_own_name(guard, origin.host) ||
           (fe_authority_parse(host, &asked) == 0 && fe_slice_eq_nocase(asked.host, origin.host));
}

/* What browsers say where they leave Origin out (Fetch Metadata). A link may be followed. */
static bool is_cross_site(const struct fe_request *request)
{
    struct fe_slice site = FE_SLICE("");
    struct fe_slice mode = FE_SLICE("");
    if (!fe_headers_get(&request->headers, FE_SLICE("Sec-Fetch-Site"), &site) ||
        !fe_slice_eq(site, FE_SLICE("cross-site"))) {
        return false;
    }
    (void)fe_headers_get(&request->headers, FE_SLICE("Sec-Fetch-Mode"), &mode);
    return fe_method_is_write(request->method) || !fe_slice_eq(mode, FE_SLICE("navigate"));
}

bool fe_guard_admits(const struct fe_guard *guard, const struct fe_request *request)
{
    struct fe_slice host = FE_SLICE("");
    struct fe_slice origin = FE_SLICE("");
    /* No Host at all is HTTP/1.0, which no browser speaks. An absolute target has one besides. */
    if ((request->host.len > 0 && !is_our_host(guard, request->host)) ||
        (fe_headers_get(&request->headers, FE_SLICE("Host"), &host) && !is_our_host(guard, host))) {
        return false;
    }
    if (!fe_headers_get(&request->headers, FE_SLICE("Origin"), &origin)) {
        return !is_cross_site(request);
    }
    return fe_headers_count(&request->headers, FE_SLICE("Origin")) == 1 &&
           is_our_origin(guard, origin, request->host);
}

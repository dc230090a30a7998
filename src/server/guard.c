/* SPDX-License-Identifier: MIT */
#include "server/guard.h"

#include <arpa/inet.h>

#include "http/authority.h"
#include "http/origin.h"

static bool parse_ipv4(struct fe_slice host, uint32_t *address_out)
{
    char text[INET_ADDRSTRLEN] = "";
    struct in_addr address;
    if (host.len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host.ptr, host.len);
    bool parsed = inet_pton(AF_INET, text, &address) == 1;
    *address_out = parsed ? ntohl(address.s_addr) : 0;
    return parsed;
}

static bool is_localhost(struct fe_slice host)
{
    const struct fe_slice name = FE_SLICE("localhost");
    const struct fe_slice suffix = FE_SLICE(".localhost");
    return fe_slice_eq_nocase(host, name) ||
           (host.len > suffix.len &&
            fe_slice_eq_nocase(fe_slice_from(host, host.len - suffix.len), suffix));
}

static bool is_loopback(const struct fe_origin *origin)
{
    uint32_t address = 0;
    if (origin->ipv6) {
        return fe_slice_eq(origin->host, FE_SLICE("::1"));
    }
    return is_localhost(origin->host) ||
           (parse_ipv4(origin->host, &address) && address >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET);
}

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
    uint32_t address = 0;
    return fe_authority_parse(text, &authority) == 0 &&
           (authority.ipv6 || parse_ipv4(authority.host, &address) ||
            is_localhost(authority.host) || is_own_name(guard, authority.host));
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
    return is_loopback(&origin) || is_own_name(guard, origin.host) ||
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

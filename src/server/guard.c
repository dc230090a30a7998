/* SPDX-License-Identifier: MIT */
#include "server/guard.h"

#include <arpa/inet.h>

/* "host", "host:port", "[v6]:port" → the host, without brackets. */
static struct fe_slice host_of(struct fe_slice authority)
{
    if (authority.len > 0 && authority.ptr[0] == '[') {
        ptrdiff_t end = fe_slice_index(authority, ']');
        return end < 0 ? authority : (struct fe_slice){authority.ptr + 1, (size_t)end - 1};
    }
    ptrdiff_t colon = fe_slice_index(authority, ':');
    return colon < 0 ? authority : (struct fe_slice){authority.ptr, (size_t)colon};
}

/* "scheme://authority/…" → the authority; empty if it is no such URL. */
static struct fe_slice authority_of(struct fe_slice url)
{
    ptrdiff_t colon = fe_slice_index(url, ':');
    if (colon < 0 || !fe_slice_starts(fe_slice_from(url, (size_t)colon), FE_SLICE("://"))) {
        return FE_SLICE("");
    }
    struct fe_slice authority = fe_slice_from(url, (size_t)colon + 3);
    ptrdiff_t slash = fe_slice_index(authority, '/');
    return slash < 0 ? authority : (struct fe_slice){authority.ptr, (size_t)slash};
}

/* An address cannot be rebound, so any literal is fine: who reaches the listener may use it. */
static bool is_ip_literal(struct fe_slice host)
{
    char text[INET6_ADDRSTRLEN] = "";
    unsigned char address[16];
    if (host.len == 0 || host.len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host.ptr, host.len);
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

static bool is_localhost(struct fe_slice host)
{
    const struct fe_slice name = FE_SLICE("localhost");
    const struct fe_slice suffix = FE_SLICE(".localhost");
    return fe_slice_eq_nocase(host, name) ||
           (host.len > suffix.len &&
            fe_slice_eq_nocase(fe_slice_from(host, host.len - suffix.len), suffix));
}

static bool is_ours(const struct fe_guard *guard, struct fe_slice authority)
{
    struct fe_slice host = host_of(authority);
    if (is_localhost(host) || is_ip_literal(host)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(guard->urls) / sizeof(guard->urls[0]); i++) {
        struct fe_slice own = host_of(authority_of(guard->urls[i]));
        if (own.len > 0 && fe_slice_eq_nocase(own, host)) {
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

bool fe_guard_admits(const struct fe_guard *guard, const struct fe_request *request)
{
    struct fe_slice origin = FE_SLICE("");
    /* No Host at all is HTTP/1.0, which no browser speaks. */
    if (request->host.len > 0 && !is_ours(guard, request->host)) {
        return false;
    }
    if (fe_headers_get(&request->headers, FE_SLICE("Origin"), &origin)) {
        return is_ours(guard, authority_of(origin));
    }
    return true;
}

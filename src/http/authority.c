/* SPDX-License-Identifier: MIT */
#include "http/authority.h"

#include <arpa/inet.h>
#include <errno.h>

enum {
    PORT_MAX = 65535
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static bool is_name(struct fe_slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (!is_name_char(host.ptr[i])) {
            return false;
        }
    }
    return host.len > 0;
}

static bool is_ipv6(struct fe_slice host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (host.len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

static int parse_port(struct fe_slice text, int *port_out)
{
    uint64_t port = 0;
    if (fe_slice_u64(text, &port) < 0 || port > PORT_MAX) {
        return -EINVAL;
    }
    *port_out = (int)port;
    return 0;
}

int fe_authority_parse(struct fe_slice text, struct fe_authority *authority_out)
{
    struct fe_authority authority = {.port = -1};
    authority.ipv6 = text.len > 0 && text.ptr[0] == '[';
    ptrdiff_t end = authority.ipv6 ? fe_slice_index(text, ']') : fe_slice_index(text, ':');
    if (end < 0 && authority.ipv6) {
        return -EINVAL;
    }
    size_t host_len = end < 0 ? text.len : (size_t)end;
    struct fe_slice rest = fe_slice_from(text, host_len);
    authority.host = (struct fe_slice){text.ptr, host_len};
    if (authority.ipv6) {
        authority.host = fe_slice_from(authority.host, 1);
        rest = fe_slice_from(rest, 1);
    }
    if (authority.ipv6 ? !is_ipv6(authority.host) : !is_name(authority.host)) {
        return -EINVAL;
    }
    if (rest.len > 0 &&
        (rest.ptr[0] != ':' || parse_port(fe_slice_from(rest, 1), &authority.port) < 0)) {
        return -EINVAL;
    }
    *authority_out = authority;
    return 0;
}

static bool is_ipv4(struct fe_slice host, uint32_t *address_out)
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

bool fe_host_is_loopback(struct fe_slice host)
{
    uint32_t address = 0;
    if (is_ipv4(host, &address)) {
        return address >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
    }
    return is_localhost(host) || fe_slice_eq(host, FE_SLICE("::1"));
}

bool fe_host_is_address(struct fe_slice host)
{
    uint32_t address = 0;
    return is_ipv4(host, &address) || is_ipv6(host);
}

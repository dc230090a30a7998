/* SPDX-License-Identifier: MIT */
/* Reads "http://HOST:PORT", "https://HOST:PORT" and "unix:PATH". */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/un.h>

#include "http/authority.h"
#include "http/server.h"

static bool is_loopback(const char *host)
{
    struct in_addr ip4;
    struct in6_addr ip6;
    if (inet_pton(AF_INET, host, &ip4) == 1) {
        return ntohl(ip4.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, host, &ip6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&ip6);
    }
    return fe_slice_eq_nocase(fe_slice_cstr(host), FE_SLICE("localhost"));
}

static int parse_unix(struct fe_slice path, struct fe_listen_address *address_out,
                      const char **why_out)
{
    struct fe_listen_address address = {.unix_socket = true, .loopback = true};
    struct sockaddr_un socket_address;
    if (path.len == 0 || path.len >= sizeof(socket_address.sun_path) ||
        fe_slice_index(path, '\0') >= 0) {
        *why_out = "expected a path of 1 to 107 bytes behind \"unix:\"";
        return -EINVAL;
    }
    memcpy(address.host, path.ptr, path.len);
    *address_out = address;
    return 0;
}

/* Takes the scheme off the front of the URL. */
static bool take_scheme(struct fe_slice *url, struct fe_slice scheme)
{
    struct fe_slice front = {url->ptr, scheme.len};
    if (url->len < scheme.len || !fe_slice_eq_nocase(front, scheme)) {
        return false;
    }
    *url = fe_slice_from(*url, scheme.len);
    return true;
}

int fe_listen_address_parse(struct fe_slice url, struct fe_listen_address *address_out,
                            const char **why_out)
{
    struct fe_listen_address address = {.tls = false};
    struct fe_authority authority;
    if (take_scheme(&url, FE_SLICE("unix:"))) {
        return parse_unix(url, address_out, why_out);
    }
    address.tls = take_scheme(&url, FE_SLICE("https://"));
    if (!address.tls && !take_scheme(&url, FE_SLICE("http://"))) {
        *why_out = "expected http://HOST:PORT, https://HOST:PORT or unix:PATH";
        return -EINVAL;
    }
    if (url.len > 0 && url.ptr[url.len - 1] == '/') {
        url.len--;
    }
    if (fe_authority_parse(url, &authority) < 0 || authority.port < 0 ||
        authority.host.len >= sizeof(address.host)) {
        *why_out = "expected HOST:PORT behind the scheme, PORT from 0 to 65535";
        return -EINVAL;
    }
    memcpy(address.host, authority.host.ptr, authority.host.len);
    address.port = (unsigned short)authority.port;
    address.loopback = is_loopback(address.host);
    *address_out = address;
    return 0;
}

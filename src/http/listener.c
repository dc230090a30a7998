/* SPDX-License-Identifier: MIT */
#include "http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/buf.h"

enum {
    URL_BYTES_MAX = 512
};

static char *format_url(const struct fe_listen_address *address, unsigned port)
{
    struct fe_buf text;
    bool ipv6 = fe_slice_index(fe_slice_cstr(address->host), ':') >= 0;
    size_t len = 0;
    fe_buf_init(&text, URL_BYTES_MAX);
    if (address->unix_socket) {
        (void)fe_buf_printf(&text, "unix:%s", address->host);
    } else {
        (void)fe_buf_printf(&text, ipv6 ? "http%s://[%s]:%u" : "http%s://%s:%u",
                            address->tls ? "s" : "", address->host, port);
    }
    return fe_buf_take(&text, &len);
}

static int new_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

/* ── TCP ── */

/* Connections inherit TCP_NODELAY, so none of them has to ask for it. */
static int set_options(int fd, int family)
{
    const int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0) {
        return -errno;
    }
    if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) {
        return -errno;
    }
    return 0;
}

static int read_port(int fd, unsigned *port_out)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof(bound);
    if (getsockname(fd, (struct sockaddr *)&bound, &len) < 0) {
        return -errno;
    }
    *port_out = bound.ss_family == AF_INET6
                    ? ntohs(((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port)
                    : ntohs(((const struct sockaddr_in *)(const void *)&bound)->sin_port);
    return 0;
}

static int bind_tcp(struct fe_listener *listener, const struct fe_listen_address *address,
                    const struct addrinfo *info)
{
    unsigned port = 0;
    int fd = new_socket(info->ai_family);
    if (fd < 0) {
        return fd;
    }
    int r = set_options(fd, info->ai_family);
    if (r == 0 && bind(fd, info->ai_addr, info->ai_addrlen) < 0) {
        r = -errno;
    }
    if (r == 0) {
        r = read_port(fd, &port);
    }
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    listener->fd = fd;
    listener->url = format_url(address, port);
    return 0;
}

/* A name may have addresses of both families; clients that know only one mostly know IPv4. */
static int open_tcp(struct fe_listener *listener, const struct fe_listen_address *address)
{
    static const int families[] = {AF_INET, AF_INET6};
    char port[8];
    int r = -EADDRNOTAVAIL;
    (void)snprintf(port, sizeof(port), "%u", (unsigned)address->port);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct addrinfo hints = {.ai_family = families[i],
                                       .ai_socktype = SOCK_STREAM,
                                       .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
        struct addrinfo *info = NULL;
        int found = getaddrinfo(address->host, port, &hints, &info);
        if (found == EAI_MEMORY) {
            return -ENOMEM;
        }
        if (found != 0) {
            continue;
        }
        r = bind_tcp(listener, address, info);
        freeaddrinfo(info);
        break;
    }
    return r;
}

/* ── UNIX ── */

static int set_name(struct sockaddr_un *name, struct fe_slice path)
{
    *name = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (path.len >= sizeof(name->sun_path)) {
        return -ENAMETOOLONG;
    }
    memcpy(name->sun_path, path.ptr, path.len);
    return 0;
}

/* Whether a socket file stands there that nobody listens on, left behind by a process that died. */
static bool is_stale(const struct sockaddr_un *name)
{
    struct stat st;
    if (lstat(name->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        return false;
    }
    int fd = new_socket(AF_UNIX);
    if (fd < 0) {
        return false;
    }
    int r = connect(fd, (const struct sockaddr *)name, sizeof(*name));
    bool stale = r < 0 && errno == ECONNREFUSED;
    (void)close(fd);
    return stale;
}

static int bind_unix(int fd, const struct sockaddr_un *name)
{
    const struct sockaddr *generic = (const struct sockaddr *)name;
    if (bind(fd, generic, sizeof(*name)) == 0) {
        return 0;
    }
    if (errno != EADDRINUSE || !is_stale(name)) {
        return -errno;
    }
    (void)unlink(name->sun_path);
    return bind(fd, generic, sizeof(*name)) == 0 ? 0 : -errno;
}

static int open_unix(struct fe_listener *listener, const struct fe_listen_address *address)
{
    struct sockaddr_un name;
    struct fe_slice path = fe_slice_cstr(address->host);
    int r = set_name(&name, path);
    if (r < 0) {
        return r;
    }
    int fd = new_socket(AF_UNIX);
    if (fd < 0) {
        return fd;
    }
    r = bind_unix(fd, &name);
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    listener->fd = fd;
    listener->path = fe_xstrdup(path);
    listener->url = format_url(address, 0);
    return 0;
}

int fe_listener_open(struct fe_listener *listener, const struct fe_listen_address *address)
{
    *listener = (struct fe_listener){.fd = -1};
    return address->unix_socket ? open_unix(listener, address) : open_tcp(listener, address);
}

void fe_listener_done(struct fe_listener *listener)
{
    struct sockaddr_un name;
    if (listener->path && set_name(&name, fe_slice_cstr(listener->path)) == 0 && is_stale(&name)) {
        (void)unlink(listener->path);
    }
    free(listener->path);
    free(listener->url);
    *listener = (struct fe_listener){.fd = -1};
}

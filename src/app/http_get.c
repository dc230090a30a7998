/* SPDX-License-Identifier: MIT */
/* HTTP/1.0, so that the answer comes unchunked and ends with its connection. */
#include "app/http_get.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LINE_BYTES_MAX = 8192,
    AUTHORITY_BYTES_MAX = 300
};

struct get {
    const char *url;
    const char *target;
    char host[AUTHORITY_BYTES_MAX];
    FILE *out;
    char *why;
    size_t why_size;
};

static int fail(const struct get *get, const char *what)
{
    (void)snprintf(get->why, get->why_size, "%s: %s", get->url, what);
    return -1;
}

/* ── connecting ── */

static int connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* "host:port", "[v6]:port" or "host" in two strings, cut out of `authority`. */
static void split(char *authority, const char **host, const char **port)
{
    char *end = authority[0] == '[' ? strchr(authority, ']') : NULL;
    char *colon = strchr(end ? end : authority, ':');
    *host = end ? authority + 1 : authority;
    *port = colon ? colon + 1 : "80";
    if (colon) {
        *colon = '\0';
    }
    if (end) {
        *end = '\0';
    }
}

static int connect_tcp(const char *authority)
{
    char text[AUTHORITY_BYTES_MAX];
    const char *host = NULL;
    const char *port = NULL;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    (void)snprintf(text, sizeof(text), "%s", authority);
    split(text, &host, &port);
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        errno = EHOSTUNREACH;
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
            int error = errno;
            (void)close(fd);
            errno = error;
            fd = -1;
        }
    }
    freeaddrinfo(found);
    return fd;
}

/* ── the exchange ── */

/* The status, or -1; *length_out is the body's, -1 if it is not said. */
static int read_head(FILE *peer, long long *length_out)
{
    char line[LINE_BYTES_MAX];
    static const char length_field[] = "content-length:";
    *length_out = -1;
    if (fgets(line, sizeof(line), peer) == NULL || strncmp(line, "HTTP/1.", 7) != 0 ||
        strlen(line) < sizeof("HTTP/1.1 200") - 1) {
        return -1;
    }
    int status = (int)strtol(line + 9, NULL, 10);
    while (fgets(line, sizeof(line), peer) && line[0] != '\r' && line[0] != '\n') {
        if (strncasecmp(line, length_field, sizeof(length_field) - 1) == 0) {
            *length_out = strtoll(line + sizeof(length_field) - 1, NULL, 10);
        }
    }
    return status;
}

static bool copy_body(FILE *peer, FILE *out, long long length)
{
    char bytes[LINE_BYTES_MAX];
    long long copied = 0;
    size_t n = 0;
    while ((n = fread(bytes, 1, sizeof(bytes), peer)) > 0) {
        if (fwrite(bytes, 1, n, out) != n) {
            return false;
        }
        copied += (long long)n;
    }
    return !ferror(peer) && (length < 0 || copied == length) && fflush(out) == 0;
}

static int talk(const struct get *get, FILE *peer)
{
    long long length = -1;
    char text[400] = "";
    if (fprintf(peer, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", get->target, get->host) < 0 ||
        fflush(peer) != 0) {
        return fail(get, strerror(errno));
    }
    int status = read_head(peer, &length);
    if (status < 0) {
        return fail(get, "what answers there does not speak HTTP");
    }
    if (status != 200) {
        text[fread(text, 1, sizeof(text) - 1, peer)] = '\0';
        (void)snprintf(get->why, get->why_size, "%s: answered %d: %s", get->url, status, text);
        return -1;
    }
    return copy_body(peer, get->out, length)
               ? 0
               : fail(get, "the answer was not whole, or could not be written");
}

/* The connection, or -1 with the reason told. */
static int connect_to(struct get *get)
{
    static const char http[] = "http://";
    static const char unix_path[] = "unix:";
    int fd = -1;
    if (strncmp(get->url, unix_path, sizeof(unix_path) - 1) == 0) {
        (void)snprintf(get->host, sizeof(get->host), "localhost");
        fd = connect_unix(get->url + sizeof(unix_path) - 1);
    } else if (strncasecmp(get->url, http, sizeof(http) - 1) == 0) {
        const char *authority = get->url + sizeof(http) - 1;
        size_t length = strcspn(authority, "/");
        if (length == 0 || length >= sizeof(get->host)) {
            return fail(get, "expected http://HOST:PORT or unix:PATH");
        }
        memcpy(get->host, authority, length);
        fd = connect_tcp(get->host);
    } else {
        return fail(get, "expected http://HOST:PORT or unix:PATH; an emulator with https listeners "
                         "can have a plain one too: --listen http://127.0.0.1:4000");
    }
    return fd < 0 ? fail(get, strerror(errno)) : fd;
}

int fe_http_get(const char *url, const char *target, FILE *out, char *why, size_t why_size)
{
    struct get get = {.url = url, .target = target, .out = out, .why = why, .why_size = why_size};
    int fd = connect_to(&get);
    if (fd < 0) {
        return -1;
    }
    FILE *peer = fdopen(fd, "r+");
    if (peer == NULL) {
        (void)close(fd);
        return fail(&get, "no memory");
    }
    int r = talk(&get, peer);
    (void)fclose(peer);
    return r;
}

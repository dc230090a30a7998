/* SPDX-License-Identifier: MIT */
/* libcurl closes connections of its own accord in two cases, and both are kept away: when its cache
 * is full, which is made larger than our own limit; and when it finds one dead that no handle is
 * using, which is why each is read from at once: that binds it to its handle for good. */
#include "record/connector.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/loop.h"
#include "util/alloc.h"
#include "util/limits.h"

struct fe_connector {
    const struct fe_curl_library *curl;
    struct fe_loop *loop;
    CURLM *multi;
    struct fe_timer *timer;
    char *url;
    char *ca_file;
    bool insecure;
    int64_t timeout_ms;
};

/* A socket that libcurl wants watched while it connects. */
struct watched {
    struct fe_connector *connector;
    curl_socket_t fd;
    struct fe_io *io;
};

struct fe_dial {
    struct fe_connector *connector;
    CURL *easy;
    fe_dialled_fn *fn;
    void *arg;
    char error[CURL_ERROR_SIZE];
};

/* ── the outcome ── */

static enum fe_recorded_outcome outcome_of(CURLcode code, bool tunnel_refused)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return FE_RECORDED_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return FE_RECORDED_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
        return FE_RECORDED_TLS;
    default:
        return tunnel_refused ? FE_RECORDED_REFUSED : FE_RECORDED_RESET;
    }
}

/* " after 12 ms": no two runs have that in common, so neither answer nor cassette says it. */
static void strike_out_duration(char *text)
{
    char *from = strstr(text, " after ");
    char *to = from ? from + strlen(" after ") : text;
    size_t digits = strspn(to, "0123456789");
    if (from && digits > 0) {
        to += digits;
        to += strspn(to, " ");
        to += strspn(to, "milseconds"); /* the unit, short or long */
        memmove(from, to, strlen(to) + 1);
    }
}

static struct fe_failure failure_of(struct fe_dial *dial, CURLcode code)
{
    const struct fe_curl_library *curl = dial->connector->curl;
    long tunnel_status = 0;
    strike_out_duration(dial->error);
    (void)curl->easy_getinfo(dial->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel_status);
    const char *text = dial->error[0] != '\0' ? dial->error : curl->easy_strerror(code);
    return fe_failure_make(outcome_of(code, tunnel_status != 0), "%s.", text);
}

/* The socket of a connection that is there and silent, or -1. */
static curl_socket_t take_socket(struct fe_dial *dial)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    char byte = 0;
    (void)dial->connector->curl->easy_getinfo(dial->easy, CURLINFO_ACTIVESOCKET, &fd);
    return fd != CURL_SOCKET_BAD && fe_dial_recv(dial, &byte, 1) == -EAGAIN ? fd : CURL_SOCKET_BAD;
}

static void end_dial(struct fe_dial *dial, CURLcode code)
{
    struct fe_failure failure;
    if (code != CURLE_OK) {
        failure = failure_of(dial, code);
        dial->fn(dial->arg, -1, &failure);
        return;
    }
    curl_socket_t fd = take_socket(dial);
    if (fd != CURL_SOCKET_BAD) {
        dial->fn(dial->arg, fd, NULL);
        return;
    }
    failure = fe_failure_make(FE_RECORDED_RESET,
                              "It took a connection and spoke, or hung up, before it was asked.");
    dial->fn(dial->arg, -1, &failure);
}

/* Whoever is told may end dials and begin others, so nothing is kept over the call. */
static void tell(struct fe_connector *connector)
{
    const struct fe_curl_library *curl = connector->curl;
    int left = 0;
    CURLMsg *message = NULL;
    while ((message = curl->multi_info_read(connector->multi, &left)) != NULL) {
        char *dial = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &dial) == CURLE_OK) {
            end_dial((struct fe_dial *)(void *)dial, code);
        }
    }
}

/* ── the multi handle on our loop ── */

static void act(struct fe_connector *connector, curl_socket_t fd, int what)
{
    int running = 0;
    (void)connector->curl->multi_socket_action(connector->multi, fd, what, &running);
    tell(connector);
}

static void on_watched(void *arg, unsigned ready)
{
    const struct watched *watched = arg;
    int what =
        (ready & FE_IO_READ ? CURL_CSELECT_IN : 0) | (ready & FE_IO_WRITE ? CURL_CSELECT_OUT : 0);
    act(watched->connector, watched->fd, what);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    struct fe_connector *connector = arg;
    struct watched *watched = socket_arg;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watched) {
            fe_io_free(watched->io);
            free(watched);
            (void)connector->curl->multi_assign(connector->multi, fd, NULL);
        }
        return 0;
    }
    if (watched == NULL) {
        watched = fe_xalloc(sizeof(*watched));
        *watched = (struct watched){.connector = connector, .fd = fd};
        watched->io = fe_io_new(connector->loop, fd, on_watched, watched);
        (void)connector->curl->multi_assign(connector->multi, fd, watched);
    }
    fe_io_want(watched->io,
               (what & CURL_POLL_IN ? FE_IO_READ : 0u) | (what & CURL_POLL_OUT ? FE_IO_WRITE : 0u));
    return 0;
}

static int on_timeout(CURLM *multi, long timeout_ms, void *arg)
{
    struct fe_connector *connector = arg;
    (void)multi;
    fe_timer_stop(connector->timer);
    if (timeout_ms >= 0) {
        fe_timer_start(connector->timer, timeout_ms);
    }
    return 0;
}

static void on_timer(void *arg)
{
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

struct fe_connector *fe_connector_new(const struct fe_curl_library *curl, struct fe_loop *loop,
                                      const struct fe_connector_options *options)
{
    CURLM *multi = curl->multi_init();
    if (multi == NULL) {
        return NULL;
    }
    struct fe_connector *connector = fe_xalloc(sizeof(*connector));
    connector->curl = curl;
    connector->loop = loop;
    connector->multi = multi;
    connector->timer = fe_timer_new(loop, on_timer, connector);
    connector->url = fe_xstrdup(options->url);
    connector->ca_file = options->ca_file ? fe_xstrdup(fe_slice_cstr(options->ca_file)) : NULL;
    connector->insecure = options->insecure;
    connector->timeout_ms = options->timeout_ms;
    (void)curl->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl->multi_setopt(multi, CURLMOPT_SOCKETDATA, connector);
    (void)curl->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    (void)curl->multi_setopt(multi, CURLMOPT_TIMERDATA, connector);
    (void)curl->multi_setopt(multi, CURLMOPT_MAXCONNECTS, 2L * FE_LIMIT_UPSTREAM_CONNECTIONS);
    return connector;
}

void fe_connector_free(struct fe_connector *connector)
{
    if (connector) {
        (void)connector->curl->multi_cleanup(connector->multi);
        fe_timer_free(connector->timer);
        free(connector->url);
        free(connector->ca_file);
        free(connector);
    }
}

/* ── one connection ── */

static bool set_options(struct fe_dial *dial)
{
    const struct fe_connector *connector = dial->connector;
    const struct fe_curl_library *curl = connector->curl;
    CURL *easy = dial->easy;
    long verify = connector->insecure ? 0L : 1L;
    CURLcode r = curl->easy_setopt(easy, CURLOPT_URL, connector->url);
    r |= curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    r |= curl->easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    r |= curl->easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)FE_DIAL_READ_BYTES);
    r |= curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connector->timeout_ms);
    r |= curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    r |= curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2 * verify);
    r |= curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, dial->error);
    r |= curl->easy_setopt(easy, CURLOPT_PRIVATE, dial);
    if (connector->ca_file) {
        r |= curl->easy_setopt(easy, CURLOPT_CAINFO, connector->ca_file);
        r |= curl->easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    /* Newer than what is asked for, and only a matter of a quicker end. */
    (void)curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    return r == CURLE_OK;
}

struct fe_dial *fe_dial_new(struct fe_connector *connector, fe_dialled_fn *fn, void *arg)
{
    const struct fe_curl_library *curl = connector->curl;
    CURL *easy = curl->easy_init();
    if (easy == NULL) {
        return NULL;
    }
    struct fe_dial *dial = fe_xalloc(sizeof(*dial));
    dial->connector = connector;
    dial->easy = easy;
    dial->fn = fn;
    dial->arg = arg;
    if (!set_options(dial) || curl->multi_add_handle(connector->multi, easy) != CURLM_OK) {
        curl->easy_cleanup(easy);
        free(dial);
        return NULL;
    }
    return dial;
}

void fe_dial_free(struct fe_dial *dial)
{
    const struct fe_curl_library *curl = dial->connector->curl;
    (void)curl->multi_remove_handle(dial->connector->multi, dial->easy);
    curl->easy_cleanup(dial->easy);
    free(dial);
}

static ptrdiff_t error_of(CURLcode code, int fallback)
{
    return code == CURLE_AGAIN ? -EAGAIN : -fallback;
}

ptrdiff_t fe_dial_send(struct fe_dial *dial, struct fe_slice bytes)
{
    size_t sent = 0;
    CURLcode r = dial->connector->curl->easy_send(dial->easy, bytes.ptr, bytes.len, &sent);
    return r == CURLE_OK ? (ptrdiff_t)sent : error_of(r, EPIPE);
}

ptrdiff_t fe_dial_recv(struct fe_dial *dial, char *room, size_t size)
{
    size_t received = 0;
    CURLcode r = dial->connector->curl->easy_recv(dial->easy, room, size, &received);
    return r == CURLE_OK ? (ptrdiff_t)received : error_of(r, ECONNRESET);
}

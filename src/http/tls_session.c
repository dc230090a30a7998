/* SPDX-License-Identifier: MIT */
#include "http/tls_session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "util/alloc.h"

enum {
    RECORD_BYTES = SSL3_RT_MAX_PLAIN_LENGTH
};

struct fe_tls_session {
    SSL *ssl;
    int fd;
    bool is_tls; /* the first byte was */
    const char *problem;
};

struct fe_tls_session *fe_tls_session_new(struct fe_tls_context *context, int fd)
{
    SSL *ssl = SSL_new((SSL_CTX *)context);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    struct fe_tls_session *session = fe_xalloc(sizeof(*session));
    session->ssl = ssl;
    session->fd = fd;
    return session;
}

void fe_tls_session_free(struct fe_tls_session *session)
{
    if (session) {
        SSL_free(session->ssl);
        free(session);
    }
}

bool fe_tls_session_is_open(const struct fe_tls_session *session)
{
    return SSL_is_init_finished(session->ssl) != 0;
}

const char *fe_tls_session_problem(const struct fe_tls_session *session)
{
    return session->problem;
}

/* Why a call has not succeeded. After a failure OpenSSL must not be asked for anything more. */
static int reason(struct fe_tls_session *session, int result)
{
    int error = SSL_get_error(session->ssl, result);
    if (error == SSL_ERROR_WANT_READ) {
        return -EAGAIN;
    }
    if (error == SSL_ERROR_WANT_WRITE) {
        return -ENOBUFS;
    }
    if (error == SSL_ERROR_ZERO_RETURN) {
        return 0;
    }
    const char *text = ERR_reason_error_string(ERR_peek_error());
    session->problem = text ? text : "the connection broke";
    ERR_clear_error();
    return -EPROTO;
}

/* ── reading ── */

/* A TLS record never begins with a letter, and an HTTP method always does. */
static bool speaks_http(struct fe_tls_session *session)
{
    char first = 0;
    if (session->is_tls || recv(session->fd, &first, 1, MSG_PEEK) != 1) {
        return false;
    }
    session->is_tls = first < 'A' || first > 'Z';
    return !session->is_tls;
}

ssize_t fe_tls_session_read(struct fe_tls_session *session, char *room, size_t len)
{
    size_t n = 0;
    if (session->problem) {
        return -EPROTO;
    }
    if (speaks_http(session)) {
        return -EPROTONOSUPPORT;
    }
    ERR_clear_error();
    int result = SSL_read_ex(session->ssl, room, len, &n);
    return result == 1 ? (ssize_t)n : reason(session, result);
}

ssize_t fe_tls_session_look(struct fe_tls_session *session)
{
    char byte = 0;
    size_t n = 0;
    if (session->problem) {
        return -EPROTO;
    }
    ERR_clear_error();
    int result = SSL_peek_ex(session->ssl, &byte, 1, &n);
    return result == 1 ? 1 : reason(session, result);
}

/* ── writing ── */

/* One record, or what is left of one that the kernel did not take whole the last time. */
static ssize_t write_record(struct fe_tls_session *session, const char *bytes, size_t len)
{
    size_t n = 0;
    if (session->problem) {
        return -EPROTO;
    }
    ERR_clear_error();
    int result = SSL_write_ex(session->ssl, bytes, len, &n);
    if (result == 1) {
        return (ssize_t)n;
    }
    int r = reason(session, result);
    return r == -ENOBUFS ? -EAGAIN : r == 0 ? -EPROTO : r;
}

/* The bytes of the next record, `from` bytes into the pieces: where they lie if one piece has them
 * all, else gathered in `room`. */
static struct fe_slice gather(const struct fe_slice *pieces, size_t count, size_t from,
                              char room[RECORD_BYTES])
{
    struct fe_slice record = {room, 0};
    for (size_t i = 0; i < count && record.len < RECORD_BYTES; i++) {
        size_t skip = from < pieces[i].len ? from : pieces[i].len;
        struct fe_slice rest = fe_slice_from(pieces[i], skip);
        from -= skip;
        if (record.len == 0 && (rest.len >= RECORD_BYTES || i + 1 == count)) {
            size_t len = rest.len < RECORD_BYTES ? rest.len : RECORD_BYTES;
            return (struct fe_slice){rest.ptr, len};
        }
        size_t space = RECORD_BYTES - record.len;
        size_t len = rest.len < space ? rest.len : space;
        if (len > 0) {
            memcpy(room + record.len, rest.ptr, len);
        }
        record.len += len;
    }
    return record;
}

ssize_t fe_tls_session_write(struct fe_tls_session *session, const struct fe_slice *pieces,
                             size_t count)
{
    char room[RECORD_BYTES];
    size_t sent = 0;
    for (;;) {
        struct fe_slice record = gather(pieces, count, sent, room);
        if (record.len == 0) {
            return (ssize_t)sent;
        }
        ssize_t n = write_record(session, record.ptr, record.len);
        if (n < 0) {
            return sent > 0 ? (ssize_t)sent : n;
        }
        sent += (size_t)n;
    }
}

ssize_t fe_tls_session_send_file(struct fe_tls_session *session, int file, int64_t offset,
                                 size_t len)
{
    char room[RECORD_BYTES];
    size_t sent = 0;
    while (sent < len) {
        size_t want = len - sent < sizeof(room) ? len - sent : sizeof(room);
        ssize_t n = pread(file, room, want, offset + (int64_t)sent);
        if (n <= 0) {
            return n < 0 ? -errno : -ENODATA;
        }
        n = write_record(session, room, (size_t)n);
        if (n < 0) {
            return sent > 0 ? (ssize_t)sent : n;
        }
        sent += (size_t)n;
    }
    return (ssize_t)sent;
}

int fe_tls_session_shutdown(struct fe_tls_session *session)
{
    if (session->problem || !fe_tls_session_is_open(session)) {
        return 0;
    }
    ERR_clear_error();
    int result = SSL_shutdown(session->ssl);
    return result < 0 && reason(session, result) == -ENOBUFS ? -EAGAIN : 0;
}

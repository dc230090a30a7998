/* SPDX-License-Identifier: MIT */
/* One connection's TLS, on a descriptor that never blocks. The handshake is no step of its own: it
 * happens as reading is tried. */
#ifndef FE_HTTP_TLS_SESSION_H
#define FE_HTTP_TLS_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/slice.h"

struct fe_tls_context;
struct fe_tls_session;

/* The server's side. `fd` is borrowed. NULL when memory is out. */
struct fe_tls_session *fe_tls_session_new(struct fe_tls_context *context, int fd);

/* Says nothing to the peer. NULL is fine. */
void fe_tls_session_free(struct fe_tls_session *session);

/* Whether the handshake is over. */
bool fe_tls_session_is_open(const struct fe_tls_session *session);

/* What OpenSSL has against the peer; NULL: nothing. Static text. */
const char *fe_tls_session_problem(const struct fe_tls_session *session);

/* Up to `len` decrypted bytes, of one record at most. 0: the peer sends no more. -EAGAIN: it has to
 * send first. -ENOBUFS: the kernel has to take something first. -EPROTONOSUPPORT, only at the
 * start: it does not speak TLS but HTTP, none of which has been read. -EPROTO: it is lost. */
ssize_t fe_tls_session_read(struct fe_tls_session *session, char *room, size_t len);

/* Looks for the end without taking anything: as reading, 1 where bytes wait. */
ssize_t fe_tls_session_look(struct fe_tls_session *session);

/* What has left of the pieces together, small ones in one record. -EAGAIN: nothing, for now; the
 * next call must begin with the same bytes. -EPROTO. */
ssize_t fe_tls_session_write(struct fe_tls_session *session, const struct fe_slice *pieces,
                             size_t count);

/* Likewise from a file, a record at a time; -ENODATA when it ends before `len` bytes. */
ssize_t fe_tls_session_send_file(struct fe_tls_session *session, int file, int64_t offset,
                                 size_t len);

/* Says that nothing follows. -EAGAIN: not yet; call again. */
int fe_tls_session_shutdown(struct fe_tls_session *session);

#endif

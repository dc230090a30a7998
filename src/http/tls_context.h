/* SPDX-License-Identifier: MIT */
/* What all TLS connections of a server share: certificate, key, and the rules of the protocol. */
#ifndef FE_HTTP_TLS_CONTEXT_H
#define FE_HTTP_TLS_CONTEXT_H

#include <stddef.h>

struct fe_tls_context; /* OpenSSL's SSL_CTX under a name that others may know */

/* `cert_file` is PEM, the leaf first and its chain behind it; `key_file` its key, not encrypted.
 * -EINVAL: `why` says which file is wrong, and how. */
int fe_tls_context_new(const char *cert_file, const char *key_file,
                       struct fe_tls_context **context_out, char *why, size_t why_size);

/* NULL is fine. */
void fe_tls_context_free(struct fe_tls_context *context);

#endif

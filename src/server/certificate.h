/* SPDX-License-Identifier: MIT */
/* What the https listeners show: the user's own certificate, or one that is made here. */
#ifndef FE_SERVER_CERTIFICATE_H
#define FE_SERVER_CERTIFICATE_H

#include "server/options.h"
#include "util/errors.h"
#include "util/log.h"

struct fe_tls_context;

/* Without an https listener nothing is done, *context_out and *ca_file_out stay as they are, and
 * OpenSSL's TLS is never touched. *ca_file_out (free() it) is the authority that clients have to
 * trust; it stays as it is where the certificate is the user's, who knows. */
void fe_certificate_open(const struct fe_options *options, const struct fe_log *log,
                         struct fe_tls_context **context_out, char **ca_file_out,
                         struct fe_errors *errors);

#endif

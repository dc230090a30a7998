/* SPDX-License-Identifier: MIT */
/* Keys and certificates as values: making them, and asking what they are good for. For
 * tls_identity.c, which keeps them in files. */
#ifndef FE_HTTP_TLS_CERTIFICATE_H
#define FE_HTTP_TLS_CERTIFICATE_H

#include <stdbool.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* Both, or neither. */
struct fe_tls_pair {
    EVP_PKEY *key;
    X509 *cert;
};

void fe_tls_pair_done(struct fe_tls_pair *pair);

/* Whether it is an IP literal. */
bool fe_tls_is_ip(const char *name);

/* An authority, and a leaf that it signs for `names` (ended by NULL). Empty if OpenSSL fails. */
struct fe_tls_pair fe_tls_make_ca(time_t now);
struct fe_tls_pair fe_tls_make_leaf(const struct fe_tls_pair *ca, const char *const *names,
                                    time_t now);

/* Whether it is valid, and will be for more than a day. */
bool fe_tls_lasts(const X509 *cert, time_t now);

/* Whether `ca` signed it, and it names all of `names`. */
bool fe_tls_serves(X509 *cert, X509 *ca, const char *const *names);

#endif

/* SPDX-License-Identifier: MIT */
#include "http/tls_context.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

/* The first error in the library's queue tells most. `expected` NULL: nothing of the file's. */
static int fail(char *why, size_t why_size, const char *file, const char *expected)
{
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_reason_error_string(code);
    reason = reason ? reason : "unknown error";
    if (ERR_SYSTEM_ERROR(code)) {
        (void)snprintf(why, why_size, "%s: %s", file, strerror(ERR_GET_REASON(code)));
    } else if (expected) {
        (void)snprintf(why, why_size, "%s: expected %s in PEM: %s", file, expected, reason);
    } else {
        (void)snprintf(why, why_size, "%s: %s", file, reason);
    }
    ERR_clear_error();
    return -EINVAL;
}

/* HTTP/1.1 is all that is spoken; a client that cannot is told so before it sends anything. */
static int choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_len,
                           const unsigned char *offered, unsigned int offered_len, void *arg)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *at = NULL;
    (void)ssl, (void)arg;
    if (SSL_select_next_proto(&at, chosen_len, ours, sizeof(ours) - 1, offered, offered_len) !=
        OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = at;
    return SSL_TLSEXT_ERR_OK;
}

static int refuse_password(char *room, int size, int writing, void *arg)
{
    (void)room, (void)size, (void)writing, (void)arg;
    return -1;
}

/* Buffers are given back between records, as most connections are parked. What the kernel does not
 * take is tried again from wherever it lies then. A peer that closes without saying so has left,
 * and no more: HTTP's own framing tells whether anything is missing. Sessions are resumed by
 * tickets, so no client costs memory once it has gone. */
static bool set_rules(SSL_CTX *ctx)
{
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    SSL_CTX_set_default_passwd_cb(ctx, refuse_password);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_num_tickets(ctx, 1) == 1;
}

static int set_up(SSL_CTX *ctx, const char *cert_file, const char *key_file, char *why,
                  size_t why_size)
{
    if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1) {
        return fail(why, why_size, cert_file, "a certificate");
    }
    if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1) {
        return fail(why, why_size, key_file, "the certificate's key");
    }
    return 0;
}

int fe_tls_context_new(const char *cert_file, const char *key_file,
                       struct fe_tls_context **context_out, char *why, size_t why_size)
{
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    int r = ctx && set_rules(ctx) ? set_up(ctx, cert_file, key_file, why, why_size)
                                  : fail(why, why_size, "OpenSSL", NULL);
    if (r < 0) {
        SSL_CTX_free(ctx);
        return r;
    }
    *context_out = (struct fe_tls_context *)ctx;
    return 0;
}

void fe_tls_context_free(struct fe_tls_context *context)
{
    SSL_CTX_free((SSL_CTX *)context);
}
